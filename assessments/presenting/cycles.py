"""How two self-assessments side by side are put into words, for pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format

from assessments.cycles import Change, Side
from assessments.presenting import level_text
from standards.mapping import Fate
from standards.rules import Rules

NOTES = {Fate.REWORDED: "Reworded", Fate.NEW: "New in the standards"}
NO_CLAUSE = "Not in that edition"
Url = Callable[[str], str]


@dataclass(frozen=True)
class ChangeRow:
    """A clause as a line of the comparison. `note`: what became of the clause itself."""

    change: Change
    href: str
    note: str
    then: str
    now: str
    trend: str


def change_rows(
    changes: Iterable[Change], then: Rules, now: Rules, old_url: Url, url: Url
) -> list[ChangeRow]:
    return [
        ChangeRow(
            change=change,
            href=url(change.after.code) if change.after else old_url(change.clause.code),
            note=_note(change),
            then=level_text(change.then.said, then) if change.before else NO_CLAUSE,
            now=level_text(change.now.said, now) if change.after else NO_CLAUSE,
            trend=_trend(change.steps),
        )
        for change in changes
    ]


def side_facts(then: Side, now: Side) -> Sequence[tuple[str, str, str]]:
    """What each of the two amounts to: a name, then, now."""
    return [
        ("Compared", _source(then), _source(now)),
        ("Readiness", _readiness(then), _readiness(now)),
        ("Score", _score(then), _score(now)),
        ("Answered", _answered(then), _answered(now)),
    ]


def _note(change: Change) -> str:
    if change.after is None:
        return "No longer in the standards"
    if change.fate is Fate.RENUMBERED and change.before:
        return f"Was clause {change.before.code}"
    return NOTES.get(change.fate, "") if change.fate else ""


def _trend(steps: int | None) -> str:
    if not steps:
        return ""
    count = f"{abs(steps)} level{'' if abs(steps) == 1 else 's'}"
    return f"Up {count}" if steps > 0 else f"Down {count}"


def _source(side: Side) -> str:
    if side.round is None:
        return "As it stands now"
    day = date_format(timezone.localtime(side.round.at), "j F Y")
    return f"As submitted in round {side.round.round} on {day}"


def _readiness(side: Side) -> str:
    return side.reached.title if side.reached else "No level reached"


def _score(side: Side) -> str:
    return "Not scored" if side.result.score is None else f"{side.result.score} of 3"


def _answered(side: Side) -> str:
    return f"{side.result.answered_count} of {side.result.clause_count} clauses"
