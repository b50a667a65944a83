"""Guidance: a scheme administrator drafts, previews and publishes; a lead sees it at the clause."""

from __future__ import annotations

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import Visitor
from tests.served.stack import Stack


def test_guidance_is_drafted_previewed_and_published(
    stack: Stack, arrive: Arrive, has_javascript: bool
) -> None:
    how = "with" if has_javascript else "without"
    text = f"Figures on wishes and feelings, gathered {how} JavaScript."
    admin = arrive("scheme_admin", kind="scheme", javascript=has_javascript)
    _begin(admin)
    _change_clause(admin, text)
    _add_term(admin, f"Wish ({how})")
    admin.press("See what changes")
    assert text in admin.text
    admin.station("what-changes")
    _publish(admin)
    lead = arrive("lead", javascript=has_javascript)
    lead.go(f"/assessments/{stack.people['LA']['ids']['assessment']}/clauses/1.1/")
    assert f"<strong>Data.</strong> {text}" in lead.page.content()
    lead.page.get_by_text("What good evidence can look like").click()
    lead.station("clause")
    response = admin.go("/assessments/")
    assert response
    assert response.status == 403
    assert "the scheme cannot see it" in admin.text
    admin.station("not-the-schemes")


def _begin(admin: Visitor) -> None:
    """From an empty table: a draft of somebody else is thrown away."""
    admin.go("/")
    assert admin.heading == "Guidance"
    admin.station("guidance")
    if admin.page.get_by_role("link", name="Go on with the draft").count():
        admin.follow("Go on with the draft", exact=False)
        admin.follow("Throw the draft away")
        admin.station("throw-away")
        admin.press("Throw it away")
    admin.press("Start a draft")
    admin.station("draft")


def _change_clause(admin: Visitor, text: str) -> None:
    admin.page.locator("a[href$='/draft/clauses/1.1/']").click()
    admin.field("Prompt 1").fill("")
    admin.press("Save in the draft")
    assert admin.page.title().startswith("Error: ")
    admin.station("prompt-missing")
    admin.field("Prompt 1: kind of evidence").select_option("data")
    admin.field("Prompt 1").fill(text)
    admin.press("Save in the draft")
    assert "Clause 1.1 is saved in the draft." in admin.text


def _add_term(admin: Visitor, term: str) -> None:
    admin.follow("Add a term")
    admin.field("Term").fill(term)
    admin.field("What it means").fill("What a child would like to happen.")
    admin.station("term")
    admin.press("Save in the draft")
    assert term in admin.text


def _publish(admin: Visitor) -> None:
    admin.press("Publish")
    proposed = admin.field("Version").input_value()
    admin.field("Version").fill("1.0")
    admin.field("What is new, in a sentence").fill("A prompt on figures.")
    admin.press("Publish to all agencies")
    assert admin.page.title().startswith("Error: ")
    admin.station("version-too-low")
    admin.field("Version").fill(proposed)
    admin.press("Publish to all agencies")
    assert f"Version {proposed} is published." in admin.text
    admin.station("versions")
