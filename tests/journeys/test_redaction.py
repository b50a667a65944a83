"""A name in a narrative is removed by two people; a lead takes out everything of the agency."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Arrive
from tests.served.stack import Stack

NAME = "Xanthippe Quillfeather"


@pytest.fixture
def clause(stack: Stack, has_javascript: bool) -> str:
    """A clause of its own for each run: what is removed stays removed."""
    code = "7.1" if has_javascript else "7.2"
    return f"/assessments/{stack.people['LA']['ids']['assessment']}/clauses/{code}/"


def test_two_people_remove_a_name(arrive: Arrive, has_javascript: bool, clause: str) -> None:
    lead = arrive("lead", javascript=has_javascript)
    lead.go(clause)
    lead.field("How do you do this?").fill(f"We placed {NAME} in May.")
    lead.press("Save and continue")
    lead.go(clause)
    lead.follow("Remove personal data from this clause")
    lead.press("Ask for the removal")
    assert lead.page.title().startswith("Error: ")
    lead.station("nothing-chosen")
    lead.field("How do you do this?").check()
    lead.field("It could identify a child").check()
    lead.press("Ask for the removal")
    assert "You asked for this yourself" in lead.text
    assert lead.page.get_by_role("button", name="Look at what is destroyed").count() == 0
    lead.station("waits-for-a-second-person")
    address = lead.page.url

    officer = arrive("dpo", javascript=has_javascript)
    officer.go("/data-protection/")
    officer.station("list")
    officer.go(address)
    officer.follow_or_press("Look at what is destroyed, and confirm")
    assert "1 answer as it stands now" in officer.text
    officer.press("Remove for good")
    assert officer.page.title().startswith("Error: ")
    officer.station("tick-is-missing")
    officer.page.get_by_label("I have looked at it.").check()
    officer.press("Remove for good")
    assert "It was destroyed in 2 places" in officer.text
    officer.station("removed")
    lead.go(clause)
    assert "personal data was removed" in lead.field("How do you do this?").input_value()
    assert NAME not in lead.page.content()
    lead.station("clause-afterwards")


def test_lead_takes_everything_out(stack: Stack, arrive: Arrive, tmp_path: Path) -> None:
    lead = arrive("lead")
    lead.go("/data-protection/exports/")
    lead.press("Ask for everything")
    ready = lead.page.get_by_role("button", name="Download everything (ZIP)")
    expect(ready).to_be_visible(timeout=60_000)
    lead.station("everything-is-ready")
    with lead.page.expect_download() as waiting:
        ready.click()
    got = tmp_path / "everything.zip"
    waiting.value.save_as(got)
    with zipfile.ZipFile(got) as archive:
        assert archive.testzip() is None
        assert {"manifest.json", "audit-trail.csv", "tables/assessments_answer.json"} <= set(
            archive.namelist()
        )
