"""A work account at a real provider: connected, used to sign in, disconnected, and a stranger's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.issuer import tell
from tests.journeys.conftest import Arrive
from tests.journeys.visitor import Visitor
from tests.served.stack import Stack

KIND, BUTTON = "VAA", "Sign in with your work account"


@pytest.fixture
def no_account_left(stack: Stack) -> Iterator[None]:
    """The next one connects again."""
    yield
    with stack.connect() as session:
        session.execute("DELETE FROM socialaccount_socialaccount")


def _be(visitor: Visitor, sub: str) -> None:
    """On the provider's own page."""
    visitor.page.locator("input[name='sub']").fill(sub)
    visitor.page.locator("button[type='submit']").first.click()
    visitor.page.wait_for_load_state()


def test_work_account(
    stack: Stack, arrive: Arrive, has_javascript: bool, no_account_left: None
) -> None:
    issuer, person = stack.environment["OIDC_ISSUER"], stack.people[KIND]["contributor"]
    tell(issuer, "s-1", email=person["email"], email_verified=True)
    tell(issuer, "s-2", email=person["email"], email_verified=True)
    visitor = arrive(javascript=has_javascript)
    visitor.go("/accounts/login/")
    visitor.station("sign-in-page")
    visitor.sign_in(person["email"], person["password"])
    visitor.go("/accounts/security/")
    visitor.press("Connect your work account")
    assert visitor.page.url.startswith(issuer)
    _be(visitor, "s-1")
    assert visitor.page.url == f"{stack.url}/accounts/security/"
    assert "Your work account is connected" in visitor.text
    visitor.station("connected")
    _leave(visitor)

    visitor.press(BUTTON)
    _be(visitor, "s-1")
    assert visitor.page.url == f"{stack.url}/assessments/"
    _leave(visitor)

    visitor.press(BUTTON)
    _be(visitor, "s-2")
    assert visitor.heading == "This work account is not known here"
    visitor.station("same-address-another-subject")

    visitor.go("/accounts/login/")
    visitor.press(BUTTON)
    _be(visitor, "s-1")
    visitor.go("/accounts/security/")
    visitor.press("Disconnect your work account")
    assert "no longer connected" in visitor.text
    visitor.station("disconnected")


def _leave(visitor: Visitor) -> None:
    visitor.go("/assessments/")
    visitor.press("Sign out")
    visitor.go("/accounts/login/")
