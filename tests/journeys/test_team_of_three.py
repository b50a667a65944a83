"""Three people bring one self-assessment into its next year, and a partner helps.

The lead and the approver go without scripts, the contributor with them. What looks here as it
always does is looked at in test_every_page.py.
"""

from __future__ import annotations

import datetime
import io
import re
from pathlib import Path

from django.utils import timezone
from openpyxl import load_workbook

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import Visitor
from tests.served.stack import Stack

TITLE = "The year of the three"
HOST = "Larkspur Adoption"
OURS = "Juniper Council"
HOW = "How do you do this?"
PIECE = "The juniper policy"


def test_three_people_share_one_self_assessment(
    stack: Stack, arrive: Arrive, tmp_path: Path
) -> None:
    ids = stack.people["LA"]["ids"]
    lead = arrive("lead", javascript=False)
    contributor = arrive("contributor")
    approver = arrive("approver", javascript=False)
    here = _start_from_last_year(lead, f"/assessments/{ids['submitted']}/")
    _confirm_one(lead, here)
    _assign_one(lead, here, ids["membership"])
    _ask_and_answer(approver, contributor, here)
    _write_at_once(lead, contributor, here)
    _work_offline(lead, contributor, here, tmp_path)
    _say_where_to_look(lead, here)
    host = arrive("lead", kind="RAA", javascript=False)
    _become_partners(host, lead)
    _accept_an_offer(host, lead, here)
    _look_before_signing(approver, here)


def _start_from_last_year(lead: Visitor, last: str) -> str:
    """Returns the path of the new overview."""
    lead.go(last)
    lead.follow("Start the next one from this")
    lead.field("Title").fill(TITLE)
    lead.pick_date("First day of the period it covers", "1", "10", "2026")
    lead.pick_date("Last day of the period it covers", "30", "9", "2027")
    lead.press("Start")
    assert lead.heading == TITLE
    assert "carried over are still to be checked" in lead.text
    lead.station("started")
    return re.sub(r"^https?://[^/]+", "", lead.page.url)


def _confirm_one(lead: Visitor, here: str) -> None:
    lead.go(f"{here}clauses/1.1/")
    lead.station("to-check")
    lead.press("Checked: still true")
    assert "It is recorded that you checked it" in lead.text
    assert "confirmed as still true by Lead of" in lead.text


def _assign_one(lead: Visitor, here: str, contributor: str) -> None:
    soon = timezone.localdate() + datetime.timedelta(days=20)
    lead.go(f"{here}clauses/1.2/")
    lead.follow("Change who sees to this clause")
    lead.page.get_by_label("Who sees to it?").select_option(contributor)
    lead.pick_date("By when?", str(soon.day), str(soon.month), str(soon.year))
    lead.press("Assign")
    assert f"Assigned to: Contributor of {OURS}, due" in lead.text


def _ask_and_answer(approver: Visitor, contributor: Visitor, here: str) -> None:
    """The one is told of the comment; the other finds it answered and settled."""
    approver.go(f"{here}clauses/1.2/")
    approver.follow("Comments on this clause")
    approver.press("Add comment")
    assert approver.page.title().startswith("Error: ")
    approver.station("nothing-said")
    approver.field("Comment").fill("Is the heron list still kept?")
    approver.page.get_by_label(f"Contributor of {OURS}").check()
    approver.press("Add comment")
    contributor.go("/assessments/notices/")
    contributor.station("told")
    contributor.page.locator("main li a", has_text="clause 1.2").first.click()
    contributor.page.get_by_label("Comment").fill("Yes, every month.")
    contributor.press("Reply")
    contributor.press("Resolve")
    contributor.station("resolved")
    approver.go(f"{here}clauses/1.2/comments/")
    assert "1 reply" in approver.text
    assert "Resolved" in approver.text


def _write_at_once(lead: Visitor, contributor: Visitor, here: str) -> None:
    """Both open the clause; the second sees both texts and keeps parts of each."""
    contributor.go("/")
    contributor.page.get_by_role("link", name="My clauses").click()
    contributor.page.get_by_role("link", name=re.compile(r"^1\.2 ")).click()
    contributor.page.wait_for_load_state()
    lead.go(f"{here}clauses/1.2/")
    contributor.field(HOW).fill("The contributor keeps the heron list.")
    lead.field(HOW).fill("The lead reads the heron list.")
    lead.press("Save and go to overview")
    contributor.press("Save and continue")
    assert contributor.heading == "Somebody else saved this answer first"
    contributor.station("conflict")
    contributor.field("A text of both, which I edit").check()
    contributor.press("Save this version")
    contributor.go(f"{here}clauses/1.2/")
    both = contributor.field(HOW).input_value()
    assert "The lead reads the heron list." in both
    assert "The contributor keeps the heron list." in both


