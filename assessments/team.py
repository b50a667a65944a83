"""Who does what in one assessment: its answers with whose they are, and what is shown of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models

from agencies.models import Membership
from agencies.permissions import Permission, can
from assessments.models import Answer, ClauseAssignment
from standards.models import Clause
from standards.scoring import ClauseState


class Show(models.TextChoices):
    ALL = "", "All clauses"
    MINE = "mine", "Mine"
    OVERDUE = "overdue", "Overdue"
    UNASSIGNED = "unassigned", "To do, and no one's"
    TO_CHECK = "to_check", "Carried over, still to check"


@dataclass(frozen=True)
class Part:
    """A clause with whose it is. `answer` was read with its assignment and assignee; `counts`:
    it is addressed to the agency, or answered (ClauseState.counts)."""

    answer: Answer
    today: date
    counts: bool = True

    @property
    def clause(self) -> Clause:
        return self.answer.clause

    @property
    def assignment(self) -> ClauseAssignment | None:
        return getattr(self.answer, "assignment", None)

    @property
    def assignee(self) -> Membership | None:
        return self.assignment.assignee if self.assignment else None

    @property
    def due_on(self) -> date | None:
        return self.assignment.due_on if self.assignment else None

    @property
    def has_left(self) -> bool:
        """It is somebody's who has no access any more, or may not answer."""
        return self.assignee is not None and not can(self.assignee, Permission.ANSWER_CLAUSE)

    @property
    def is_to_do(self) -> bool:
        return self.answer.is_to_check or (self.counts and not self.answer.is_complete)

    @property
    def is_overdue(self) -> bool:
        return is_overdue(self.due_on, self.today) and not self.answer.is_done

    @property
    def is_unassigned(self) -> bool:
        return self.is_to_do and (self.assignee is None or self.has_left)

    def is_shown(self, show: str, by: Membership) -> bool:
        if show == Show.MINE:
            return self.assignee == by
        if show == Show.OVERDUE:
            return self.is_overdue
        if show == Show.TO_CHECK:
            return self.answer.is_to_check
        return show == Show.ALL or self.is_unassigned


def parts(answers: Sequence[Answer], states: Sequence[ClauseState], today: date) -> list[Part]:
    pairs = zip(answers, states, strict=True)
    return [Part(answer, today, state.counts) for answer, state in pairs]


def count_unassigned(answers: Iterable[Answer], states: Iterable[ClauseState]) -> int:
    """Clauses to do that are no one's. `answers` come from Answer.objects.for_overview()."""
    pairs = zip(answers, states, strict=True)
    to_do = (a for a, s in pairs if a.is_to_check or (s.counts and not s.is_complete))
    return sum(not answer.has_assignee for answer in to_do)


def is_overdue(due_on: date | None, today: date) -> bool:
    """Whether the last day has passed; the day itself is still in time."""
    return due_on is not None and due_on < today
