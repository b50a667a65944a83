"""A host offers an answer; its partner accepts it; the host takes it back. Without JavaScript."""

from __future__ import annotations

from tests.journeys.conftest import Arrive
from tests.served.stack import Stack

PARTNER = "Nettle Families"


def test_an_answer_is_offered_accepted_and_withdrawn(stack: Stack, arrive: Arrive) -> None:
    host = arrive("lead", kind="RAA", javascript=False)
    partner = arrive("lead", kind=PARTNER, javascript=False)
    host.go("/")
    host.page.get_by_role("link", name="Partners").click()
    host.page.get_by_role("link", name="Answers that you offer").click()
    host.page.get_by_role("link", name="Offer answers of The larkspur offers").click()
    host.press("Look at the copies")
    assert host.page.title().startswith("Error: ")
    host.station("nothing-chosen")
    host.page.get_by_label(PARTNER).check()
    host.page.locator("input[name=answers]").first.check()
    host.press("Look at the copies")
    assert "Exactly these copies" in host.text
    host.station("preview")
    host.press("Publish these copies")
    assert "Your partners now see these copies" in host.text

    partner.go("/assessments/offers/")
    partner.page.get_by_role("link", name="Larkspur Adoption, version 2").click()
    partner.station("offer")
    partner.page.get_by_role("link", name="Accept clause 1.1 in With a partner").click()
    partner.station("newer-version")
    partner.press("Accept this answer of Larkspur Adoption")
    assert "Answered by Larkspur Adoption, version 2" in partner.text
    partner.station("accepted")

    host.page.get_by_role("link", name="Withdraw").first.click()
    host.press("Withdraw the offer")
    partner.page.reload()
    assert "It is no longer offered" in partner.text
    assert "what larkspur shares" not in partner.text
    partner.station("gone")
