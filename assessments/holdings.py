"""What can be somebody's: the nouns that are handed over when a person leaves.

A later noun joins by one entry in HOLDINGS and a method `held_by(member)` on its manager.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import models
from django.urls import reverse
from django.utils.text import get_text_list

from agencies.models import Membership
from agencies.permissions import Permission
from assessments.actions.noticing import of_assignment, of_improvement
from assessments.models import Answer, ClauseAssignment, Evidence, Improvement, Notice
from assessments.presenting import clause_url
from assessments.workflow import why_locked


@dataclass(frozen=True)
class Item:
    """One thing that is somebody's. `is_pending`: something is still to be done about it."""

    about: models.Model
    facts: dict[str, UUID | str]
    text: str
    url: str
    is_pending: bool
    due_on: date | None = None


@dataclass(frozen=True)
class Holding:
    """A noun with a holder. `needs`: what a person must be allowed to do to become one.

    `counter`: counts a row's changes, so that a page opened before one undoes nothing.
    `notice`: what the receiver of a row is told.
    """

    key: str
    one: str
    many: str
    model: type[models.Model]
    holder: str
    needs: Permission
    event: str
    item: Callable[[Any], Item]
    counter: str = ""
    notice: Callable[[Any], Notice] | None = None

    def rows(self, member: Membership) -> models.QuerySet[Any]:
        """All that is this person's, in one order; each row as `item` wants it."""
        found: models.QuerySet[Any] = self.model._default_manager.held_by(member)  # type: ignore[attr-defined]
        return found

    def in_words(self, count: int) -> str:
        return f"{count} {self.one if count == 1 else self.many}"


def _clause(row: ClauseAssignment) -> Item:
    answer: Answer = row.answer
    return Item(
        about=answer,
        facts={"assessment": answer.assessment_id, "clause": answer.clause.code},
        text=f"Clause {answer.clause.code} in {answer.assessment.title}",
        url=clause_url(answer.assessment_id, answer.clause.code),
        is_pending=not (answer.is_done or why_locked(answer.assessment)),
        due_on=row.due_on,
    )


def _evidence(row: Evidence) -> Item:
    return Item(
        about=row,
        facts={},
        text=f"Evidence: {row.title}",
        url=reverse("assessments:evidence_detail", args=[row.pk]),
        is_pending=row.validity is not None,
        due_on=row.valid_until,
    )


def _action(row: Improvement) -> Item:
    return Item(
        about=row,
        facts={"assessment": row.assessment_id, "clause": row.clause.code},
        text=f"Action for clause {row.clause.code} in {row.assessment.title}: {row.what}",
        url=reverse("assessments:improvement", args=[row.pk]),
        is_pending=row.is_open,
        due_on=row.due_on if row.is_to_do else None,
    )


HOLDINGS: tuple[Holding, ...] = (
    Holding(
        key="clauses",
        one="clause",
        many="clauses",
        model=ClauseAssignment,
        holder="assignee",
        needs=Permission.ANSWER_CLAUSE,
        event="answer.hand_over",
        item=_clause,
        notice=of_assignment,
    ),
    Holding(
        key="evidence",
        one="piece of evidence",
        many="pieces of evidence",
        model=Evidence,
        holder="owner",
        needs=Permission.MANAGE_EVIDENCE,
        event="evidence.hand_over",
        counter="wording",
        item=_evidence,
    ),
    Holding(
        key="actions",
        one="action",
        many="actions",
        model=Improvement,
        holder="owner",
        needs=Permission.PLAN_IMPROVEMENT,
        event="improvement.hand_over",
        item=_action,
        counter="version",
        notice=of_improvement,
    ),
)


def held_in_words(member: Membership) -> str:
    """Such as "12 clauses"; empty: nothing is theirs. One query for each noun."""
    return in_words({holding.key: holding.rows(member).count() for holding in HOLDINGS})


def in_words(counts: Mapping[str, int]) -> str:
    """`counts` by Holding.key."""
    found = [(holding, counts.get(holding.key, 0)) for holding in HOLDINGS]
    return get_text_list([holding.in_words(n) for holding, n in found if n], "and")
