"""How standards, addressees and blockers are told. Plain English; clauses are named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from standards.scoring import Shortfall

LISTED = 6
"""A sentence names at most this many clauses; the blocker itself carries all of them."""

NOTHING_SCORED = "Score at least one clause: none has a score, so there is nothing to go by."

SAY_WHY = "Give the reason why it does not apply"

ADDRESSEES = {
    "LA": "local authorities",
    "RAA": "regional adoption agencies",
    "VAA": "voluntary adoption agencies",
}


def unanswered(codes: Sequence[str]) -> str:
    return f"Answer {_counted(codes, 'more clause')}{_named(codes)}."


def unexplained(codes: Sequence[str]) -> str:
    verb = "does" if len(codes) == 1 else "do"
    return f"Say why {_counted(codes, 'clause')} {verb} not apply{_named(codes)}."


def without_evidence(codes: Sequence[str], title: str) -> str:
    clauses = _counted(codes, "clause")
    return f"Attach evidence to {clauses} scored {title} or above{_named(codes)}."


def short_of_share(entry: Shortfall, title: str) -> str:
    """ "Standard 5: 4 of 8 clauses are at Developing or above; 6 are needed. Nearest: 5.2."""
    where = standard_name(entry.standard) if entry.standard else "All standards together"
    noun = "clause" if entry.clause_count == 1 else "clauses"
    return (
        f"{where}: {entry.reached_count} of {entry.clause_count} {noun} {_is(entry.reached_count)} "
        f"at {title} or above; {entry.needed_count} {_is(entry.needed_count)} needed. "
        f"Nearest: {_listed(entry.nearest)}."
    )


def change(old: int | None, new: int | None, title: str, *, needs_evidence: bool) -> str:
    """What to do to one clause or more; `title` is that of the new level: "Bring to In place"."""
    if old == new:
        return "Attach evidence"
    raised = "Give a score" if new == 0 else f"Bring to {title}"
    return f"{raised} and attach evidence" if needs_evidence else raised


def standard_name(code: str) -> str:
    """S5 → "Standard 5"; a code of another make stays as it is."""
    number = code.removeprefix("S")
    return f"Standard {number}" if number.isdecimal() else f"Standard {code}"


def addressees(kinds: Sequence[str]) -> str:
    """Whom a clause is addressed to: "local authorities", or "every agency"."""
    named = [name for kind, name in ADDRESSEES.items() if kind in kinds]
    return "every agency" if len(named) == len(ADDRESSEES) else _joined(named)


def _counted(codes: Sequence[str], noun: str) -> str:
    return f"{len(codes)} {noun}" if len(codes) == 1 else f"{len(codes)} {noun}s"


def _named(codes: Sequence[str]) -> str:
    if len(codes) > LISTED:
        return f", starting with {_joined(codes[:LISTED])}"
    return f": {_joined(codes)}"


def _listed(codes: Sequence[str]) -> str:
    rest = len(codes) - LISTED
    return _joined([*codes[:LISTED], f"{rest} more"]) if rest > 0 else _joined(codes)


def _joined(codes: Sequence[str]) -> str:
    *first, last = codes
    return f"{', '.join(first)} and {last}" if first else last


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
