"""The main job, from an empty list to the readiness PDF, with JavaScript and without."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.journeys.conftest import Arrive
from tests.journeys.paper import faults_of, missing_in, pictures_of
from tests.journeys.visitor import Visitor
from tests.served.stack import Stack
from tests.served.web import Visitor as Post

KIND = "VAA"
HOW = "Every plan is looked at for early permanence before the first meeting."
DIFFERENCE = "Children wait two months less than they did."


def test_from_an_empty_list_to_the_report(
    stack: Stack, arrive: Arrive, has_javascript: bool, tmp_path: Path
) -> None:
    lead = arrive("lead", kind=KIND, javascript=has_javascript)
    approver = arrive("approver", kind=KIND, javascript=has_javascript)
    title = f"Self-assessment 2026 {'with' if has_javascript else 'without'} scripts"
    overview = _start(lead, title)
    _answer_two(lead)
    _read_what_is_missing(lead, overview)
    _sign_too_early(approver, overview)
    _answer_the_rest(stack, lead, overview)
    _sign(approver, overview)
    _submit(lead, overview)
    pdf = _fetch_report(lead, overview, tmp_path)
    _check_paper(stack, pdf, overview, lead.folder / "pdf")


def _start(lead: Visitor, title: str) -> str:
    """Returns the path of the overview."""
    lead.go("/")
    lead.station("list")
    lead.follow_or_press("Start a self-assessment")
    lead.press("Start")
    assert lead.page.title().startswith("Error: ")
    lead.station("start-nothing-entered")
    lead.field("Title").fill(title)
    lead.pick_date("First day of the period it covers", "1", "10", "2025")
    lead.pick_date("Last day of the period it covers", "30", "9", "2026")
    lead.press("Start")
    assert lead.heading == title
    lead.station("overview-empty")
    return re.sub(r"^https?://[^/]+", "", lead.page.url)


def _answer_two(lead: Visitor) -> None:
    lead.page.locator(".govuk-task-list__link").first.click()
    lead.page.wait_for_load_state()
    lead.station("standard")
    lead.page.locator(".govuk-task-list__link").first.click()
    lead.page.wait_for_load_state()
    assert "/clauses/1.1/" in lead.page.url
    for summary in lead.page.locator("details summary").all():
        summary.click()
    lead.station("clause-with-prompts-and-words")
    lead.page.get_by_label("2 In place", exact=True).check()
    lead.field("How do you do this?").fill(HOW)
    lead.field("What difference does it make?").fill(DIFFERENCE)
    lead.press("Save and continue")
    assert "/clauses/1.2/" in lead.page.url
    lead.page.get_by_label("Not applicable", exact=True).check()
    lead.station("clause-not-applicable")
    lead.press("Save and continue")
    lead.go(lead.page.url.replace("/1.3/", "/1.2/"))
    assert lead.page.get_by_label("Not applicable", exact=True).is_checked()
    lead.field("Why does this clause not apply to you?").fill("Our partners do this for us.")
    lead.press("Save and go to overview")
    lead.station("overview-begun")


def _read_what_is_missing(lead: Visitor, overview: str) -> None:
    lead.go(overview)
    lead.press("Check your answers")
    assert "To put right before sign-off" in lead.text
    for summary in lead.page.locator(".app-hindrances details summary").all():
        summary.click()
    lead.station("check-with-blockers")
    blocker = lead.page.locator(".app-hindrances a").first
    code = re.search(r"\d\.\d+", blocker.inner_text())
    blocker.click()
    assert code
    assert f"/clauses/{code.group()}/" in lead.page.url


def _sign_too_early(approver: Visitor, overview: str) -> None:
    approver.go(f"{overview}sign-off/")
    assert approver.page.get_by_role("button", name="Sign off", exact=True).count() == 0
    approver.station("sign-off-too-early")


def _answer_the_rest(stack: Stack, lead: Visitor, overview: str) -> None:
    """By the same form, without looking at each of the other pages."""
    lead.go(f"{overview}check/")
    open_codes = [
        href.split("/")[-2]
        for row in lead.page.locator(".govuk-task-list__item").all()
        if (href := row.locator("a").get_attribute("href"))
    ]
    post = Post(stack.port, stack.people[KIND]["lead"]["session"])
    for code in open_codes[2:]:
        fields = {
            "version": 0,
            "level": int(code[-1]) % 4,
            "how": f"How {code} is done",
            "na_reason": "",
        }
        fields["difference"] = f"What {code} changes"
        assert post.post(f"{overview}clauses/{code}/", fields).status == 302
    lead.go(overview)
    lead.station("overview-all-answered")


def _sign(approver: Visitor, overview: str) -> None:
    approver.go(f"{overview}check/")
    approver.station("check-ready")
    approver.press("Continue to sign-off")
    approver.field("Your name").fill("")
    approver.press("Sign off")
    assert approver.page.title().startswith("Error: ")
    approver.station("sign-off-nothing-entered")
    approver.field("I agree with this declaration").check()
    approver.field("Your name").fill("Head of service")
    approver.press("Sign off")
    assert "Signed by Head of service" in approver.text
    approver.station("signed-off")


def _submit(lead: Visitor, overview: str) -> None:
    lead.go(overview)
    lead.press("Submit")
    lead.station("submit")
    lead.press("Submit")
    assert lead.page.url.endswith("/submissions/1/")
    assert HOW in lead.text
    lead.station("submission")
    lead.go(f"{overview}clauses/1.1/")
    assert lead.page.get_by_role("button", name="Save and continue").count() == 0
    lead.station("clause-locked")


def _fetch_report(lead: Visitor, overview: str, folder: Path) -> Path:
    lead.go(overview)
    lead.press("Readiness report")
    lead.station("reports")
    lead.page.locator("form[action*='/request/'] button").first.click()
    ready = lead.page.get_by_role("button", name="Download the report (PDF)")
    lead.station("report-in-the-making")
    # Nobody reloads: the page does it, by its script or by itself.
    expect(ready).to_be_visible(timeout=120_000)
    lead.station("report-ready")
    with lead.page.expect_download() as waiting:
        ready.click()
    pdf = folder / waiting.value.suggested_filename
    waiting.value.save_as(pdf)
    assert pdf.suffix == ".pdf"
    return pdf


def _check_paper(stack: Stack, pdf: Path, overview: str, folder: Path) -> None:
    assert len(pictures_of(pdf, folder)) > 10
    assert faults_of(pdf) == []
    with stack.owner() as session:
        rows = session.execute(
            """SELECT c.text, a.how, a.difference, a.na_reason
               FROM assessments_submittedanswer a JOIN standards_clause c ON c.id = a.clause_id
               JOIN assessments_submission s ON s.id = a.submission_id
               WHERE s.assessment_id = %s""",
            [overview.split("/")[2]],
        ).fetchall()
    texts = [text for row in rows for text in row if text]
    assert len(rows) == 70
    assert len(texts) > 200
    assert HOW in texts
    assert missing_in(pdf, texts) == []
