"""Signing in and out, and pages that anybody may read."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Arrive
from tests.served.stack import Stack

PUBLIC = {
    "help": "/help/",
    "accessibility": "/help/accessibility/",
    "privacy": "/help/privacy/",
    "cookies": "/help/cookies/",
    "forgotten-password": "/accounts/password/reset/",
}


def test_sign_in_with_wrong_then_right_password(
    stack: Stack, arrive: Arrive, has_javascript: bool
) -> None:
    lead = stack.people["LA"]["lead"]
    visitor = arrive(javascript=has_javascript)
    visitor.go("/assessments/")
    assert visitor.heading == "Sign in"
    visitor.station("sign-in")
    visitor.press("Sign in")
    visitor.station("nothing-entered")
    visitor.sign_in(lead["email"], "not the password at all")
    assert visitor.page.locator(".govuk-error-summary").is_visible()
    assert visitor.page.title().startswith("Error: ")
    visitor.station("wrong-password")
    visitor.sign_in(lead["email"], lead["password"])
    assert visitor.page.url == f"{stack.url}/assessments/"
    assert "The juniper draft" in visitor.text
    visitor.station("list")
    visitor.press("Sign out")
    visitor.go("/assessments/")
    assert visitor.heading == "Sign in"


@pytest.mark.parametrize("name", PUBLIC)
def test_public_page_is_readable(arrive: Arrive, name: str) -> None:
    visitor = arrive()
    response = visitor.go(PUBLIC[name])
    assert response and response.status == 200
    visitor.station(name)


def test_skip_link_leads_to_the_content(arrive: Arrive) -> None:
    visitor = arrive("lead")
    visitor.go("/assessments/")
    visitor.page.keyboard.press("Tab")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page).to_have_url(re.compile(r"#main-content$"))
