"""Working offline, without scripts: the workbook goes out, a colleague writes, it comes back."""

from __future__ import annotations

import io
from pathlib import Path

from openpyxl import load_workbook

from tests.journeys.conftest import Arrive
from tests.served.stack import Stack

KIND = "RAA"


def test_workbook_is_taken_along_filled_in_and_imported(
    stack: Stack, arrive: Arrive, tmp_path: Path
) -> None:
    assessment = f"/assessments/{stack.people[KIND]['ids']['assessment']}/"
    lead = arrive("lead", kind=KIND, javascript=False)
    lead.go(assessment)
    lead.follow("Work in a spreadsheet")
    with lead.page.expect_download() as waiting:
        lead.page.get_by_role("button", name="Download the workbook").click()
    taken = Path(waiting.value.path())
    contributor = arrive("contributor", kind=KIND, javascript=False)
    contributor.go(f"{assessment}clauses/8.5/")
    contributor.field("How do you do this?").fill("We ask the larkspur carers every year.")
    contributor.press("Save and continue")
    book = load_workbook(io.BytesIO(taken.read_bytes()))
    rows = {row[0].value: row for row in book["Answers"].iter_rows()}
    rows["8.5"][5].value = "We ask the larkspur carers every month."
    rows["8.6"][3].value = "2"
    rows["8.7"][3].value = "9"
    book.save(tmp_path / "filled.xlsx")
    lead.page.locator("input[type=file]").set_input_files(tmp_path / "filled.xlsx")
    lead.press("Show what would change")
    lead.station("preview")
    assert "“9” is not on the scale" in lead.text
    lead.press("Import what is chosen")
    assert lead.page.title().startswith("Error: ")
    lead.station("nothing-chosen")
    lead.page.get_by_label("What my workbook says").check()
    lead.press("Import what is chosen")
    assert "2 clauses imported" in lead.text
    lead.go(f"{assessment}clauses/8.5/")
    assert lead.field("How do you do this?").input_value().endswith("every month.")
