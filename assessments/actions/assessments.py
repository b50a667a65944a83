"""Starting an assessment, and what happens to it as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, require
from agencies.text import one_line
from agencies.workflow import NotAllowed, lock
from assessments.actions import carrying
from assessments.models import (
    Answer,
    AnswerRevision,
    Assessment,
    Comment,
    EvidenceLink,
    ImprovementStage,
    Mention,
    ThreadStage,
)
from assessments.standing import restand
from assessments.workflow import require_current, require_open, why_locked
from standards.models import Edition

ALREADY = (
    "You have started a self-assessment from this page already. To start another, open “Start a "
    "self-assessment” again."
)
OF_PRACTICE = "What was said for practice can only be carried over into another practice one"
KEEP = (
    "This self-assessment holds answers, comments, evidence or reports, so it cannot be deleted. "
    "Archive it instead."
)
KEEP_RECORD = (
    "Something in this self-assessment has a record that must be kept, such as the removal of "
    "personal data. Archive it instead."
)


@transaction.atomic
def start(
    edition: Edition,
    *,
    title: str,
    period_from: date,
    period_to: date,
    is_practice: bool = False,
    continues: Assessment | None = None,
    form_key: UUID | None = None,
    by: Membership,
) -> Assessment:
    """A draft with one answer for each clause of the edition: empty, or with texts and evidence
    of the one it `continues`, to be checked, where the clause has the same wording.

    Practice is practice for good: the database lets nobody change it or move it on.
    `form_key` is made with the form: sent twice, the second time returns what the first made.
    """
    require(by, Permission.MANAGE_ASSESSMENT)
    if edition.is_withdrawn:
        raise ValidationError({"edition": "This edition is withdrawn. Choose another."})
    if continues and continues.is_practice and not is_practice:
        raise ValidationError({"continues": OF_PRACTICE})
    details = {"edition": edition, "title": _title(title), "is_practice": is_practice}
    details |= {"continues": continues, **_period(period_from, period_to)}
    assessment, is_new = Assessment.objects.get_or_create(
        agency=by.agency,
        form_key=form_key or uuid4(),
        defaults={**details, "created_by": by},
    )
    if not is_new:
        return _as_asked(assessment, details)
    carried = carrying.fill(assessment, by=by)
    restand(assessment)
    facts: dict[str, Any] = {"practice": True} if is_practice else {}
    if continues:
        facts |= {"continues": continues.pk, "to_check": carried}
    audit.record("assessment.start", assessment, edition=edition.code, **facts)
    return assessment


@transaction.atomic
def rename(
    assessment: Assessment, *, title: str, period_from: date, period_to: date, by: Membership
) -> Assessment:
    """Change the title and the period it covers, while it is open."""
    locked = _locked(assessment, by)
    require_open(locked)
    period = _period(period_from, period_to)
    locked.title = _title(title)
    locked.period_from, locked.period_to = period["period_from"], period["period_to"]
    locked.save(update_fields=["title", "period_from", "period_to", "updated_at"])
    audit.record("assessment.rename", locked)
    return locked


@transaction.atomic
def archive(assessment: Assessment, *, by: Membership) -> Assessment:
    """Set it aside, in whatever state it is. Nothing in it changes until it is restored."""
    locked = _locked(assessment, by)
    require_current(locked)
    locked.archived_at = timezone.now()
    locked.save(update_fields=["archived_at", "updated_at"])
    audit.record("assessment.archive", locked)
    return locked


@transaction.atomic
def restore(assessment: Assessment, *, by: Membership) -> Assessment:
    locked = _locked(assessment, by)
    if not locked.is_archived:
        raise NotAllowed("This self-assessment is not archived.")
    locked.archived_at = None
    locked.save(update_fields=["archived_at", "updated_at"])
    if not why_locked(locked):
        restand(locked)  # evidence may have been disposed of meanwhile
    audit.record("assessment.restore", locked)
    return locked


@transaction.atomic
def delete(assessment: Assessment, *, by: Membership) -> Assessment:
    """Remove it for good: practice with all it holds, anything else while nothing was said in it.

    Returns what is no longer stored.
    """
    require(by, Permission.MANAGE_ASSESSMENT)
    # Answers first, as a save does: else each of the two could wait for the other.
    answers = Answer.objects.filter(assessment=assessment).order_by("pk")
    list(answers.select_for_update(of=("self",)).values_list("pk"))
    locked = _locked(assessment, by)
    if not locked.may_be_deleted:
        raise NotAllowed(KEEP)
    if locked.is_practice:
        _clear(locked)
    try:
        Assessment.objects.filter(pk=locked.pk).delete()
    except ProtectedError as error:
        raise NotAllowed(KEEP_RECORD) from error
    audit.record("assessment.delete", locked)
    return locked


def _clear(practice: Assessment) -> None:
    """What else is never deleted. The evidence stays in the library; the files of reports go with
    the next tidying, as no row knows them any more."""
    of_answers = {"answer__assessment": practice}
    EvidenceLink.objects.filter(**of_answers).delete()
    AnswerRevision.objects.filter(**of_answers).delete()
    ImprovementStage.objects.filter(record__assessment=practice).delete()
    practice.improvements.all().delete()
    Mention.objects.filter(comment__thread__assessment=practice).delete()
    Comment.objects.filter(thread__assessment=practice).delete()
    ThreadStage.objects.filter(record__assessment=practice).delete()
    practice.threads.all().delete()
    practice.reports.all().delete()


def _as_asked(started: Assessment, details: Mapping[str, Any]) -> Assessment:
    """What was started by this form before, unless the form now asks for something else."""
    if any(getattr(started, field) != value for field, value in details.items()):
        raise ValidationError(ALREADY)
    return started


def _locked(assessment: Assessment, by: Membership) -> Assessment:
    require(by, Permission.MANAGE_ASSESSMENT)
    return lock(Assessment.objects.locked(), assessment.pk)


def _title(title: str) -> str:
    cleaned = one_line(title)
    if not cleaned:
        raise ValidationError({"title": "Enter a title"})
    if len(cleaned) > 150:
        raise ValidationError({"title": "The title must be 150 characters or fewer"})
    return cleaned


def _period(period_from: date, period_to: date) -> dict[str, date]:
    if period_to < period_from:
        message = "The last day of the period must be the same as or after the first day"
        raise ValidationError({"period_to": message})
    return {"period_from": period_from, "period_to": period_to}
