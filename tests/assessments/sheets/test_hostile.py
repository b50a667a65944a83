"""Workbooks that nobody's program wrote: refused with a sentence, soon, and nothing is left."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from assessments import inspection
from assessments.inspection import workbooks
from assessments.inspection.archive import DAMAGED, TOO_LARGE
from assessments.inspection.cells import NOT_A_WORKBOOK, TOO_MUCH
from assessments.inspection.helper import Helper
from assessments.inspection.office import ENTITY, LEGACY, MACRO, OLE, OUTSIDE
from assessments.inspection.verdict import Refused
from tests.assessments.files import office
from tests.assessments.sheets.workbooks import (
    MAIN,
    by_hand,
    inline,
    of_parts,
    rows_of,
    send,
    taken,
    upload,
)

CELL = '<c t="s"><v>0</v></c>'
NO_PLACE = '<sheetData><row><c r="$A"><v>1</v></c></row></sheetData>'
MERGED = '<mergeCell ref="A1:XFD1048576"/>'
JOINED = f"<mergeCells>{MERGED * 1_001}</mergeCells>"
STRINGS = "xl/sharedStrings.xml"


def rows(count: int) -> str:
    return f"<sheetData>{'<row/>' * count}</sheetData>"


def referring(count: int) -> str:
    """Each cell shows the same text."""
    return f"<sheetData><row>{CELL * count}</row></sheetData>"


def strings(text: str) -> dict[str, bytes]:
    return {STRINGS: f"<sst {MAIN}><si><t>{text}</t></si></sst>".encode()}


def noise(count: int) -> str:
    """Digits that cannot be packed a hundred times smaller."""
    return "".join(f"{number * 2654435761 % 4294967296:08x}" for number in range(count // 8))


def sheets(count: int) -> dict[str, bytes]:
    listed = '<sheet name="a"/>' * count
    return {"xl/workbook.xml": f"<workbook {MAIN}><sheets>{listed}</sheets></workbook>".encode()}


DOCTYPE = {"xl/styles.xml": b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'}
MACROS = {"xl/vbaProject.bin": b"x"}
ELSEWHERE = {"xl/externalLinks/externalLink1.xml": b"<a/>"}
HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a million rows": (lambda: of_parts(rows(1_048_576)), TOO_LARGE),
    "rows, packed less": (lambda: of_parts(rows(150_000) + f"<!--{noise(90_000)}-->"), TOO_MUCH),
    "texts of 100 MB": (lambda: of_parts("", {STRINGS: b"x" * 100_000_000}), TOO_LARGE),
    "a text of 8 MB": (lambda: of_parts("", strings(noise(8_000_000))), TOO_MUCH),
    "a text very often": (lambda: of_parts(referring(900), strings("x" * 9_000)), TOO_MUCH),
    "a text that is not there": (lambda: of_parts(referring(1)), DAMAGED),
    "half a sheet": (lambda: of_parts("<sheetData>"), DAMAGED),
    "an address that is none": (lambda: of_parts(NO_PLACE), DAMAGED),
    "a document type": (lambda: of_parts("", DOCTYPE), ENTITY),
    "a macro": (lambda: of_parts("", MACROS), MACRO),
    "another workbook": (lambda: of_parts("", ELSEWHERE), OUTSIDE),
    "much that is joined": (lambda: of_parts(JOINED), TOO_MUCH),
    "many sheets": (lambda: office.with_parts("xlsx", sheets(21)), TOO_MUCH),
    "a Word document": (lambda: office.office("docx"), NOT_A_WORKBOOK),
    "a password": (lambda: OLE + b"x" * 600, LEGACY),
    "a text": (lambda: b"Clause,Level", NOT_A_WORKBOOK),
}


@pytest.mark.parametrize(("make", "reason"), HOSTILE.values(), ids=list(HOSTILE))
def test_hostile_workbook_is_refused_soon(
    make: Callable[[], bytes], reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "upload"
    path.write_bytes(make())
    started = time.monotonic()
    with pytest.raises(Refused) as refusal:
        workbooks.cells_of(path)
    assert str(refusal.value) == reason
    assert time.monotonic() - started < 20, "some two seconds, had the machine nothing else to do"


def test_helper_outlives_what_it_reads_and_is_started_again(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(of_parts(referring(0)))
    ours = Helper("-S", "-m", "assessments.inspection.cells")
    good = ours.ask(str(path))
    first = ours.process
    assert json.loads(good)["refused"] == ""
    assert ours.ask(str(path)) == good
    assert ours.process is first
    assert first
    first.kill()
    first.wait()
    assert ours.ask(str(path)) == good
    assert ours.process is not first
    ours.end()


def test_reading_that_takes_too_long_is_ended_and_told(tmp_path: Path) -> None:
    """The child that reads is ended by its limit; the helper answers in its place."""
    slow = (
        "import time, signal; from assessments.inspection import cells; from pathlib import Path;"
    )
    slow += "cells.inspection.WALL_SECONDS = 1; cells.answer = lambda path: time.sleep(60);"
    slow += "[cells.fork(Path('x')) for _ in __import__('sys').stdin]"
    ours = Helper("-S", "-c", slow)
    assert json.loads(ours.ask(str(tmp_path))) == {"refused": inspection.TOO_MUCH}
    assert json.loads(ours.ask(str(tmp_path))) == {"refused": inspection.TOO_MUCH}
    ours.end()


@pytest.mark.django_db
@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.xlsm", b"", "Choose the workbook that you downloaded here"),
        ("a.csv", b"Clause", "Choose the workbook that you downloaded here"),
        ("a.xlsx", b"", "The file is empty"),
        ("a.xlsx", b"Clause", "not an Excel workbook"),
        ("a.xlsx", office.office("xlsx"), "No sheet in this workbook has the columns"),
        ("a.xlsx", of_parts("", MACROS), "holds a macro"),
    ],
)
def test_file_that_is_no_export_is_refused_on_the_page_and_in_the_api(
    name, content, reason, draft, lead, client_for, store
):
    client = client_for(lead)
    page = send(client, draft, content, name)
    assert page.status_code == 422
    assert reason in page.text
    address = f"/api/v1/assessments/{draft.pk}/spreadsheet/"
    refused = client.post(address, {"upload": upload(content, name)})
    assert refused.status_code == 400
    assert reason in json.dumps(refused.json()["errors"], ensure_ascii=False)
    assert not [path for path in store.rglob("*") if path.is_file()]


@pytest.mark.django_db
@pytest.mark.usefixtures("store")
@pytest.mark.parametrize("value", ["_x0000_", "_xD83D_", "a_xDE00_b"])
def test_what_is_no_letter_is_refused_with_its_cell(value, draft, lead, client_for):
    lines = rows_of(taken(draft, lead))
    lines[1][5] = value
    page = send(client_for(lead), draft, by_hand(lines, inline))
    [problem] = page.context["preview"].read.problems
    assert (problem.cell, "no text" in problem.reason) == ("F2", True)
