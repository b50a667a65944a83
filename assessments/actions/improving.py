"""The improvement plan: planning an action for a clause, and taking it to where it is checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, require
from agencies.text import one_line
from agencies.workflow import NotAllowed, Stale, lock, move
from assessments.actions.assigning import CANNOT_ANSWER, lock_assignable
from assessments.actions.noticing import of_improvement, tell
from assessments.models import Answer, Assessment, Improvement
from assessments.standing import rules_in_force
from assessments.workflow import IMPROVEMENT, require_current
from standards.scoring import Rules

MAX_WHAT = 200
MAX_WHY = 2_000
SOMEBODY_ELSE = (
    "Somebody else has to check this: not the person whose it is, not the person who said that "
    "it is done, and no machine account."
)
CHECKED = "This action was checked, so what it says stays. Put it back to change it."
CHANGED = "Somebody changed this action while you were working on it. Nothing was overwritten."


@dataclass(frozen=True)
class Planned:
    """What is said about an action."""

    what: str
    why: str
    owner: Membership
    due_on: date
    expected_level: int

    def fields(self) -> dict[str, Any]:
        """As the model's fields."""
        return {name: getattr(self, name) for name in Improvement.SAID}


@transaction.atomic
def plan(answer: Answer, *, planned: Planned, by: Membership) -> Improvement:
    """Plan an action for the clause of an answer, unless its assessment is archived."""
    require(by, Permission.PLAN_IMPROVEMENT)
    assessment = lock(Assessment.objects.locked(), answer.assessment_id)
    require_current(assessment)
    planned = _checked(planned, rules_in_force(assessment), level=answer.level)
    made = Improvement.objects.create(
        agency_id=answer.agency_id,
        assessment=assessment,
        clause=answer.clause,
        created_by=by,
        **planned.fields(),
    )
    tell([of_improvement(made)], by=by)
    _record("improvement.plan", made, owner=made.owner_id, due_on=made.due_on)
    return made


@transaction.atomic
def edit(
    improvement: Improvement, *, planned: Planned, version: int, by: Membership
) -> Improvement:
    """Say anew what is planned, until it is checked: nobody has checked other words than those
    that stand there. Raises Stale unless `version` is the stored."""
    require(by, Permission.PLAN_IMPROVEMENT)
    locked = _lock(improvement)
    if not locked.is_open:
        raise NotAllowed(CHECKED)
    if locked.version != version:
        raise Stale(CHANGED, current=locked, ours={**planned.fields(), "owner": planned.owner.pk})
    rules = rules_in_force(Assessment.objects.for_page().get(pk=locked.assessment_id))
    planned = _checked(planned, rules, stored=locked)
    changed = [name for name, said in planned.fields().items() if getattr(locked, name) != said]
    if not changed:
        return locked
    before = {"owner_before": locked.owner_id} if "owner" in changed else {}
    for name in changed:
        setattr(locked, name, getattr(planned, name))
    locked.version += 1
    locked.save(update_fields=[*changed, "version", "updated_at"])
    if "owner" in changed:
        tell([of_improvement(locked)], by=by)
    _record("improvement.edit", locked, fields=changed, **before)
    return locked


@transaction.atomic
def begin(improvement: Improvement, *, by: Membership) -> Improvement:
    """Somebody works on it now."""
    return _move(improvement, "begin", by)


@transaction.atomic
def finish(improvement: Improvement, *, by: Membership) -> Improvement:
    """It is done, and waits to be checked by somebody else."""
    require(by, Permission.PLAN_IMPROVEMENT)
    locked = _lock(improvement)
    locked.done_by = by
    locked.save(update_fields=["done_by"])
    return _move(locked, "finish", by)


@transaction.atomic
def check(improvement: Improvement, *, by: Membership) -> Improvement:
    """It was done indeed: so says somebody who neither has it nor did it."""
    require(by, Permission.CHECK_IMPROVEMENT)
    locked = _lock(improvement)
    if locked.is_done:
        if not may_check(locked, by):
            raise PermissionDenied(SOMEBODY_ELSE)
        locked.checked_by = by
        locked.save(update_fields=["checked_by"])
    return _move(locked, "check", by)


@transaction.atomic
def put_back(improvement: Improvement, *, by: Membership) -> Improvement:
    """It is not done after all: somebody goes on with it."""
    moved = _move(improvement, "put_back", by)
    moved.done_by = moved.checked_by = None
    moved.save(update_fields=["done_by", "checked_by"])
    return moved


STEPS = {"begin": begin, "finish": finish, "check": check, "put_back": put_back}
"""By the names of the workflow."""


def may_check(improvement: Improvement, by: Membership) -> bool:
    """Whether `by` is somebody else. What the role allows is asked apart."""
    return not by.is_machine and by.pk not in (improvement.owner_id, improvement.done_by_id)


def _lock(improvement: Improvement) -> Improvement:
    rows = Improvement.objects.select_related("owner", "clause").select_for_update(of=("self",))
    return lock(rows, improvement.pk)


def _move(improvement: Improvement, action: str, by: Membership) -> Improvement:
    facts = {"assessment": improvement.assessment_id, "clause": improvement.clause.code}
    return move(improvement, IMPROVEMENT, action, by=by, **facts)


def _checked(
    planned: Planned,
    rules: Rules,
    *,
    level: int | None = None,
    stored: Improvement | None = None,
) -> Planned:
    """White space tidied. `level`: where the clause is now; `stored`: what may stay as it is.

    Raises ValidationError for what cannot be stored.
    """
    planned = replace(
        planned,
        what=one_line(planned.what),
        why=planned.why.replace("\r\n", "\n").strip(),
    )
    errors = {**_wrong_words(planned), **_wrong_level(planned, rules, level)}
    is_new_day = stored is None or planned.due_on != stored.due_on
    if is_new_day and planned.due_on < timezone.localdate():
        errors["due_on"] = "The due date must be today or later"
    is_new_owner = stored is None or planned.owner != stored.owner
    if is_new_owner and lock_assignable(planned.owner) is None:
        errors["owner"] = CANNOT_ANSWER
    if errors:
        raise ValidationError(errors)
    return planned


def _wrong_words(planned: Planned) -> dict[str, str]:
    said: Iterable[tuple[str, str, int, str]] = (
        ("what", planned.what, MAX_WHAT, "Say what will be done"),
        ("why", planned.why, MAX_WHY, "Say why, and what it should change"),
    )
    errors = {name: sentence for name, text, _, sentence in said if not text}
    long = {
        name: f"This must be {most:,} characters or fewer"
        for name, text, most, _ in said
        if len(text) > most
    }
    return {**errors, **long}


def _wrong_level(planned: Planned, rules: Rules, level: int | None) -> dict[str, str]:
    if planned.expected_level not in [step.level for step in rules.scale]:
        return {"expected_level": "Choose a level of the scale"}
    if level is not None and planned.expected_level < level:
        now = rules.title_of(level)
        return {"expected_level": f"The clause is at {now} now. Choose that level or a higher one"}
    return {}


def _record(event: str, improvement: Improvement, **facts: Any) -> None:
    audit.record(
        event,
        improvement,
        assessment=improvement.assessment_id,
        clause=improvement.clause.code,
        **facts,
    )
