"""The description of the API: Swagger UI draws it, our own script and style sheet complete it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import Visitor

HERE = "/api/v1/docs/"
NAME_OF_FOCUS = """() => {
  const focus = document.activeElement;
  return focus.getAttribute("aria-label") ?? focus.innerText;
}"""


@pytest.fixture
def lead(arrive: Arrive) -> Visitor:
    lead = arrive("lead")
    lead.go(HERE)
    expect(lead.page.locator(".opblock").first).to_be_visible()
    return lead


def _open(page: Page, name: str) -> Locator:
    """An operation by its name in the schema, ready to be tried out."""
    operation = page.locator(f"[id$='-{name}'].opblock")
    operation.locator(".opblock-summary-control").click()
    expect(operation.locator(".opblock-body")).to_be_visible()
    return operation


def _execute(operation: Locator) -> Locator:
    operation.get_by_role("button", name="Execute").click()
    answer = operation.locator(".live-responses-table")
    expect(answer).to_be_visible()
    return answer


def test_as_it_opens(lead: Visitor) -> None:
    lead.station("description")
    assert lead.page.get_by_role("button", name="Authorize").count() == 0


def test_without_scripts_the_page_leads_to_the_schema(arrive: Arrive) -> None:
    lead = arrive("lead", javascript=False)
    lead.go(HERE)
    lead.station("plain")
    assert "needs JavaScript" in lead.text
    assert lead.page.get_by_role("link", name="OpenAPI schema").count() == 1


def test_list_is_read_with_a_filter(lead: Visitor) -> None:
    operation = _open(lead.page, "audit_list")
    lead.station("opened")
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_label("action", exact=True).fill("assessment.start")
    answer = _execute(operation)
    expect(answer).to_contain_text('"results"')
    expect(operation.get_by_role("region", name="Request URL")).to_contain_text(
        "action=assessment.start"
    )
    lead.station("answered")


def test_what_is_sent_is_refused_and_said(lead: Visitor) -> None:
    """With a header and a body; the session's own protection lets it pass, the rules do not."""
    operation = _open(lead.page, "assessments_create")
    lead.station("opened")
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_label("Idempotency-Key", exact=True).fill("tried-out")
    operation.get_by_label("Request body", exact=True).fill('{"title": ""}')
    answer = _execute(operation)
    expect(answer).to_contain_text("application/problem+json")
    lead.station("refused")


def test_file_and_choices_have_names(lead: Visitor) -> None:
    operation = _open(lead.page, "evidence_create")
    operation.get_by_role("button", name="Try it out").click()
    assert operation.get_by_label("upload", exact=True).get_attribute("type") == "file"
    operation.get_by_label("kind", exact=True).select_option("audit")
    upload, url = operation.get_by_label("Send empty value").all()[:2]
    operation.get_by_label("url", exact=True).fill("")
    expect(url).to_be_checked()
    operation.get_by_text("Send empty value").nth(1).click()
    expect(url).not_to_be_checked()
    expect(upload).to_be_checked()  # each text is the label of its own box
    lead.station("form")


def test_what_is_missing_is_told(lead: Visitor) -> None:
    operation = _open(lead.page, "assessments_answers_partial_update")
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".validation-errors")).to_be_visible()
    lead.station("incomplete")


def test_schemas(lead: Visitor) -> None:
    operation = _open(lead.page, "assessments_create")
    operation.get_by_role("tab", name="Schema").first.click()
    schemas = lead.page.locator("section.models")
    for name in ("Answer", "Assessment"):
        schemas.get_by_role("button", name=name, exact=True).click()
    schemas.get_by_role("button", name="level", exact=False).first.click()
    lead.station("schemas")


def test_all_of_it_by_keyboard(lead: Visitor) -> None:
    operation = lead.page.locator("[id$='-audit_list'].opblock")
    operation.locator(".opblock-summary-control").focus()
    lead.page.keyboard.press("Enter")
    expect(operation.get_by_role("button", name="Try it out")).to_be_visible()
    for name in ("Try it out", "Execute"):
        _tab_to(lead.page, name)
        lead.page.keyboard.press("Enter")
    expect(operation.locator(".live-responses-table")).to_be_visible()
    for name in ("Curl", "Copy code to clipboard", "Download", "Response body"):
        _tab_to(lead.page, name)


def _tab_to(page: Page, name: str) -> None:
    passed = []
    for _ in range(40):
        page.keyboard.press("Tab")
        passed.append(page.evaluate(NAME_OF_FOCUS).strip())
        if passed[-1] == name:
            return
    pytest.fail(f"{name!r} was not among {passed}")


def test_its_scripts_keep_to_the_policy(arrive: Arrive) -> None:
    """Own files only, no inline code: every breach would be said on the console, and is a fault."""
    visitor = arrive("lead")
    elsewhere: list[str] = []
    visitor.page.on(
        "request",
        lambda sent: (
            elsewhere.append(sent.url) if not sent.url.startswith((visitor.url, "data:")) else None
        ),
    )
    visitor.go(HERE)
    _open(visitor.page, "audit_list")
    assert elsewhere == []
