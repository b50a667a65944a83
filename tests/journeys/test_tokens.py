"""API tokens in a real browser: asked again, made, shown once, used by a program, revoked; and
the description of the API, in which scripts run under our policy."""

from __future__ import annotations

import json
import re

from playwright.sync_api import expect

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import Visitor, _axe
from tests.served.stack import Stack
from tests.served.web import Visitor as Program

TOKEN = re.compile(r"ep_[\w-]{43}")
# What Swagger UI's own markup fails, named so that anything new is seen.
NOT_OURS = {"button-name", "color-contrast", "nested-interactive", "select-name", "target-size"}


def _ask(stack: Stack, token: str, path: str = "assessments/") -> tuple[int, str]:
    """As a program on another machine does."""
    answer = Program(stack.port, token=token).get(f"/api/v1/{path}")
    return answer.status, answer.text


def test_token_is_made_used_and_revoked(stack: Stack, arrive: Arrive, has_javascript: bool) -> None:
    name = f"Nightly push {'with' if has_javascript else 'without'}"
    person = stack.people["LA"]["contributor"]
    visitor = arrive(javascript=has_javascript)
    visitor.go("/tokens/make/")
    visitor.sign_in(person["email"], person["password"])
    token = _make(visitor, name)
    status, body = _ask(stack, token)
    assert status == 200
    assert "The juniper draft" in [row["title"] for row in json.loads(body)["results"]]
    status, body = _ask(stack, token, "evidence/")
    assert status == 403
    assert "lacks the scope evidence:read" in body
    visitor.press("I have copied it")
    assert token not in visitor.page.content()
    visitor.station("tokens")
    visitor.follow(f"Revoke {name}")
    visitor.station("revoke")
    visitor.press("Revoke the token")
    visitor.station("revoked")
    status, body = _ask(stack, token)
    assert status == 401
    assert "unknown, expired or revoked" in body


def _make(visitor: Visitor, name: str) -> str:
    visitor.press("Make the token")
    visitor.station("nothing-filled-in")
    visitor.page.get_by_label("What is the token for?").fill(name)
    visitor.page.get_by_label("assessments:read").check()
    visitor.page.get_by_label("90 days").check()
    visitor.press("Make the token")
    visitor.station("made")
    found = TOKEN.search(visitor.page.content())
    assert found
    return found.group()


def test_machine_account_is_made_and_ended(stack: Stack, arrive: Arrive) -> None:
    lead = arrive("lead", kind="VAA")
    lead.go("/machines/")
    lead.station("none-yet")
    lead.press("Make a machine account")
    lead.page.get_by_label("What is the machine account for?").fill("nightly push")
    lead.page.get_by_label("Contributor").check()
    lead.press("Make the account")
    lead.station("machines")
    lead.follow("Make a token for Machine: nightly push")
    token = _make(lead, "Push")
    assert _ask(stack, token)[0] == 200
    lead.page.reload()
    lead.station("sent-again")
    assert "This token has been made already" in lead.text
    assert token not in lead.page.content()
    lead.go("/machines/")
    lead.station("with-token")
    lead.follow("End Machine: nightly push")
    lead.press("End this account")
    lead.station("ended")
    assert _ask(stack, token)[0] == 401


def test_description_of_the_api_keeps_to_the_policy(arrive: Arrive) -> None:
    """Own files only, no inline code: every breach would be said on the console, and is a fault."""
    visitor = arrive("lead")
    elsewhere: list[str] = []
    visitor.page.on(
        "request",
        lambda sent: (
            elsewhere.append(sent.url) if not sent.url.startswith((visitor.url, "data:")) else None
        ),
    )
    visitor.go("/api/v1/docs/")
    operation = visitor.page.locator(".opblock-summary-control").first
    expect(operation).to_be_visible(timeout=60_000)
    operation.click()
    expect(visitor.page.locator(".opblock-body").first).to_be_visible()
    assert elsewhere == []
    found = {re.search(r"axe ([\w-]+):", line)[1] for line in _axe(visitor.page, "docs")}
    assert found <= NOT_OURS
