"""Progress over time as SVG: how many clauses are answered, and the score, from day to day.

Pure functions over rows with day, clause_count, answered_count and score, the earliest first.
Each figure holds until the next day on which it changed, so the lines are steps. The two stand
in panels of their own, one above the other: nothing depends on telling colours apart.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Protocol

from django.utils.formats import date_format
from django.utils.safestring import SafeString

from reports.svg import number, svg, text

INK, QUIET, DEEP, LINE = "#14191b", "#4a5558", "#17404a", "#9fc3c6"
WIDTH, LEFT, RIGHT = 404, 30, 362
TOP_LEVEL = 3
CLAUSES, SCORE = (34, 150), (206, 290)
"""Top and foot of the two panels."""


class Point(Protocol):
    day: datetime.date
    clause_count: int
    answered_count: int
    score: Decimal | None


def timeline(points: Sequence[Point]) -> SafeString:
    """Empty when there is no point."""
    if not points:
        return SafeString("")
    most = max(1, *(point.clause_count for point in points))
    answered = [float(point.answered_count) for point in points]
    scores = [None if point.score is None else float(point.score) for point in points]
    parts = [
        _panel("Clauses answered", CLAUSES, most, (0, most)),
        _steps(points, answered, CLAUSES, most, str(points[-1].answered_count)),
        _panel("Score", SCORE, TOP_LEVEL, range(TOP_LEVEL + 1)),
        _steps(points, scores, SCORE, TOP_LEVEL, _figure(points[-1].score)),
        _days(points),
    ]
    return svg("timeline", (WIDTH, 316), message(points), parts, has_links=False)


def message(points: Sequence[Point]) -> str:
    """From where to where, in one sentence."""
    first, last = points[0], points[-1]
    said = f"{_answered(last)} on {_long(last.day)}, {_scored(last)}"
    if first.day == last.day:
        return f"Progress: {said}."
    return f"Progress: from {_answered(first)} on {_long(first.day)} to {said}."


def _answered(point: Point) -> str:
    return f"{point.answered_count} of {point.clause_count} clauses answered"


def _scored(point: Point) -> str:
    return "not scored yet" if point.score is None else f"score {point.score} of {TOP_LEVEL}"


def _figure(score: Decimal | None) -> str:
    return "" if score is None else str(score)


def _long(day: datetime.date) -> str:
    return date_format(day, "j F Y")


def _panel(title: str, panel: tuple[int, int], most: int, ticks: Sequence[int]) -> str:
    """Its title, and a line with its figure at each tick."""
    top, _foot = panel
    lines = "".join(
        f'<path d="M{LEFT} {number(y)}H{RIGHT}" fill="none" '
        f'stroke="{DEEP if tick == 0 else LINE}" stroke-width="1"/>'
        + text(LEFT - 6, y + 4, str(tick), 11, QUIET, anchor="end")
        for tick in ticks
        for y in [_height(tick, panel, most)]
    )
    return text(LEFT, top - 14, title, 13, DEEP, anchor="start", bold=True) + lines


def _height(value: float, panel: tuple[int, int], most: int) -> float:
    top, foot = panel
    return foot - (foot - top) * value / most


def _place(points: Sequence[Point]) -> Callable[[datetime.date], float]:
    """Where a day stands; a single day stands at the right edge."""
    first, last = points[0].day, points[-1].day
    span = (last - first).days

    def place(day: datetime.date) -> float:
        share = (day - first).days / span if span else 1
        return LEFT + (RIGHT - LEFT) * share

    return place


def _steps(
    points: Sequence[Point],
    values: Sequence[float | None],
    panel: tuple[int, int],
    most: int,
    figure: str,
) -> str:
    """Level until the next day, then up or down. A first value rises from the foot."""
    place = _place(points)
    days = [place(point.day) for point in points]
    heights = [None if value is None else _height(value, panel, most) for value in values]
    shape = "".join(
        _stretch(start, y, end, after, panel[1])
        for (start, y), (end, after) in pairwise(zip(days, heights, strict=True))
    )
    line = (
        f'<path d="{shape}" fill="none" stroke="{DEEP}" stroke-width="2.5" '
        'stroke-linejoin="round" stroke-linecap="round"/>'
    )
    y = heights[-1]
    if y is None:
        return line
    dot = f'<circle cx="{number(days[-1])}" cy="{number(y)}" r="4.5" fill="{DEEP}"/>'
    return line + dot + text(days[-1] + 9, y + 4.5, figure, 13, INK, anchor="start", bold=True)


def _stretch(start: float, y: float | None, end: float, after: float | None, foot: int) -> str:
    """From one day to the height of the next. No line along days without a value."""
    rise = "" if after is None else f"V{number(after)}"
    if y is None:
        return rise and f"M{number(end)} {foot}{rise}"
    return f"M{number(start)} {number(y)}H{number(end)}{rise}"


def _days(points: Sequence[Point]) -> str:
    """The first and the last day below the panels."""
    y = SCORE[1] + 20
    last = text(RIGHT, y, date_format(points[-1].day, "j M Y"), 11, QUIET, anchor="end")
    if points[0].day == points[-1].day:
        return last
    return text(LEFT, y, date_format(points[0].day, "j M Y"), 11, QUIET, anchor="start") + last
