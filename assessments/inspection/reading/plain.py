"""Text by line, CSV by cell."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from assessments.inspection.reading.passage import GAP, Passage
from assessments.inspection.text import decode

LETTERS = 26


def lines(path: Path) -> Iterator[Passage]:
    for number, line in enumerate(decode(path.read_bytes()).splitlines(), start=1):
        yield Passage(f"line {number}", line)


def cells(path: Path) -> Iterator[Passage]:
    rows = csv.reader(decode(path.read_bytes()).splitlines(keepends=True))
    heads: list[str] = []
    try:
        for number, row in enumerate(rows, start=1):
            heads = heads or row
            for at, value in enumerate(row):
                head = heads[at] if number > 1 and at < len(heads) else ""
                yield Passage(f"cell {column(at)}{number}", value, head)
    except csv.Error:
        yield GAP


def column(at: int) -> str:
    """0 is A, 26 is AA."""
    letters = ""
    at += 1
    while at:
        at, rest = divmod(at - 1, LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters
