"""A self-assessment that leaves as a workbook, and what comes back in one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, require
from assessments.actions.answer_table import Row, answer_clauses
from assessments.models import Answer, Assessment, EvidenceLink
from assessments.sheets import reading
from assessments.sheets.entries import entries_of
from assessments.sheets.previewing import Line, Preview, left_over, preview_of
from assessments.sheets.stored import by_code
from assessments.sheets.writing import Content, workbook
from assessments.standing import rules_in_force
from assessments.workflow import require_open


@dataclass(frozen=True)
class Imported:
    """What became of the rows. `left`: those that somebody saved over meanwhile, if there are."""

    saved: list[Answer] = field(default_factory=list)
    same: list[Answer] = field(default_factory=list)
    left: Preview | None = None


@transaction.atomic
def export_sheet(assessment: Assessment, *, by: Membership) -> bytes:
    """The workbook, in whatever state the self-assessment is; writes the event."""
    require(by, Permission.READ_ASSESSMENT)
    answers = list(by_code(assessment).values())
    content = Content(
        assessment=assessment,
        answers=answers,
        links=list(EvidenceLink.objects.for_gaps(assessment)),
        rules=rules_in_force(assessment),
        now=timezone.now(),
    )
    made = workbook(content)
    audit.record("assessment.export", assessment, count=len(answers))
    return made


def preview_sheet(
    assessment: Assessment, *, upload: UploadedFile[bytes], by: Membership
) -> Preview:
    """What the workbook would change. Nothing is stored, the file neither."""
    require(by, Permission.ANSWER_CLAUSE)
    require_open(assessment)
    table = reading.read(upload)
    answers = by_code(assessment)
    found = entries_of(table, assessment.pk, answers, rules_in_force(assessment))
    return preview_of(found, assessment, answers, by=by)


@transaction.atomic
def import_sheet(assessment: Assessment, *, lines: Sequence[Line], by: Membership) -> Imported:
    """Store the lines that were chosen, by the action that stores answers.

    Raises ValidationError, by the codes of the clauses, if any cannot be stored as it is: then
    none is. A line that somebody saved over since it was shown stops only itself.
    """
    require(by, Permission.ANSWER_CLAUSE)
    if not lines:
        return Imported()
    rows = [Row(line.answer, line.entry.seen, line.said) for line in lines]
    outcome = answer_clauses(assessment, rows=rows, by=by)
    left = None
    if outcome.conflicts:
        left = left_over(outcome.conflicts, lines, assessment, by=by)
    counts = {"saved": len(outcome.saved), "same": len(outcome.same)}
    audit.record("assessment.import", assessment, conflicts=len(outcome.conflicts), **counts)
    return Imported(outcome.saved, outcome.same, left)
