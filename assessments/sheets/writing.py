"""Writing the workbook. Whatever people typed is written as text: no cell is ever a formula."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.template.loader import render_to_string
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from assessments.actions.answers import HARD_LIMIT, Said
from assessments.models import Answer, Assessment, EvidenceLink
from assessments.presenting import level_text
from assessments.sheets.columns import COLUMNS, LEVEL, STAMP, TEXT_KEYS, Column, levels
from assessments.sheets.stamps import Stamp
from standards.scoring import Rules

HOW, ANSWERS, LEVELS = "How to use this", "Answers", "Levels"
LONGEST_CELL = 32_000  # a cell holds 767 more
AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
MAY = {"format_columns": True, "format_rows": True, "autofilter": True}
PICK = {
    "error_title": "Not on the scale",
    "error_message": "Choose a level from the list, or leave the cell empty.",
}
TOO_LONG = {
    "error_title": "Too long",
    "error_message": f"The most that can be saved is {HARD_LIMIT:,} characters.",
}


@dataclass(frozen=True)
class Content:
    """What goes into the workbook of one self-assessment."""

    assessment: Assessment
    answers: Sequence[Answer]
    links: Sequence[EvidenceLink]
    rules: Rules
    now: datetime


class Looks:
    """The formats of its cells; protection holds for what is not `entry`."""

    def __init__(self, book: Workbook) -> None:
        text = {"num_format": "@", "text_wrap": True, "valign": "top", "border": 1}
        self.title = book.add_format({"bold": True, "font_size": 16})
        self.prose = book.add_format({"text_wrap": True, "valign": "top"})
        self.header = book.add_format({**text, "bold": True, "bg_color": "#E4E9ED"})
        self.fixed = book.add_format({**text, "bg_color": "#F3F4F5"})
        self.entry = book.add_format({**text, "locked": False})

    def of(self, column: Column) -> Format:
        return self.entry if column.is_entry else self.fixed


def workbook(content: Content) -> bytes:
    made = io.BytesIO()
    book = Workbook(made, {"in_memory": True, **AS_TEXT})
    # Document properties say when a thing was made; who made it is on the audit trail.
    created = content.now.astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"title": content.assessment.title, "created": created})
    looks = Looks(book)
    _write_how(book.add_worksheet(HOW), content, looks)
    _write_answers(book.add_worksheet(ANSWERS), content, looks)
    _write_levels(book.add_worksheet(LEVELS), content.rules, looks)
    book.close()
    return made.getvalue()


def _write_how(sheet: Worksheet, content: Content, looks: Looks) -> None:
    said = {"assessment": content.assessment, "now": content.now, "limit": HARD_LIMIT}
    lines = render_to_string("assessments/sheet_how.txt", said).strip().splitlines()
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 100)
    for row, line in enumerate(lines):
        sheet.write_string(row, 0, line, looks.prose if row else looks.title)
    sheet.protect("", MAY)


def _write_levels(sheet: Worksheet, rules: Rules, looks: Looks) -> None:
    """What the drop-down offers; the sheet of answers refers to it."""
    meanings = [*(step.descriptor for step in rules.scale), rules.not_applicable.descriptor]
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 80)
    sheet.write_string(0, 0, "Level", looks.header)
    sheet.write_string(0, 1, "What it means", looks.header)
    for row, ((words, _), meaning) in enumerate(zip(levels(rules), meanings, strict=True), 1):
        sheet.write_string(row, 0, words, looks.fixed)
        sheet.write_string(row, 1, meaning, looks.fixed)
    sheet.protect("", MAY)


def _write_answers(sheet: Worksheet, content: Content, looks: Looks) -> None:
    last = len(content.answers)
    for at, column in enumerate(COLUMNS):
        sheet.set_column(at, at, column.width or None, None, {"hidden": not column.width})
        sheet.write_string(0, at, column.header, looks.header)
        if column.key == LEVEL:
            source = f"={LEVELS}!$A$2:$A${len(levels(content.rules)) + 1}"
            sheet.data_validation(1, at, last, at, {"validate": "list", "source": source, **PICK})
        elif column.is_entry:
            length = {"validate": "length", "criteria": "<=", "value": HARD_LIMIT}
            sheet.data_validation(1, at, last, at, {**length, **TOO_LONG})
    evidence = _evidence(content.links)
    for row, answer in enumerate(content.answers, 1):
        cells = _cells(answer, evidence.get(answer.pk, ""), content)
        for at, column in enumerate(COLUMNS):
            sheet.write_string(row, at, cells[column.key][:LONGEST_CELL], looks.of(column))
    _make_readable(sheet, last)


def _make_readable(sheet: Worksheet, last: int) -> None:
    """What stays in sight, what may be changed, and how it is printed."""
    end = len(COLUMNS) - 1
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, last, end)
    sheet.ignore_errors({"number_stored_as_text": f"A1:{chr(ord('A') + end)}{last + 1}"})
    sheet.protect("", MAY)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _cells(answer: Answer, evidence: str, content: Content) -> dict[str, str]:
    said = Said.stored_in(answer)
    has_level = said.level is not None or said.is_not_applicable
    stamp = Stamp.of(answer.version, said, content.now)
    return {
        "code": answer.clause.code,
        "standard": str(answer.clause.standard),
        "text": answer.clause.text,
        LEVEL: level_text(said, content.rules) if has_level else "",
        **{key: getattr(said, key) for key in TEXT_KEYS},
        "evidence": evidence,
        "version": str(answer.version),
        STAMP: stamp.sealed(content.assessment.pk, answer.clause.code),
    }


def _evidence(links: Sequence[EvidenceLink]) -> Mapping[UUID, str]:
    """By answer, a line for each piece."""
    found: dict[UUID, list[str]] = {}
    for link in links:
        place = f", {link.place}" if link.place else ""
        line = f"{link.version.evidence.title} (version {link.version.number}){place}"
        found.setdefault(link.answer_id, []).append(line)
    return {answer_id: "\n".join(lines) for answer_id, lines in found.items()}
