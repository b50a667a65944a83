"""API tokens in a real browser: asked again, made, shown once, used by a program, revoked."""

from __future__ import annotations

import json
import re

from tests.journeys.conftest import Arrive
from tests.journeys.visitor import Visitor
from tests.served.stack import Stack
from tests.served.web import Visitor as Program

TOKEN = re.compile(r"ep_[\w-]{43}")


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
