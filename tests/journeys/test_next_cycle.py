"""The year after: started from the last, checked clause by clause and compared, without scripts."""

from __future__ import annotations

from tests.journeys.conftest import Arrive
from tests.served.stack import Stack


def test_next_year_is_checked_and_compared(stack: Stack, arrive: Arrive) -> None:
    here = f"/assessments/{stack.people['RAA']['ids']['following']}/"
    lead = arrive("lead", kind="RAA", javascript=False)
    lead.go(here)
    assert "carried over are still to be checked" in lead.text
    lead.go(f"{here}clauses/1.1/")
    lead.station("to-check")
    lead.press("Checked: still true")
    assert "It is recorded that you checked it" in lead.text
    assert "confirmed as still true by" in lead.text
    lead.go(f"{here}clauses/1.1/earlier/")
    lead.station("earlier")
    lead.go(f"{here}carried-over/")
    lead.station("carried-over")
    lead.go(f"{here}compare/")
    lead.page.get_by_label("Show").select_option("Only changes")
    lead.press("Compare")
    assert "As submitted in round" in lead.text
    lead.station("compared")
