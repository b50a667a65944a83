"""Workbooks as people send them back: filled in by another program, or put together by hand."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from typing import Any
from xml.sax.saxutils import escape

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from assessments.actions.sheets import export_sheet
from assessments.models import Assessment
from tests.assessments.conftest import url
from tests.assessments.files import office
from tests.conftest import acting

ROW = {"1.1": 2, "1.2": 3, "1.3": 4}
COLUMN = {"code": 1, "level": 4, "na_reason": 5, "how": 6, "difference": 7, "stamp": 10}
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
REL = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def taken(assessment, by) -> bytes:
    """The workbook as this person takes it along."""
    with acting(by) as member:
        found = Assessment.objects.for_page().get(pk=assessment.pk)
        return export_sheet(found, by=member)


def filled(content: bytes, said: Mapping[tuple[str, str], Any] | None = None,
           change: Callable[[Worksheet], None] | None = None) -> bytes:  # fmt: skip
    """Saved by openpyxl: `said` by (code of a clause, key of a column); `change` does the rest."""
    book = load_workbook(io.BytesIO(content))
    for (code, key), value in (said or {}).items():
        book["Answers"].cell(ROW[code], COLUMN[key]).value = value
    if change:
        change(book["Answers"])
    return saved(book)


def saved(book: Workbook) -> bytes:
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def rows_of(content: bytes) -> list[list[str]]:
    sheet = load_workbook(io.BytesIO(content))["Answers"]
    return [["" if value is None else str(value) for value in row] for row in sheet.values]


def by_hand(rows: list[list[str]], cell: Callable[[str], str], *, merged: str = "") -> bytes:
    """A workbook of one sheet whose cells are written by `cell`, as other programs write them."""
    lines = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    return of_parts(f"<sheetData>{lines}</sheetData>{merged}")


def of_parts(sheet: str, more: Mapping[str, bytes] | None = None) -> bytes:
    """`more`: other parts by their names."""
    book = (
        f'<workbook {MAIN} {REL}><sheets><sheet name="Any" sheetId="1" r:id="r0"/></sheets>'
        "</workbook>"
    )
    parts = {
        "xl/workbook.xml": book.encode(),
        "xl/_rels/workbook.xml.rels": office.relations(("worksheet", "worksheets/sheet1.xml", "")),
        "xl/worksheets/sheet1.xml": f"<worksheet {MAIN}>{sheet}</worksheet>".encode(),
    }
    return office.with_parts("xlsx", {**parts, **(more or {})})


def inline(value: str) -> str:
    """As LibreOffice and many libraries may write a text: in the cell, in pieces, without an
    address."""
    half = len(value) // 2
    pieces = (value[:half], value[half:])
    runs = "".join(f'<r><t xml:space="preserve">{escape(piece)}</t></r>' for piece in pieces)
    return f'<c t="inlineStr"><is>{runs}<rPh sb="0" eb="1"><t>aside</t></rPh></is></c>'


def upload(content: bytes, name: str = "filled.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def send(client, assessment, content: bytes, name: str = "filled.xlsx"):
    """The page of a preview."""
    return client.post(url("sheet", assessment), {"upload": upload(content, name)})


def confirm(client, assessment, page, **said):
    """What a browser sends of the preview; `said` by the code of a clause, with c before it."""
    form = page.context["form"]
    sent = {bound.html_name: "on" for _, bound in form.changes} | {"token": form["token"].value()}
    return client.post(url("sheet_import", assessment), sent | said)
