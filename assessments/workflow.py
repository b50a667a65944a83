"""States of a self-assessment, and the steps between them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import models

from agencies.permissions import Permission
from agencies.workflow import NotAllowed, Step

if TYPE_CHECKING:
    from assessments.models import Assessment


class Status(models.TextChoices):
    DRAFT = "draft", "In progress"
    SIGNED_OFF = "signed_off", "Signed off"
    SUBMITTED = "submitted", "Submitted"


ASSESSMENT: Mapping[str, Step] = {
    "sign_off": Step(frozenset({Status.DRAFT}), Status.SIGNED_OFF, Permission.SIGN_OFF),
    "reopen": Step(frozenset({Status.SIGNED_OFF}), Status.DRAFT, Permission.REOPEN),
    "submit": Step(frozenset({Status.SIGNED_OFF}), Status.SUBMITTED, Permission.SUBMIT),
    "withdraw": Step(frozenset({Status.SUBMITTED}), Status.DRAFT, Permission.WITHDRAW),
}


class Progress(models.TextChoices):
    """States of an action of the improvement plan."""

    TO_DO = "to_do", "To do"
    DOING = "doing", "Doing"
    DONE = "done", "Done"
    CHECKED = "checked", "Checked"


IMPROVEMENT: Mapping[str, Step] = {
    "begin": Step(frozenset({Progress.TO_DO}), Progress.DOING, Permission.PLAN_IMPROVEMENT),
    "finish": Step(
        frozenset({Progress.TO_DO, Progress.DOING}), Progress.DONE, Permission.PLAN_IMPROVEMENT
    ),
    "check": Step(frozenset({Progress.DONE}), Progress.CHECKED, Permission.CHECK_IMPROVEMENT),
    "put_back": Step(
        frozenset({Progress.DONE, Progress.CHECKED}), Progress.DOING, Permission.CHECK_IMPROVEMENT
    ),
}


class Talk(models.TextChoices):
    """States of a conversation about a clause."""

    OPEN = "open", "Open"
    RESOLVED = "resolved", "Resolved"


THREAD: Mapping[str, Step] = {
    "resolve": Step(frozenset({Talk.OPEN}), Talk.RESOLVED, Permission.COMMENT),
    "reopen": Step(frozenset({Talk.RESOLVED}), Talk.OPEN, Permission.COMMENT),
}

ARCHIVED = "This self-assessment is archived. A lead can restore it."
PRACTICE = (
    "This is a practice self-assessment, so it cannot be signed off or submitted. "
    "Start another one for the real thing."
)
LOCKED: Mapping[str, str] = {
    Status.SIGNED_OFF: "This self-assessment is signed off, so it cannot be changed. "
    "A lead or an approver can reopen it, which voids the sign-off.",
    Status.SUBMITTED: "This self-assessment is submitted, so it cannot be changed. "
    "A lead or an approver can withdraw it until someone starts reviewing it.",
}

SILENT = (
    "This self-assessment is submitted, so its comments can only be read. "
    "A lead or an approver can withdraw it until someone starts reviewing it."
)


def why_locked(assessment: Assessment) -> str:
    """Why its content cannot be changed now, for the reader; empty if it can."""
    return ARCHIVED if assessment.is_archived else LOCKED.get(assessment.status, "")


def require_open(assessment: Assessment) -> None:
    """Raise NotAllowed unless its content may be changed. Call it with the row locked."""
    if reason := why_locked(assessment):
        raise NotAllowed(reason)


def require_real(assessment: Assessment) -> None:
    """Raise NotAllowed if it is for practice: no step leads out of its first state."""
    if assessment.is_practice:
        raise NotAllowed(PRACTICE)


def why_silent(assessment: Assessment) -> str:
    """Why nothing is said in its comments now, for the reader; empty if somebody can."""
    if assessment.is_archived:
        return ARCHIVED
    return SILENT if assessment.status == Status.SUBMITTED else ""


def require_talking(assessment: Assessment) -> None:
    """Raise NotAllowed unless its clauses may be discussed."""
    if reason := why_silent(assessment):
        raise NotAllowed(reason)


def require_current(assessment: Assessment) -> None:
    """Raise NotAllowed if it is archived."""
    if assessment.is_archived:
        raise NotAllowed(ARCHIVED)
