"""Answering many clauses at once: what answer_clause does, with one lock and one event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, require
from agencies.workflow import Stale, lock
from assessments.actions.answers import STORED, Said, checked, new_revision, put, stale
from assessments.models import Answer, AnswerRevision, Assessment
from assessments.standing import restand, rules_in_force
from assessments.workflow import require_open
from standards.scoring import Rules


@dataclass(frozen=True)
class Row:
    """What somebody who saw `version` says to one clause."""

    answer: Answer
    version: int
    said: Said


@dataclass
class Outcome:
    """What became of the rows. `same`: what was sent is what is stored, whoever stored it."""

    saved: list[Answer] = field(default_factory=list)
    same: list[Answer] = field(default_factory=list)
    conflicts: list[Stale] = field(default_factory=list)


@transaction.atomic
def answer_clauses(assessment: Assessment, *, rows: Sequence[Row], by: Membership) -> Outcome:
    """Store each row that nobody has saved over since it was seen; the others come back as Stale.

    Raises ValidationError, by the codes of the clauses, if any row cannot be stored as it is:
    then none is. The number of statements does not depend on the number of rows.
    """
    require(by, Permission.ANSWER_CLAUSE)
    locked, answers = _locked(assessment, [row.answer.pk for row in rows])
    require_open(locked)
    rules = rules_in_force(locked)
    outcome, changes = Outcome(), []
    for row, said in zip(rows, _checked_all(rows, rules), strict=True):
        answer = answers[row.answer.pk]
        if said == Said.stored_in(answer):
            outcome.same.append(answer)
        elif row.version != answer.version:
            outcome.conflicts.append(stale(answer, said, by=by))
        else:
            changes.append((answer, said))
    _close(outcome.same, by)
    if changes:
        outcome.saved = _store(changes, by)
        restand(locked, rules)
        _record(locked, outcome.saved)
    return outcome


def _locked(assessment: Assessment, pks: Sequence[UUID]) -> tuple[Assessment, dict[UUID, Answer]]:
    """Answers first, as a save of one does: else each of the two could wait for the other."""
    rows = Answer.objects.filter(assessment=assessment, pk__in=pks).order_by("pk")
    found = rows.select_related("clause", "updated_by").select_for_update(of=("self",))
    answers = {answer.pk: answer for answer in found}
    return lock(Assessment.objects.locked(), assessment.pk), answers


def _checked_all(rows: Sequence[Row], rules: Rules) -> list[Said]:
    found, errors = [], {}
    for row in rows:
        try:
            found.append(checked(row.said, rules))
        except ValidationError as error:
            errors[row.answer.clause.code] = error.messages
    if errors:
        raise ValidationError(errors)
    return found


def _store(changes: Sequence[tuple[Answer, Said]], by: Membership) -> list[Answer]:
    """Write the answers, and for each its revision: an open one of this person is closed by it."""
    now = timezone.now()
    answers = [answer for answer, _ in changes]
    open_ones = AnswerRevision.objects.extendable_of(answers, by=by, now=now)
    ids = {revision.answer_id: revision.pk for revision in open_ones}
    for answer, said in changes:
        put(answer, said, by=by, now=now)
    Answer.objects.bulk_update(answers, STORED)
    revisions = [new_revision(answer, is_open=False, by=by, now=now) for answer in answers]
    for revision in revisions:
        revision.pk = ids.get(revision.answer_id, revision.pk)
    old = [revision for revision in revisions if revision.answer_id in ids]
    if old:
        AnswerRevision.objects.bulk_update(old, [*Answer.FIELDS, "version", "is_open", "saved_at"])
    AnswerRevision.objects.bulk_create(r for r in revisions if r.answer_id not in ids)
    return answers


def _close(answers: Sequence[Answer], by: Membership) -> None:
    """Nothing new is said: a save that was asked for only ends the shared revisions."""
    if answers:
        now = timezone.now()
        AnswerRevision.objects.extendable_of(answers, by=by, now=now).update(is_open=False)


def _record(assessment: Assessment, answers: Sequence[Answer]) -> None:
    versions = {answer.clause.code: answer.version for answer in answers}
    audit.record("answer.save_table", assessment, count=len(answers), versions=versions)
