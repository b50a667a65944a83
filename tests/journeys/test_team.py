"""Who does what: assigned without JavaScript, found by the person, handed over."""

from __future__ import annotations

import datetime
import re

from django.utils import timezone

from tests.journeys.conftest import Arrive
from tests.served.stack import Stack

KIND = "LA"


def test_clauses_are_assigned_found_and_handed_over(stack: Stack, arrive: Arrive) -> None:
    ids = stack.people[KIND]["ids"]
    lead = arrive("lead", kind=KIND, javascript=False)
    contributor = arrive("contributor", kind=KIND, javascript=False)
    soon = timezone.localdate() + datetime.timedelta(days=40)
    lead.go(f"/assessments/{ids['assessment']}/")
    lead.follow_or_press("Who does what")
    lead.press("Assign the ticked clauses")
    assert lead.page.title().startswith("Error: ")
    lead.station("nothing-ticked")
    lead.page.locator("input[name=standards]").nth(4).check()
    lead.page.locator("input[name=clauses]").first.check()
    lead.page.get_by_label("Who sees to it?").select_option(ids["membership"])
    lead.pick_date("By when?", str(soon.day), str(soon.month), str(soon.year))
    lead.press("Assign the ticked clauses")
    assert "clauses assigned" in lead.text
    contributor.go("/")
    contributor.page.get_by_role("link", name="My clauses").click()
    contributor.station("mine")
    contributor.page.locator("tbody a").first.click()
    assert "Assigned to: " in contributor.text
    lead.go("/people/")
    lead.page.locator(f"a[href='/assessments/hand-over/{ids['membership']}/']").click()
    lead.station("pending")
    lead.page.get_by_label("Who takes it?").select_option(index=1)
    lead.press("Hand over")
    assert "The role of this person cannot take clauses" in lead.text
    own = lead.page.locator("option", has_text="(lead)").get_attribute("value")
    lead.page.get_by_label("Who takes it?").select_option(own)
    lead.press("Hand over")
    assert re.search(r"\d clauses.* handed over", lead.text)
