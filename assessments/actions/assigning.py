"""Saying who sees to which clauses, and by when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, require
from agencies.workflow import lock
from assessments.actions.noticing import of_assignment, tell
from assessments.models import Answer, Assessment, ClauseAssignment
from assessments.models.assignment import assignable
from assessments.workflow import require_open

CANNOT_ANSWER = "Choose somebody who has access and whose role may answer clauses"


@transaction.atomic
def assign(
    assessment: Assessment,
    *,
    answers: Collection[UUID],
    to: Membership,
    due_on: date | None,
    by: Membership,
) -> list[ClauseAssignment]:
    """Make clauses of an open assessment (the ids of their answers) somebody's, until a day.

    Returns what changed: what is theirs until that very day already stays as it was.
    """
    require(by, Permission.ASSIGN_CLAUSE)
    chosen = _locked(assessment, answers)
    if due_on is not None and due_on < timezone.localdate():
        raise ValidationError({"due_on": "The due date must be today or later"})
    holder = lock_assignable(to)
    if holder is None:
        raise ValidationError({"to": CANNOT_ANSWER})
    before = _held(chosen)
    new = [_new(answer, holder, due_on, by) for answer in chosen]
    changed = [row for row in new if _facts(row) != _facts(before.get(row.answer_id))]
    gone = [before[row.answer_id].pk for row in changed if row.answer_id in before]
    ClauseAssignment.objects.filter(pk__in=gone).delete()
    ClauseAssignment.objects.bulk_create(changed)
    tell(map(of_assignment, changed), by=by)
    for row in changed:
        _record("answer.assign", row.answer, before.get(row.answer_id), row)
    return changed


@transaction.atomic
def unassign(assessment: Assessment, *, answers: Collection[UUID], by: Membership) -> int:
    """Make clauses (the ids of their answers) no one's. Returns how many were somebody's."""
    require(by, Permission.ASSIGN_CLAUSE)
    chosen = _locked(assessment, answers)
    before = _held(chosen)
    ClauseAssignment.objects.filter(pk__in=[row.pk for row in before.values()]).delete()
    for answer in chosen:
        if answer.pk in before:
            _record("answer.unassign", answer, before[answer.pk], None)
    return len(before)


def lock_assignable(person: Membership) -> Membership | None:
    """The person, if something can be theirs; locked, so that nobody is removed meanwhile."""
    people = assignable(person.agency_id).select_for_update(no_key=True)
    return people.filter(pk=person.pk).first()


def _locked(assessment: Assessment, pks: Collection[UUID]) -> list[Answer]:
    """The chosen answers of an open assessment, in order. They are locked before it is, as by a
    save: else each of the two could wait for the other."""
    rows = Answer.objects.filter(assessment=assessment, pk__in=pks).order_by("pk")
    texts = ("how", "difference", "na_reason")
    found = list(rows.select_related("clause").defer(*texts).select_for_update(of=("self",)))
    require_open(lock(Assessment.objects.locked(), assessment.pk))
    if not pks:
        raise ValidationError({"clauses": "Choose at least one clause"})
    if len(found) != len(set(pks)):
        raise ValidationError({"clauses": "Choose clauses of this self-assessment"})
    return sorted(found, key=lambda answer: answer.clause.position)


def _held(answers: Sequence[Answer]) -> dict[UUID, ClauseAssignment]:
    rows = ClauseAssignment.objects.filter(answer__in=answers)
    return {row.answer_id: row for row in rows.order_by("pk").select_for_update()}


def _new(
    answer: Answer, holder: Membership, due_on: date | None, by: Membership
) -> ClauseAssignment:
    return ClauseAssignment(
        agency_id=answer.agency_id, answer=answer, assignee=holder, due_on=due_on, by=by
    )


def _facts(row: ClauseAssignment | None, suffix: str = "") -> dict[str, Any]:
    """Whose it is and until when, without what is empty."""
    found = {"assignee": row.assignee_id, "due_on": row.due_on} if row else {}
    return {f"{name}{suffix}": value for name, value in found.items() if value}


def _record(
    event: str, answer: Answer, before: ClauseAssignment | None, after: ClauseAssignment | None
) -> None:
    facts = {**_facts(before, "_before"), **_facts(after)}
    audit.record(event, answer, assessment=answer.assessment_id, clause=answer.clause.code, **facts)
