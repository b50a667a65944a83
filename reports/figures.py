"""The figures behind the charts, for the tables beside them and for what a chart says in words.

Read from the standards of a report's context (see documents.readiness): mappings with code,
title, score and clauses; a clause with code, is_addressed, level, is_not_applicable, and where
known na_reason and href.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from standards.wording import standard_name

Standards = Sequence[Mapping[str, Any]]
Scale = Sequence[Mapping[str, Any]]

WORDS = {
    "excused": "Not applicable",
    "unexplained": "Not applicable, the reason is missing",
    "unanswered": "Not answered",
    "not_addressed": "Not addressed to this agency",
}
MARKS = {"excused": "n/a", "unexplained": "n/a", "unanswered": "\N{EN DASH}", "not_addressed": "·"}


@dataclass(frozen=True)
class Tile:
    """One clause in the heatmap and in the table beside it."""

    code: str
    state: str
    mark: str
    words: str
    href: str


@dataclass(frozen=True)
class Row:
    """One standard: what the tables beside the charts show."""

    code: str
    name: str
    title: str
    score: Decimal | None
    tiles: tuple[Tile, ...]

    def count(self, *states: str) -> int:
        return sum(tile.state in states for tile in self.tiles)


def rows(standards: Standards, scale: Scale = ()) -> list[Row]:
    """The figures behind both charts, for the tables beside them."""
    titles = {step["level"]: str(step["title"]) for step in scale}
    return [
        Row(
            code=standard["code"],
            name=standard_name(standard["code"]),
            title=standard["title"],
            score=standard["score"],
            tiles=tuple(_tile(clause, titles) for clause in standard["clauses"]),
        )
        for standard in standards
    ]


def _tile(clause: Mapping[str, Any], titles: Mapping[int, str]) -> Tile:
    state = _state(clause)
    words = WORDS.get(state) or f"{state} {titles.get(int(state), '')}".strip()
    mark = MARKS.get(state, state)
    return Tile(clause["code"], state, mark, words, clause.get("href") or "")


def _state(clause: Mapping[str, Any]) -> str:
    if clause["level"] is not None:
        return str(clause["level"])
    if clause["is_not_applicable"]:
        return "excused" if clause.get("na_reason", "unknown").strip() else "unexplained"
    return "unanswered" if clause["is_addressed"] else "not_addressed"


def heatmap_message(found: Sequence[Row], scale: Scale) -> str:
    """How many clauses stand where, from the highest level down."""
    tiles = [tile for row in found for tile in row.tiles]
    counts = Counter(tile.state for tile in tiles)
    if not counts:
        return "No clauses."
    words = {str(step["level"]): f"at {step['level']} {step['title']}" for step in scale}
    words |= {state: text[0].lower() + text[1:] for state, text in WORDS.items()}
    order = [*sorted((state for state in counts if state not in WORDS), reverse=True), *WORDS]
    said = [f"{counts[s]} {words.get(s, f'at level {s}')}" for s in order if counts[s]]
    return f"Levels of {len(tiles)} clauses: {', '.join(said)}."


def radar_message(found: Sequence[Row]) -> str:
    """Where the agency stands highest and lowest, then every figure."""
    scored = [(row.score, row) for row in found if row.score is not None]
    if not scored:
        return "Average level of each standard: nothing is scored yet."
    by_score = sorted(scored, key=lambda pair: pair[0])
    (low, lowest), (high, highest) = by_score[0], by_score[-1]
    figures = ", ".join(f"{row.code} {_figure(row.score)}" for row in found)
    extremes = f"highest {highest.name} ({high}), lowest {lowest.name} ({low})"
    return f"Average level of each standard, 0 to 3: {extremes}. {figures}."


def _figure(score: Decimal | None) -> str:
    return "not scored" if score is None else str(score)
