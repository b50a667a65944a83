"""B13: HTML and script in every text field. It is shown as it was typed; nothing of it runs."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import Visitor
from tests.served.stack import Stack

PAYLOADS = (
    "<script>alert('ep')</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "</textarea><script>alert(2)</script>",
    "<iframe srcdoc='<script>parent.alert(3)</script>'></iframe>",
    "<a href='javascript:alert(4)'>here</a>",
    "{{ settings.SECRET_KEY }}{% debug %}",
    "<style>@import url({canary}/css)</style><link rel=stylesheet href={canary}/link>",
    "<img src={canary}/img><object data={canary}/object></object>",
    "'-alert(5)-'",
)


@pytest.fixture
def canary() -> Iterator[tuple[str, list[str]]]:
    """An address that nothing may ask for anything, and what was asked."""
    asked: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def _start(lead: Visitor, title: str) -> str:
    lead.go("/assessments/start/")
    lead.field("Title").fill(title)
    lead.pick_date("First day of the period it covers", "1", "10", "2025")
    lead.pick_date("Last day of the period it covers", "30", "9", "2026")
    lead.press("Start")
    return lead.page.url


def _is_shown_literally(visitor: Visitor, text: str, where: str) -> None:
    """In the page's text or in the value of a field."""
    fields = visitor.page.eval_on_selector_all("input, textarea", "all => all.map(e => e.value)")
    seen = " ".join(" ".join([visitor.text, *fields]).split())
    assert text in seen, f"{text} is not shown on {where}"


Canary = tuple[str, list[str]]


@pytest.fixture
def texts(canary: Canary) -> Iterator[list[str]]:
    """What is typed; afterwards nothing may have been fetched."""
    address, asked = canary
    yield [text.replace("{canary}", address) for text in PAYLOADS]
    assert asked == []


def test_markup_in_titles_is_text(arrive: Arrive, texts: list[str]) -> None:
    lead = arrive("lead", kind="RAA")
    overview = _start(lead, texts[1])
    _is_shown_literally(lead, texts[1], "the overview")
    for title in texts:
        lead.go(f"{overview}rename/")
        lead.field("Title").fill(title)
        lead.page.locator("main form button").first.click()
        lead.page.wait_for_load_state()
        _is_shown_literally(lead, title, "the overview")
    lead.go("/assessments/")
    _is_shown_literally(lead, texts[-1], "the list")
    lead.station("list")


def test_markup_in_answers_is_text(stack: Stack, arrive: Arrive, texts: list[str]) -> None:
    """On the pages of the clause, and through the worker that makes the report."""
    every = " ".join(texts)
    lead = arrive("lead", kind="RAA")
    overview = _start(lead, texts[2])
    clause = f"{overview}clauses/1.1/"
    lead.go(clause)
    lead.page.get_by_label("Not applicable", exact=True).check()
    for label in (
        "Why does this clause not apply to you?",
        "How do you do this?",
        "What difference does it make?",
    ):
        lead.field(label).fill(every)
    lead.press("Save and go to overview")
    lead.go(clause)
    _is_shown_literally(lead, every, "the clause")
    lead.station("clause")
    lead.go(overview)
    lead.press("Readiness report")
    lead.page.locator("form[action*='/request/'] button").first.click()
    ready = lead.page.get_by_role("button", name="Download the report (PDF)")
    expect(ready).to_be_visible(timeout=120_000)
    _is_shown_literally(lead, texts[2], "the report's page")


def test_markup_in_evidence_is_text(arrive: Arrive, texts: list[str]) -> None:
    every = " ".join(texts)
    lead = arrive("lead", kind="RAA")
    lead.go("/assessments/evidence/add/")
    lead.field("Title").fill(texts[0])
    lead.field("What kind of evidence is it?").select_option("other")
    lead.field("Description").fill(every)
    lead.field("A file").check()
    file = {"name": f"{texts[1]}.txt", "mimeType": "text/plain", "buffer": b"Words.\n"}
    lead.page.locator("input[type=file]").set_input_files(file)
    lead.press("Add evidence")
    _is_shown_literally(lead, texts[0], "the evidence")
    _is_shown_literally(lead, every, "the evidence")
    lead.station("evidence")
    lead.go("/assessments/evidence/")
    lead.field("Title or description contains").fill(texts[0])
    lead.press("Find")
    _is_shown_literally(lead, texts[0], "the search")
    lead.station("search")


def test_markup_in_an_invitation_is_text(arrive: Arrive, texts: list[str]) -> None:
    lead = arrive("lead", kind="RAA")
    lead.go("/people/invite/")
    lead.field("Email address").fill("markup@agency.example")
    lead.field("Name or job title").fill(texts[1])
    lead.page.get_by_label("Viewer", exact=True).check()
    lead.press("Send the invitation")
    _is_shown_literally(lead, texts[1], "the people page")
    lead.station("people")
    lead.go("/audit/")
    lead.station("audit")


def test_signing_name_with_markup_is_text(arrive: Arrive, stack: Stack) -> None:
    """The name below the declaration, signed anew over a submission that was withdrawn."""
    pk = stack.people["RAA"]["ids"]["submitted"]
    approver = arrive("approver", kind="RAA")
    approver.go(f"/assessments/{pk}/withdraw/")
    approver.press("Withdraw")
    approver.go(f"/assessments/{pk}/sign-off/")
    approver.field("I agree with this declaration").check()
    approver.field("Your name").fill(PAYLOADS[0])
    approver.press("Sign off")
    _is_shown_literally(approver, PAYLOADS[0], "the overview")
    approver.press("Submit")
    approver.press("Submit")
    _is_shown_literally(approver, PAYLOADS[0], "the submission")
    approver.station("submission")
