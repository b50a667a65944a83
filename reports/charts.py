"""Charts as SVG text: one source for page and PDF, the same bytes for the same figures.

Pure functions over the standards of a report's context (see `figures`). Lengths are in user
units; a picture scales to its container and is legible from 290 px on. No style, no script, no
address from elsewhere; the typeface is inherited. Whatever is shown by colour is also shown by a
sign, and darkness rises with the level, so that print in grey loses nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from django.utils.safestring import SafeString

from reports.figures import (
    MARKS,
    WORDS,
    Row,
    Scale,
    Standards,
    Tile,
    heatmap_message,
    radar_message,
    rows,
)
from reports.svg import number, svg, text

__all__ = ["heatmap", "radar", "rows"]

INK, QUIET, DEEP, LINE = "#14191b", "#4a5558", "#17404a", "#9fc3c6"
LABEL, PITCH, TILE, HEAD, KEY = 30, 34, 30, 24, 22


@dataclass(frozen=True)
class Look:
    fill: str
    stroke: str
    ink: str
    is_dashed: bool = False
    is_hatched: bool = False


LEVELS = (
    Look("#fdf0d5", "#a8741a", INK),
    Look("#a9d0d3", "#4d8d95", INK),
    Look("#2b7f8b", "#2b7f8b", "#ffffff"),
    Look("#123540", "#123540", "#ffffff"),
)
LOOKS = {str(level): look for level, look in enumerate(LEVELS)} | {
    "excused": Look("#ffffff", "#6f7f83", INK, is_hatched=True),
    "unexplained": Look("#ffffff", QUIET, INK, is_dashed=True),
    "unanswered": Look("#ffffff", QUIET, INK, is_dashed=True),
}

RADIUS, CENTRE_X, CENTRE_Y = 118, 202, 164
TOP = len(LEVELS) - 1


def heatmap(standards: Standards, scale: Scale = ()) -> SafeString:
    """Every clause as a tile, a row for each standard, with its key below.

    `scale`: the levels with their titles, for the key and the words of each tile.
    """
    found = rows(standards, scale)
    columns = max((len(row.tiles) for row in found), default=0)
    height = HEAD + len(found) * PITCH
    parts = [_column_heads(columns)]
    parts += [_row(row, HEAD + index * PITCH) for index, row in enumerate(found)]
    parts.append(_key(scale, height + 12))
    has_links = any(tile.href for row in found for tile in row.tiles)
    width = LABEL + max(columns, 11) * PITCH
    size = (width, height + 12 + 4 * KEY)
    return svg("heatmap", size, heatmap_message(found, scale), parts, has_links=has_links)


def _column_heads(columns: int) -> str:
    return "".join(
        text(LABEL + index * PITCH + PITCH / 2, 14, f".{index + 1}", 11, QUIET)
        for index in range(columns)
    )


def _row(row: Row, y: float) -> str:
    label = text(0, y + PITCH / 2 + 4.5, row.code, 13, DEEP, anchor="start", bold=True)
    tiles = [_linked(tile, LABEL + i * PITCH + 2, y + 2) for i, tile in enumerate(row.tiles)]
    return label + "".join(tiles)


def _linked(tile: Tile, x: float, y: float) -> str:
    words = f"Clause {tile.code}: {tile.words}"
    drawn = f"<title>{escape(words)}</title>{_drawn(tile.state, tile.mark, x, y, TILE)}"
    if not tile.href:
        return f"<g>{drawn}</g>"
    return f"<a href={quoteattr(tile.href)} aria-label={quoteattr(words)}>{drawn}</a>"


def _drawn(state: str, mark: str, x: float, y: float, side: float) -> str:
    """A tile, or the same thing small in the key."""
    look = LOOKS.get(state)
    if look is None:
        return _dot_only(x, y, side)
    dash = ' stroke-dasharray="3 2.4"' if look.is_dashed else ""
    box = (
        f'<rect x="{number(x + 0.75)}" y="{number(y + 0.75)}" width="{number(side - 1.5)}" '
        f'height="{number(side - 1.5)}" rx="{number(side / 10)}" fill="{look.fill}" '
        f'stroke="{look.stroke}" stroke-width="1.5"{dash}/>'
    )
    hatch = _hatch(x, y, side, look.stroke) if look.is_hatched else ""
    size = side * (0.4 if len(mark) > 1 else 0.53)
    middle, low = x + side / 2, y + side / 2 + size * 0.35
    return box + hatch + text(middle, low, mark, size, look.ink, bold=True)


def _dot_only(x: float, y: float, side: float) -> str:
    """Nothing is asked: a dot, in an unseen square so that a link is as large as the others."""
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(side)}" height="{number(side)}" '
        f'fill="#ffffff" fill-opacity="0"/><circle cx="{number(x + side / 2)}" '
        f'cy="{number(y + side / 2)}" r="2" fill="{QUIET}"/>'
    )


def _hatch(x: float, y: float, side: float, stroke: str) -> str:
    """Strokes in two corners, clear of the text."""
    strokes = []
    for reach in (0.22, 0.4):
        d = side * reach
        strokes.append(f"M{number(x + 1)} {number(y + d)}L{number(x + d)} {number(y + 1)}")
        right, low = x + side, y + side
        strokes.append(
            f"M{number(right - d)} {number(low - 1)}L{number(right - 1)} {number(low - d)}"
        )
    return f'<path d="{"".join(strokes)}" fill="none" stroke="{stroke}" stroke-width="1.2"/>'


def _key(scale: Scale, y: float) -> str:
    titles = {step["level"]: str(step["title"]) for step in scale}
    levels = [(str(n), str(n), titles.get(n, f"Level {n}")) for n in range(len(LEVELS))]
    others = [(s, MARKS[s], WORDS[s]) for s in ("excused", "unanswered", "not_addressed")]
    return _key_column(levels, LABEL + 2, y) + _key_column(others, LABEL + PITCH * 4.6, y)


def _key_column(entries: Iterable[tuple[str, str, str]], x: float, y: float) -> str:
    return "".join(
        _drawn(state, mark, x, y + index * KEY, 18)
        + text(x + 26, y + index * KEY + 13.4, words, 12.5, INK, anchor="start")
        for index, (state, mark, words) in enumerate(entries)
    )


def radar(standards: Standards) -> SafeString:
    """The average level of each standard on its own axis, from 0 in the middle to 3.

    A standard without a score has no point, and the outline stops on either side of it.
    """
    found = rows(standards)
    parts = [_web(len(found)), _outline(found), _ring_numbers(len(found))]
    parts += [_axis_label(row, index, len(found)) for index, row in enumerate(found)]
    return svg("radar", (404, 328), radar_message(found), parts, has_links=False)


def _point(index: int, count: int, reach: float) -> tuple[float, float]:
    angle = 2 * math.pi * index / count - math.pi / 2
    return CENTRE_X + reach * math.cos(angle), CENTRE_Y + reach * math.sin(angle)


def _at(index: int, count: int, score: float) -> str:
    x, y = _point(index, count, RADIUS * score / TOP)
    return f"{number(x)} {number(y)}"


def _web(count: int) -> str:
    rings = [
        f'<path d="M{"L".join(_at(i, count, level) for i in range(count))}Z" fill="none" '
        f'stroke="{DEEP if level == TOP else LINE}" stroke-width="1"/>'
        for level in range(1, TOP + 1)
        if count
    ]
    middle = f"M{number(CENTRE_X)} {number(CENTRE_Y)}L"
    spokes = "".join(f"{middle}{_at(i, count, TOP)}" for i in range(count))
    return f'{"".join(rings)}<path d="{spokes}" fill="none" stroke="{LINE}" stroke-width="1"/>'


def _ring_numbers(count: int) -> str:
    """Beside the first axis, over the shape: dark on every ground."""
    heights = [_point(0, max(count, 1), RADIUS * level / TOP)[1] for level in range(TOP + 1)]
    return "".join(
        text(CENTRE_X + 5, y + 11, str(level), 10.5, QUIET, anchor="start")
        for level, y in enumerate(heights)
    )


def _outline(found: Sequence[Row]) -> str:
    count = len(found)
    shape = "".join(_stretch(run, found) for run in _runs([r.score is not None for r in found]))
    dots = "".join(
        _dot(i, count, float(r.score)) for i, r in enumerate(found) if r.score is not None
    )
    return shape + dots


def _dot(index: int, count: int, score: float) -> str:
    x, y = _point(index, count, RADIUS * score / TOP)
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="4.5" fill="{DEEP}"/>'


def _stretch(run: Sequence[int], found: Sequence[Row]) -> str:
    """Neighbouring axes that have a score: a closed shape when all have one, else a fan."""
    points = [_at(i, len(found), float(found[i].score or 0)) for i in run]
    line, is_whole = "L".join(points), len(run) == len(found)
    middle = "" if is_whole else f"L{number(CENTRE_X)} {number(CENTRE_Y)}"
    return (
        f'<path d="M{line}{middle}Z" fill="#2b7f8b" fill-opacity="0.22"/>'
        f'<path d="M{line}{"Z" if is_whole else ""}" fill="none" stroke="{DEEP}" '
        'stroke-width="2.5" stroke-linejoin="round" stroke-linecap="round"/>'
    )


def _runs(has_score: Sequence[bool]) -> list[list[int]]:
    """Indices that stand beside each other on the circle and all have a score."""
    count = len(has_score)
    if all(has_score):
        return [list(range(count))] if count else []
    gap = has_score.index(False)
    runs: list[list[int]] = [[]]
    for step in range(1, count + 1):
        index = (gap + step) % count
        if has_score[index]:
            runs[-1].append(index)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _axis_label(row: Row, index: int, count: int) -> str:
    """Above the web at its top, below it at its foot, outside it at the sides."""
    reach = RADIUS + 14
    x, y = _point(index, count, reach)
    lean, fall = (x - CENTRE_X) / reach, (y - CENTRE_Y) / reach
    anchor = "middle" if abs(lean) < 0.1 else "start" if lean > 0 else "end"
    top = y - 11 + 11 * fall
    score = "no score" if row.score is None else str(row.score)
    return text(x, top + 6, row.code, 13, DEEP, anchor=anchor, bold=True) + text(
        x, top + 21, score, 13, INK, anchor=anchor
    )
