"""From the rows of a sheet to what each says, compared with what it held when it was taken along.

A cell that was not changed since says nothing, whatever somebody saved meanwhile.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError

from assessments.actions.answers import Said, checked
from assessments.models import Answer
from assessments.sheets.columns import CODE, ENTRIES, HEADERS, LEVEL, STAMP, TEXT_KEYS, levels
from assessments.sheets.reading import FAULT, FORMULA, NUMBER, Cell, Table
from assessments.sheets.stamps import Stamp, opened, prints
from standards.scoring import Rules

NOT_OURS = (
    "This workbook was not downloaded from this self-assessment. Open the self-assessment that it "
    "belongs to, or download a new workbook here and copy your texts into it."
)
HOLDS_FORMULA = "The cell holds a formula. Write the text itself."
HOLDS_FAULT = "The cell shows the error {value}. Write the text itself."
NO_TEXT = "The cell holds a number, a date or a percentage. Make it a text cell and write it again."
LONGEST_CODE, SHOWN = 20, 5
NOT_A_LETTER = re.compile("[\0\ud800-\udfff]")
NO_LETTER = "There is a character in the cell that is no text. Write it again without it."
NO_LEVEL = "“{value}” is not on the scale. Choose a level from the list, or leave the cell empty."
NO_CODE = "There is no code of a clause in this row, so nobody knows what it is about."
UNKNOWN = "There is no clause “{code}” in this self-assessment."
TWICE = "Clause {code} stands in more than one row: {rows}. Keep one of them."
MERGED = "Cells of this row are merged with others. Unmerge them."
BROKEN = (
    "The hidden cell “{header}” of this row was changed, or comes from another clause or another "
    "self-assessment. Download a new workbook and copy your text into it."
)


@dataclass(frozen=True)
class Problem:
    """Why a row, or a cell in it, cannot be imported."""

    row: int
    code: str
    cell: str
    reason: str


@dataclass(frozen=True)
class Entry:
    """What a row says that was not in it before. `changed` by the fields of Said.

    seen: the version that its author knows, from the sheet or from the preview.
    is_conflict: somebody saved that clause since; the author has to choose.
    """

    row: int
    code: str
    seen: int
    exported_at: datetime
    is_conflict: bool
    changed: Mapping[str, Any]

    def said(self, answer: Answer) -> Said:
        """The answer as it would be: what was not changed in the row stays as it is stored."""
        return replace(Said.stored_in(answer), **self.changed)


@dataclass(frozen=True)
class Read:
    """The whole sheet. `same`: rows that change nothing; `absent`: clauses without a row."""

    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    same: int = 0
    absent: list[str] = field(default_factory=list)
    columns_absent: list[str] = field(default_factory=list)
    columns_strange: list[str] = field(default_factory=list)


class Unreadable(Exception):
    """A cell that cannot be taken over; the message is for the reader."""


def entries_of(
    table: Table, assessment_id: UUID, answers: Mapping[str, Answer], rules: Rules
) -> Read:
    """`answers` by code. Raises ValidationError where nothing of it belongs to the assessment."""
    reader = _Reader(table, assessment_id, answers, rules)
    entries, problems, same = [], [], 0
    for row in table.numbers:
        found = reader.row(row)
        if isinstance(found, Entry):
            entries.append(found)
        elif found is None:
            same += 1
        else:
            problems += found
    if not any(reader.stamps.values()):
        raise ValidationError({"upload": NOT_OURS})
    absent = [code for code in answers if code not in reader.codes]
    missing = [HEADERS[key] for key in ENTRIES if key not in table.columns]
    return Read(entries, problems, same - reader.empty, absent, missing, list(table.strange))


class _Reader:
    def __init__(
        self, table: Table, assessment_id: UUID, answers: Mapping[str, Answer], rules: Rules
    ) -> None:
        self.table, self.answers, self.rules = table, answers, rules
        self.keys = [key for key in ENTRIES if key in table.columns]
        self.codes = Counter(self.code(row) for row in table.numbers)
        self.words = {" ".join(words.split()).casefold(): said for words, said in levels(rules)}
        self.stamps = {
            row: opened(table.cell(row, STAMP).value, assessment_id, self.code(row))
            for row in table.numbers
        }
        self.empty = 0

    def code(self, row: int) -> str:
        """As it stands there, if it is none: the first letters, to find it by."""
        return self.table.cell(row, CODE).value.strip()[:LONGEST_CODE]

    def row(self, row: int) -> Entry | list[Problem] | None:
        """What it says; what is wrong with it; None: nothing that is not stored already."""
        if not any(self.table.cell(row, key).value.strip() for key in (CODE, STAMP, *self.keys)):
            self.empty += 1
            return None
        if reason := self.reason(row):
            return [Problem(row, self.code(row), self.table.place(row, CODE), reason)]
        code = self.code(row)
        stamp = self.stamps[row]
        if stamp is None:
            place = self.table.place(row, STAMP)
            return [Problem(row, code, place, BROKEN.format(header=HEADERS[STAMP]))]
        try:
            said = self.said(row, code)
        except _Faults as faults:
            return faults.problems
        return self.entry(row, stamp, said)

    def reason(self, row: int) -> str:
        """Why nothing in this row can be read."""
        code = self.code(row)
        if self.table.cell(row, CODE).sort in (NUMBER, FORMULA, FAULT):
            return NO_TEXT if code in self.answers else NO_CODE
        if not code:
            return NO_CODE
        if code not in self.answers:
            return UNKNOWN.format(code=code)
        if self.codes[code] > 1:
            rows = [str(other) for other in self.table.numbers if self.code(other) == code]
            return TWICE.format(code=code, rows=", ".join(rows[:SHOWN]))
        return MERGED if self.table.is_merged(row) else ""

    def said(self, row: int, code: str) -> dict[str, Any]:
        """By the keys of the columns that are there. Raises _Faults for what is wrong in cells."""
        said, problems = {}, []
        for key in self.keys:
            try:
                said[key] = self.value(self.table.cell(row, key), key)
            except Unreadable as fault:
                problems.append(Problem(row, code, self.table.place(row, key), str(fault)))
        problems += self.too_long(row, code, said)
        if problems:
            raise _Faults(problems)
        return said

    def too_long(self, row: int, code: str, said: Mapping[str, Any]) -> Iterator[Problem]:
        try:
            checked(Said(**{key: said[key] for key in TEXT_KEYS if key in said}), self.rules)
        except ValidationError as error:
            for key, messages in error.message_dict.items():
                yield Problem(row, code, self.table.place(row, key), " ".join(messages))

    def value(self, cell: Cell, key: str) -> Any:
        if cell.sort == FORMULA:
            raise Unreadable(HOLDS_FORMULA)
        if cell.sort == FAULT:
            raise Unreadable(HOLDS_FAULT.format(value=cell.value[:20]))
        if key == LEVEL:
            return self.level(cell.value)
        if cell.sort == NUMBER:
            raise Unreadable(NO_TEXT)
        if NOT_A_LETTER.search(cell.value):
            raise Unreadable(NO_LETTER)
        return cell.value.replace("\r\n", "\n").strip()

    def level(self, value: str) -> Said:
        """Level and not applicable: its words, its number, or nothing."""
        words = " ".join(value.split()).casefold()
        if words in ("", "not scored yet"):
            return Said()
        if words in self.words:
            return self.words[words]
        for step in self.rules.scale:
            if words in (step.title.casefold(), str(step.level), f"{step.level}.0"):
                return Said(level=step.level)
        raise Unreadable(NO_LEVEL.format(value=value.strip()[:40]))

    def entry(self, row: int, stamp: Stamp, found: Mapping[str, Any]) -> Entry | None:
        code = self.code(row)
        answer = self.answers[code]
        level = found.get(LEVEL, Said())
        texts = {key: value for key, value in found.items() if key != LEVEL}
        now = prints(replace(level, **texts))
        touched = [key for key in self.keys if now[key] != stamp.prints[key]]
        changed: dict[str, Any] = {key: found[key] for key in touched if key != LEVEL}
        if LEVEL in touched:
            changed |= {"level": level.level, "is_not_applicable": level.is_not_applicable}
        stored = Said.stored_in(answer)
        entry = Entry(row, code, answer.version, stamp.exported_at, False, changed)
        if entry.said(answer) == stored:
            return None
        # Words may also go without a new version: personal data that was removed.
        then = prints(stored)
        is_other = any(then[key] != stamp.prints[key] for key in touched)
        return replace(entry, is_conflict=is_other or stamp.version != answer.version)


class _Faults(Exception):
    def __init__(self, problems: list[Problem]) -> None:
        super().__init__()
        self.problems = problems
