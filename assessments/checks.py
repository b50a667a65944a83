"""What must be put right before an approver can sign."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assessments.models import Answer
from assessments.standing import clause_states
from standards import wording


@dataclass(frozen=True)
class Hindrance:
    """One thing to put right: a plain sentence, and the clauses to work on, in order."""

    message: str
    clauses: tuple[str, ...]


def what_stops_sign_off(answers: Sequence[Answer], *, kind: str) -> list[Hindrance]:
    """Empty when it can be signed. `answers` come from Answer.objects.for_tasks()."""
    states = clause_states(answers, kind=kind)
    open_ = [state for state in states if state.counts and not state.is_complete]
    unanswered = tuple(state.code for state in open_ if not state.is_not_applicable)
    unexplained = tuple(state.code for state in open_ if state.is_not_applicable)
    refused = _codes(answer for answer in answers if answer.has_refused)
    waiting = _codes(answer for answer in answers if answer.has_waiting)
    found = [
        (unanswered, wording.unanswered),
        (unexplained, wording.unexplained),
        (refused, _refused),
        (waiting, _waiting),
    ]
    return [Hindrance(say(codes), codes) for codes, say in found if codes]


def _refused(codes: Sequence[str]) -> str:
    return f"Replace or detach evidence that was refused, at {_clauses(codes)}."


def _waiting(codes: Sequence[str]) -> str:
    return f"Wait for the virus check of evidence, at {_clauses(codes)}."


def _clauses(codes: Sequence[str]) -> str:
    return "1 clause" if len(codes) == 1 else f"{len(codes)} clauses"


def _codes(answers: Iterable[Answer]) -> tuple[str, ...]:
    return tuple(answer.clause.code for answer in answers)