def _work_offline(lead: Visitor, contributor: Visitor, here: str, folder: Path) -> None:
    """A workbook comes back after a colleague saved one of its clauses."""
    contributor.go(here)
    contributor.follow("Work in a spreadsheet")
    with contributor.page.expect_download() as waiting:
        contributor.page.get_by_role("button", name="Download the workbook").click()
    taken = Path(waiting.value.path()).read_bytes()
    lead.go(f"{here}clauses/8.5/")
    lead.field(HOW).fill("We ask the carers every year.")
    lead.press("Save and continue")
    contributor.page.locator("input[type=file]").set_input_files(_filled_in(taken, folder))
    contributor.press("Show what would change")
    assert "“9” is not on the scale" in contributor.text
    assert "1 clause was changed in the workbook and saved by somebody since" in contributor.text
    contributor.station("workbook")
    contributor.press("Import what is chosen")
    assert contributor.page.title().startswith("Error: ")
    contributor.station("nothing-chosen")
    contributor.page.get_by_label("What my workbook says").check()
    contributor.press("Import what is chosen")
    assert "2 clauses imported" in contributor.text
    lead.go(f"{here}clauses/8.5/")
    assert lead.field(HOW).input_value() == "We ask the carers every month."


def _filled_in(taken: bytes, folder: Path) -> Path:
    book = load_workbook(io.BytesIO(taken))
    rows = {row[0].value: row for row in book["Answers"].iter_rows()}
    rows["8.5"][5].value = "We ask the carers every month."
    rows["8.6"][3].value = "2"
    rows["8.7"][3].value = "9"
    book.save(folder / "filled.xlsx")
    return folder / "filled.xlsx"


def _say_where_to_look(lead: Visitor, here: str) -> None:
    """What was carried over with its clause is located in it: a gap less."""
    assert PIECE in _without_a_place(lead, here)
    lead.go(f"{here}clauses/1.1/")
    lead.follow(f"Say where to look in {PIECE}")
    lead.field("Page or section (optional)").fill("Page 12")
    lead.press("Save where to look")
    assert "Page 12" in lead.text
    assert PIECE not in _without_a_place(lead, here)


def _without_a_place(lead: Visitor, here: str) -> str:
    """That part of the page of gaps."""
    lead.go(f"{here}evidence-gaps/")
    _, said, rest = lead.text.partition("Evidence that does not say where to look")
    assert said
    return rest.partition("Evidence that supports no clause here")[0]


def _become_partners(host: Visitor, lead: Visitor) -> None:
    host.go("/")
    host.page.get_by_role("link", name="Partners").click()
    host.press("Ask an agency to be a partner")
    host.page.get_by_label("Which agency do you want to ask?").select_option(label=OURS)
    host.press("Ask them")
    lead.go("/partners/")
    lead.follow(f"Agree with {HOST}")
    lead.station("asked-to-be-a-partner")
    lead.press("Agree")
    assert "You agreed on" in lead.text


def _accept_an_offer(host: Visitor, lead: Visitor, here: str) -> None:
    """It is offered as a copy, accepted beside the own answer, and withdrawn at will."""
    host.go("/assessments/offers/")
    host.follow("Offer answers of The larkspur offers")
    host.press("Look at the copies")
    assert host.page.title().startswith("Error: ")
    host.station("no-partner-chosen")
    host.page.get_by_label(OURS).check()
    host.page.locator("input[name=answers]").first.check()
    host.press("Look at the copies")
    assert "Exactly these copies" in host.text
    host.station("copies")
    host.press("Publish these copies")
    assert "Your partners now see these copies" in host.text
    lead.go("/assessments/offers/")
    lead.follow(f"{HOST}, version 1")
    lead.follow(f"Accept clause 1.1 in {TITLE}")
    lead.press(f"Accept this answer of {HOST}")
    assert f"Answered by {HOST}, version 1" in lead.text
    assert "what larkspur shares" in lead.text
    lead.station("accepted")
    host.follow(f"Withdraw what is offered to {OURS}")
    host.press("Withdraw the offer")
    lead.page.reload()
    assert "It is no longer offered" in lead.text
    assert "what larkspur shares" not in lead.text


def _look_before_signing(approver: Visitor, here: str) -> None:
    """Most is still to be checked, so there is nothing to sign; what has changed is one page."""
    approver.go(f"{here}check/")
    assert "To put right before sign-off" in approver.text
    approver.go(f"{here}compare/")
    approver.page.get_by_label("Show").select_option("Only changes")
    approver.press("Compare")
    assert "As submitted in round" in approver.text
    approver.station("compared")
