"""Many bring a workbook back at the same moment, against the real web process."""

from __future__ import annotations

import io
import re

from openpyxl import load_workbook

from tests.served.stack import Stack
from tests.served.test_races import WRITERS, _at_once, _clause, _fields, _stored, _visitor
from tests.served.web import CSRF

UPLOAD = {"Content-Type": "multipart/form-data; boundary=edge", "X-CSRFToken": CSRF}


def test_imports_and_a_single_save_at_once_neither_block_nor_lose(stack: Stack) -> None:
    """Workbooks taken along before all of it: whoever is second is told, clause by clause."""
    codes = ["7.1", "7.2", "7.3"]
    sheet = _clause(stack, "7.1").replace("clauses/7.1", "spreadsheet")
    taken = _visitor(stack).get(f"{sheet}file/").body
    calls = []
    for number in range(WRITERS // 4):
        content = _filled(taken, codes, f"sheet {number}")
        shown = _visitor(stack).send("POST", sheet, content, UPLOAD)
        token = re.search(r'name="token" value="([^"]+)"', shown.text)
        assert token
        form = dict.fromkeys(("c7-1", "c7-2", "c7-3"), "on") | {"token": token[1]}
        calls.append(lambda form=form: _visitor(stack).post(f"{sheet}import/", form))
    single = _fields(0, "single"), _clause(stack, "7.2")
    calls.append(lambda: _visitor(stack, "contributor").post(single[1], single[0]))
    answers = _at_once(calls)
    assert {answer.status for answer in answers} <= {302, 412}
    for code in codes:
        answer = _stored(stack, code)
        assert answer["version"] == 1, "one won, and all others were told"
        assert [revision["how"] for revision in answer["revisions"]] == [answer["how"]]
    with stack.owner() as session:
        assert session.execute("SELECT * FROM audit.broken()").fetchall() == []


def _filled(taken: bytes, codes: list[str], text: str) -> bytes:
    """The body of the form that sends the workbook back."""
    book = load_workbook(io.BytesIO(taken))
    for row in book["Answers"].iter_rows():
        if row[0].value in codes:
            row[5].value = row[6].value = text
    made = io.BytesIO()
    book.save(made)
    head = 'Content-Disposition: form-data; name="upload"; filename="a.xlsx"'
    return f"--edge\r\n{head}\r\n\r\n".encode() + made.getvalue() + b"\r\n--edge--\r\n"
