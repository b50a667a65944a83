"""A self-assessment that leaves as a workbook, and what comes back in one."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, require
from assessments.models import Assessment, EvidenceLink
from assessments.sheets.writing import Content, workbook
from assessments.standing import rules_in_force


@transaction.atomic
def export_sheet(assessment: Assessment, *, by: Membership) -> bytes:
    """The workbook, in whatever state the self-assessment is; writes the event."""
    require(by, Permission.READ_ASSESSMENT)
    answers = list(assessment.answers.for_sheet())
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
