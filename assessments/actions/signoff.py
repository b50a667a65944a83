"""The approver's declaration, and taking it back."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format

from agencies.models import Membership
from agencies.permissions import require
from agencies.text import one_line
from agencies.workflow import NotAllowed, lock, move
from assessments import guarding, snapshot
from assessments.actions.noticing import of_step, tell
from assessments.checks import what_guard_stops, what_stops_sign_off
from assessments.models import About, AnswerRevision, Assessment, SignOff
from assessments.workflow import ASSESSMENT, require_current, require_real

DECLARATION = (
    "I have read this self-assessment. To the best of my knowledge it is a true and fair account "
    "of how we work, and the evidence named in it exists and holds no details that could identify "
    "a child, a parent or a carer."
)


@transaction.atomic
def sign_off(assessment: Assessment, *, name: str, has_agreed: bool, by: Membership) -> Assessment:
    """Lock the assessment under a named, timed declaration over exactly its content."""
    locked = lock_for(assessment, "sign_off", by=by)
    name = _name(name, has_agreed=has_agreed)
    answers = list(locked.answers.for_tasks())
    found = what_stops_sign_off(answers, kind=locked.agency.kind)
    found += what_guard_stops(guarding.of_assessment(locked))
    if found:
        raise ValidationError([hindrance.message for hindrance in found])
    AnswerRevision.objects.filter(answer__assessment=locked, is_open=True).update(is_open=False)
    content_sha256 = snapshot.digest(snapshot.of_draft(locked))
    SignOff.objects.create(
        agency_id=locked.agency_id,
        assessment=locked,
        by=by,
        name=name,
        declaration=DECLARATION,
        content_sha256=content_sha256,
    )
    moved = move(locked, ASSESSMENT, "sign_off", by=by, content_sha256=content_sha256)
    tell(of_step(moved, About.SIGNED), by=by)
    return moved


@transaction.atomic
def reopen(assessment: Assessment, *, by: Membership) -> Assessment:
    """Make it a draft again. The sign-off no longer counts."""
    locked = lock_for(assessment, "reopen", by=by)
    void_sign_off(locked)
    moved = move(locked, ASSESSMENT, "reopen", by=by)
    tell(of_step(moved, About.REOPENED), by=by)
    return moved


def lock_for(assessment: Assessment, action: str, *, by: Membership) -> Assessment:
    """The locked assessment, if `by` may take this step from where it stands.

    Checked here before anything is written; move() then checks and writes the status.
    """
    require(by, ASSESSMENT[action].needs)
    locked = lock(Assessment.objects.locked(), assessment.pk)
    check_step(locked, action, by=by)
    return locked


def check_step(assessment: Assessment, action: str, *, by: Membership) -> None:
    """Raise PermissionDenied or NotAllowed unless `by` may take this step now."""
    step = ASSESSMENT[action]
    require(by, step.needs)
    require_real(assessment)
    require_current(assessment)
    if assessment.status not in step.sources:
        raise NotAllowed(_who_was_first(assessment))


def void_sign_off(assessment: Assessment) -> None:
    assessment.sign_offs.filter(voided_at=None).update(voided_at=timezone.now())


def _who_was_first(assessment: Assessment) -> str:
    status = assessment.get_status_display().lower()
    stage = assessment.stages.select_related("by").last()
    if stage is None:
        return f"This self-assessment is {status}, so this cannot be done now."
    at = date_format(timezone.localtime(stage.at), "j F Y, H:i")
    return (
        f"This self-assessment is already {status}: {stage.by.display_name} did this on {at}. "
        "Nothing was done twice."
    )


def _name(name: str, *, has_agreed: bool) -> str:
    cleaned = one_line(name)
    errors = {}
    if not cleaned:
        errors["name"] = "Enter your name"
    elif len(cleaned) > 120:
        errors["name"] = "Your name must be 120 characters or fewer"
    if not has_agreed:
        errors["has_agreed"] = "Confirm that you agree with the declaration"
    if errors:
        raise ValidationError(errors)
    return cleaned
