"""People: invited, accepted in another browser, changed, removed; two hats; the audit trail."""

from __future__ import annotations

import csv
import email
import email.policy
import io
import re
from pathlib import Path

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import Visitor
from tests.served.stack import Stack, wait_for

LINK = re.compile(r"http://localhost:\d+/invitation/\S+")
PASSWORD = "nine patient otters swim"


def _mail_to(stack: Stack, address: str) -> str:
    """The link in the mail that the worker sent."""

    def find() -> str:
        files = sorted(Path(stack.mail).glob("*")) if stack.mail.exists() else []
        for file in files:
            for part in re.split(r"-{79}\n", file.read_text()):
                message = email.message_from_string(part, policy=email.policy.default)
                if message["To"] == address:
                    found = LINK.search(message.get_content())
                    return found.group() if found else ""
        return ""

    return str(wait_for(find, f"the mail to {address}", patience=90))


def test_person_is_invited_joins_and_is_removed(
    stack: Stack, arrive: Arrive, has_javascript: bool
) -> None:
    address = f"new-{'with' if has_javascript else 'without'}@agency.example"
    lead = arrive("lead", javascript=has_javascript)
    newcomer = arrive(javascript=has_javascript)
    _invite(lead, address)
    link = _mail_to(stack, address)
    _accept(newcomer, link)
    again = arrive(javascript=has_javascript)
    response = again.go(link)
    assert response
    assert response.status == 410
    again.station("used-already")
    _change_and_remove(lead, address)
    newcomer.go("/assessments/")
    assert "The juniper draft" not in newcomer.text
    newcomer.station("no-longer-a-member")


def _invite(lead: Visitor, address: str) -> None:
    lead.go("/people/")
    lead.station("people")
    lead.press("Invite a person")
    lead.press("Send the invitation")
    assert lead.page.title().startswith("Error: ")
    lead.station("nothing-entered")
    lead.field("Email address").fill(address)
    lead.field("Name or job title").fill("Practice manager")
    lead.page.get_by_label("Viewer", exact=True).check()
    lead.press("Send the invitation")
    assert address in lead.text
    lead.station("invited")


def _accept(newcomer: Visitor, link: str) -> None:
    newcomer.go(link)
    assert "Juniper Council" in newcomer.heading
    newcomer.station("invitation")
    newcomer.field("Choose a password").fill("short")
    newcomer.press("Accept the invitation")
    assert newcomer.page.title().startswith("Error: ")
    newcomer.station("password-too-short")
    newcomer.field("Choose a password").fill(PASSWORD)
    newcomer.press("Accept the invitation")
    assert "The juniper draft" in newcomer.text
    newcomer.station("arrived")


def _change_and_remove(lead: Visitor, address: str) -> None:
    lead.go("/people/")
    row = lead.page.locator("tr", has_text=address)
    row.get_by_role("link", name="Change role").click()
    lead.station("change-role")
    lead.page.get_by_label("Contributor", exact=True).check()
    lead.page.locator("main form button").first.click()
    row.get_by_role("link", name="Remove").click()
    lead.station("remove")
    lead.page.locator("main form button").first.click()
    lead.page.wait_for_load_state()


def test_person_of_two_agencies_switches(
    stack: Stack, arrive: Arrive, has_javascript: bool
) -> None:
    both = stack.people["both"]
    person = arrive(javascript=has_javascript)
    person.go("/accounts/login/")
    person.sign_in(both["email"], both["password"])
    person.station("which-agency")
    person.page.get_by_label("Larkspur Adoption", exact=True).check()
    person.press("Continue")
    assert "The larkspur draft" in person.text
    assert "juniper" not in person.text
    person.follow("Switch agency")
    person.page.get_by_label("Juniper Council", exact=True).check()
    person.press("Continue")
    assert "The juniper draft" in person.text
    assert "larkspur" not in person.text


def test_audit_trail_is_filtered_and_taken_out(
    arrive: Arrive, has_javascript: bool, tmp_path: Path
) -> None:
    lead = arrive("lead", kind="RAA", javascript=has_javascript)
    lead.go("/audit/")
    lead.station("audit")
    lead.pick_date("From", "31", "2", "2026")
    lead.press("Filter")
    assert lead.page.title().startswith("Error: ")
    lead.station("no-such-day")
    lead.go("/audit/")
    lead.field("What was done").select_option("assessment.submit")
    lead.press("Filter")
    lead.station("filtered")
    with lead.page.expect_download() as waiting:
        lead.page.get_by_role("link", name=re.compile("CSV")).click()
    file = tmp_path / "audit.csv"
    waiting.value.save_as(file)
    rows = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"))))
    assert len(rows) >= 2
    assert "juniper" not in file.read_text("utf-8-sig")


def test_colleague_without_the_right_is_told_so(arrive: Arrive) -> None:
    viewer = arrive("viewer")
    response = viewer.go("/people/")
    assert response and response.status == 403
    viewer.station("people-403")
    response = viewer.go("/audit/")
    assert response and response.status == 403
