"""Setting up an app and a security key, and signing in with each, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.agencies.factors import code_of
from tests.journeys.conftest import Arrive
from tests.journeys.visitor import Visitor
from tests.served.stack import Stack

KIND = "VAA"


@pytest.fixture
def no_factor_left(stack: Stack) -> Iterator[None]:
    """Others use these people with a password alone."""
    yield
    with stack.connect() as session:
        session.execute("DELETE FROM mfa_authenticator")


def _sign_in(visitor: Visitor, person: dict[str, str]) -> None:
    visitor.go("/accounts/login/")
    visitor.sign_in(person["email"], person["password"])


def _sign_out(visitor: Visitor) -> None:
    visitor.go("/assessments/")
    visitor.press("Sign out")


def _set_up_app(visitor: Visitor) -> str:
    visitor.go("/accounts/security/")
    visitor.station("security")
    visitor.page.locator("a[href='/accounts/security/app/']").click()
    visitor.station("app")
    secret = visitor.page.locator(".app-key").inner_text().replace(" ", "")
    visitor.field("Security code").fill("000000")
    visitor.press("Set up the app")
    visitor.station("wrong-code")
    assert visitor.page.locator(".app-key").inner_text().replace(" ", "") == secret
    visitor.field("Security code").fill(code_of(secret))
    visitor.press("Set up the app")
    assert visitor.heading == "Your recovery codes"
    visitor.station("recovery-codes")
    return secret


def test_app_and_recovery_code(
    stack: Stack, arrive: Arrive, has_javascript: bool, no_factor_left: None
) -> None:
    person = stack.people[KIND]["contributor"]
    visitor = arrive(javascript=has_javascript)
    _sign_in(visitor, person)
    _set_up_app(visitor)
    code = visitor.page.locator(".app-codes code").first.inner_text()
    assert re.fullmatch(r"\d{12}", code)
    _sign_out(visitor)
    _sign_in(visitor, person)
    assert visitor.heading == "Second factor"
    visitor.station("second-factor")
    visitor.field("Security code").fill("000000")
    visitor.press("Sign in")
    visitor.station("wrong-second-factor")
    visitor.field("Security code").fill(code)
    visitor.press("Sign in")
    assert visitor.page.url == f"{stack.url}/assessments/"
    visitor.go("/accounts/sessions/")
    visitor.station("sessions")


def test_security_key(stack: Stack, arrive: Arrive, no_factor_left: None) -> None:
    """Chromium's own virtual key: made, used to sign in, and refused when it is another one."""
    person = stack.people[KIND]["approver"]
    visitor = arrive()
    devtools = visitor.context.new_cdp_session(visitor.page)
    devtools.send("WebAuthn.enable")
    key = {
        "protocol": "ctap2", "transport": "usb", "hasResidentKey": False,
        "hasUserVerification": True, "isUserVerified": True,
    }  # fmt: skip
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    _sign_in(visitor, person)
    visitor.go("/accounts/security/key/")
    visitor.station("add-key")
    visitor.field("Name of the key").fill("Blue key at work")
    visitor.press("Add the key")
    expect(visitor.page.locator("h1")).to_have_text("Your recovery codes")
    visitor.go("/accounts/security/")
    assert "Blue key at work" in visitor.text
    visitor.station("security-with-key")
    _sign_out(visitor)
    _sign_in(visitor, person)
    visitor.station("second-factor-with-key")
    expect(visitor.page.locator("[data-key-problem]")).to_be_hidden()
    visitor.page.reload()  # the station followed links, and each page asks for another answer
    visitor.press("Use the security key")
    expect(visitor.page).to_have_url(f"{stack.url}/assessments/")
    _sign_out(visitor)
    gone = {"authenticatorId": made["authenticatorId"]}
    devtools.send("WebAuthn.removeVirtualAuthenticator", gone)
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    _sign_in(visitor, person)
    visitor.press("Use the security key")
    expect(visitor.page.locator("[data-key-problem]")).to_be_visible()
    visitor.station("wrong-key")


def test_lost_factor_takes_two(stack: Stack, arrive: Arrive, no_factor_left: None) -> None:
    lost = stack.people[KIND]["viewer"]
    lead, approver = arrive("lead", kind=KIND), arrive("approver", kind=KIND)
    lead.go("/people/")
    lead.follow("Somebody has lost their second factor")
    lead.station("lost")
    lead.page.locator(f"a[href='/people/{lost['id']}/second-factor/']").click()
    lead.station("ask")
    lead.press("Ask for the removal")
    lead.station("waiting")
    approver.go("/assessments/")
    approver.follow("Second factors")
    approver.page.get_by_role("link", name="Confirm").click()
    approver.station("confirm")
    approver.press("Confirm and remove")
    assert "is removed. They were signed out" in approver.text
    approver.station("removed")
