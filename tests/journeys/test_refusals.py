"""Pages that say no: what happened, and what to do next."""

from __future__ import annotations

import uuid

from tests.journeys.conftest import Arrive
from tests.served.stack import Stack


def test_page_that_is_not_there(arrive: Arrive) -> None:
    lead = arrive("lead")
    response = lead.go("/no/such/page/")
    assert response and response.status == 404
    lead.station("404")


def test_record_of_another_agency_looks_like_none(stack: Stack, arrive: Arrive) -> None:
    lead = arrive("lead")
    theirs = stack.people["RAA"]["ids"]["assessment"]
    shown = []
    for pk in (theirs, str(uuid.uuid4())):
        response = lead.go(f"/assessments/{pk}/")
        assert response and response.status == 404
        shown.append(lead.text.replace(pk, ""))
    assert shown[0] == shown[1]
    lead.station("not-yours")


def test_second_submit_is_told_who_was_first(stack: Stack, arrive: Arrive) -> None:
    lead = arrive("lead")
    response = lead.go(f"/assessments/{stack.people['LA']['ids']['submitted']}/submit/")
    assert response and response.status == 409
    assert "already submitted" in lead.text
    lead.station("second-submit")


def test_form_without_its_cookie_is_refused_and_says_what_to_do(arrive: Arrive) -> None:
    visitor = arrive()
    visitor.go("/accounts/login/")
    visitor.context.clear_cookies()
    visitor.sign_in("somebody@agency.example", "a password of some length")
    assert "cookies" in visitor.text
    visitor.station("403-csrf")


def test_assessment_is_renamed_archived_restored_and_deleted(
    stack: Stack, arrive: Arrive, has_javascript: bool
) -> None:
    lead = arrive("lead", kind="RAA", javascript=has_javascript)
    lead.go("/assessments/start/")
    lead.field("Title").fill("To be thrown away")
    lead.pick_date("First day of the period it covers", "1", "1", "2026")
    lead.pick_date("Last day of the period it covers", "31", "12", "2025")
    lead.press("Start")
    lead.station("days-in-the-wrong-order")
    lead.pick_date("Last day of the period it covers", "31", "12", "2026")
    lead.press("Start")
    overview = lead.page.url
    lead.follow("Change the title or period")
    lead.station("rename")
    lead.field("Title").fill("Renamed, to be thrown away")
    lead.page.locator("main form button").first.click()
    lead.page.wait_for_load_state()
    assert lead.heading == "Renamed, to be thrown away"
    lead.follow("Archive")
    lead.station("archive")
    lead.page.locator("main form button").first.click()
    lead.go("/assessments/")
    assert "Renamed, to be thrown away" not in lead.text
    lead.go("/assessments/?show=archived")
    lead.station("archived")
    lead.go(overview)
    lead.follow("Restore")
    lead.station("restore")
    lead.page.locator("main form button").first.click()
    lead.go(overview)
    lead.follow("Delete")
    lead.station("delete")
    lead.page.locator("main form button").first.click()
    lead.page.wait_for_load_state()
    listed = lead.page.locator("main table, main ul").all_inner_texts()
    assert not any("Renamed, to be thrown away" in text for text in listed)
    response = lead.go(overview)
    assert response and response.status == 404
