"""A workbook that comes back: its sheets as cells, and the sheet of answers among them.

The file is looked at in a process of its own, as evidence is (ADR 11), and is gone when that ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from assessments import files
from assessments.inspection import workbooks
from assessments.inspection.verdict import Refused
from assessments.sheets.columns import CODE, ENTRIES, HEADERS, STAMP

HEADER_WITHIN = 20
"""In how many rows from the top the names of the columns are looked for."""
MOST_ROWS, MOST_NAMES, LONGEST_NAME = 1_000, 20, 60
TEXT, NUMBER, FORMULA, FAULT = "text", "number", "formula", "fault"
NOT_XLSX = "Choose the workbook that you downloaded here, saved as an Excel workbook (.xlsx)"
NO_SHEET = (
    "No sheet in this workbook has the columns “{code}” and “{stamp}”. Give the columns their "
    "names back, or download a new workbook and copy your texts into it."
)
NO_ENTRIES = (
    "None of the columns that can be filled in is in the sheet “{title}”. They are called {names}."
)
SEVERAL = (
    "The sheets {titles} both have the columns of answers. Delete all but one of them, so that it "
    "is clear which one is meant."
)
TOO_MANY = (
    "More than {most:,} rows of the sheet “{title}” hold something. Delete what is no clause."
)
TWICE = "The sheet “{title}” has two columns called “{header}”. Delete one of them."


class Cell(NamedTuple):
    sort: str
    value: str


NOTHING = Cell(TEXT, "")


@dataclass(frozen=True)
class Grid:
    """A sheet by row and column, from 1. merged: (row, column, last row, last column)."""

    title: str
    rows: Mapping[int, Mapping[int, Cell]]
    merged: Sequence[tuple[int, int, int, int]]


@dataclass(frozen=True)
class Table:
    """The sheet of answers: its columns by their keys, and the rows below their names."""

    grid: Grid
    header: int
    columns: Mapping[str, int]
    strange: Sequence[str]

    @cached_property
    def numbers(self) -> list[int]:
        """Of the rows that hold something."""
        return [number for number in sorted(self.grid.rows) if number > self.header]

    def cell(self, row: int, key: str) -> Cell:
        return self.grid.rows[row].get(self.columns[key], NOTHING)

    def place(self, row: int, key: str) -> str:
        return f"{letters(self.columns[key])}{row}"

    def is_merged(self, row: int) -> bool:
        """Whether cells that we read are joined with others: one of them then has no say."""
        return any(
            first <= row <= last and any(left <= at <= right for at in self.columns.values())
            for first, left, last, right in self.grid.merged
        )


def read(upload: UploadedFile[bytes]) -> Table:
    """Raises ValidationError, for the field `upload`, with a sentence for the reader."""
    if Path(upload.name or "").suffix.lower() != ".xlsx":
        raise ValidationError({"upload": NOT_XLSX})
    try:
        with files.held(upload) as path:
            sheets = workbooks.cells_of(path)
    except Refused as refusal:
        raise ValidationError({"upload": str(refusal)}) from refusal
    try:
        return _only([_grid(sheet) for sheet in sheets])
    except ValidationError as error:
        raise ValidationError({"upload": error.messages}) from error


def letters(column: int) -> str:
    """27 → AA."""
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def _grid(sheet: Mapping[str, object]) -> Grid:
    rows: Mapping[str, Mapping[str, list[str]]] = sheet["rows"]  # type: ignore[assignment]
    found = {
        int(row): {int(column): Cell(*cell) for column, cell in cells.items()}
        for row, cells in rows.items()
    }
    merged = [tuple(corners) for corners in sheet["merged"]]  # type: ignore[attr-defined]
    return Grid(str(sheet["title"]), found, merged)


def _only(grids: Sequence[Grid]) -> Table:
    tables = [table for grid in grids if (table := _table(grid))]
    if not tables:
        raise ValidationError(NO_SHEET.format(code=HEADERS[CODE], stamp=HEADERS[STAMP]))
    if len(tables) > 1:
        titles = " and ".join(f"“{table.grid.title}”" for table in tables)
        raise ValidationError(SEVERAL.format(titles=titles))
    if len(tables[0].numbers) > MOST_ROWS:
        raise ValidationError(TOO_MANY.format(title=tables[0].grid.title, most=MOST_ROWS))
    if not set(ENTRIES) & set(tables[0].columns):
        names = ", ".join(f"“{HEADERS[key]}”" for key in ENTRIES)
        raise ValidationError(NO_ENTRIES.format(title=tables[0].grid.title, names=names))
    return tables[0]


def _table(grid: Grid) -> Table | None:
    """The first row from the top that names what we cannot do without."""
    keys = {_folded(header): key for key, header in HEADERS.items()}
    for number in sorted(grid.rows)[:HEADER_WITHIN]:
        named = {at: _folded(cell.value) for at, cell in grid.rows[number].items()}
        columns = {keys[name]: at for at, name in named.items() if name in keys}
        if {CODE, STAMP} <= set(columns):
            _refuse_twice(grid, [keys[name] for name in named.values() if name in keys])
            cells = grid.rows[number].items()
            return Table(
                grid, number, columns, [c.value for at, c in cells if named[at] not in keys]
            )
    return None


def _refuse_twice(grid: Grid, keys: Sequence[str]) -> None:
    for key in keys:
        if keys.count(key) > 1:
            raise ValidationError(TWICE.format(title=grid.title, header=HEADERS[key]))


def _folded(header: str) -> str:
    return " ".join(header.split()).casefold()
