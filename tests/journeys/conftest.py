"""Real Chromium against the whole service: web, both workers and beat, with their own logins.

Every process of the run has a service of its own, so a test may count on none before it.
Pictures of every station, and the pages of the PDFs, lie in .local/journeys afterwards.
"""

from __future__ import annotations

import os
import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from dev.places import LOCAL
from tests.issuer import issuing
from tests.journeys.visitor import WIDE, Visitor
from tests.served.stack import Stack, running

PICTURES = LOCAL / "journeys"
CHROMIUM = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

Arrive = Callable[..., Visitor]
expect.set_options(timeout=20_000)  # a busy machine is no fault; as the visitor's own patience


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    path = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    assert shutil.which(path), f"The journeys need Chromium; {path} is not there"
    return {"executable_path": path, "args": list(CHROMIUM)}


def pytest_sessionstart(session: pytest.Session) -> None:
    """Before any worker starts: what lies in the folder of pictures is of this run."""
    if not hasattr(session.config, "workerinput"):
        shutil.rmtree(PICTURES, ignore_errors=True)


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    place, name = tmp_path_factory.mktemp("stack"), f"journeys_{os.getpid()}"
    with (
        issuing() as issuer,
        running(
            place, name, OIDC_ISSUER=issuer, OIDC_CLIENT_ID="service", OIDC_CLIENT_SECRET="kept"
        ) as stack,
    ):
        for name in ("worker", "reports", "beat"):
            stack.start(name)
        yield stack


@pytest.fixture(params=[True, False], ids=["javascript", "plain"])
def has_javascript(request: pytest.FixtureRequest) -> bool:
    """Journeys that ask for this run twice."""
    return bool(request.param)


@pytest.fixture(scope="session")
def known_links() -> dict[str, set[str]]:
    """Links tried already, by role: each is followed once a run."""
    return defaultdict(set)


@pytest.fixture
def arrive(
    stack: Stack,
    browser: Browser,
    known_links: dict[str, set[str]],
    request: pytest.FixtureRequest,
) -> Iterator[Arrive]:
    """A new person at a new browser; `arrive("lead")` is signed in already."""
    came: list[Visitor] = []
    folder = PICTURES / re.sub(r"\W+", "-", request.node.name.removeprefix("test_")).strip("-")

    def make(role: str = "", *, kind: str = "LA", javascript: bool = True) -> Visitor:
        folder.mkdir(parents=True, exist_ok=True)
        context = browser.new_context(
            viewport=WIDE, java_script_enabled=javascript, locale="en-GB", accept_downloads=True
        )
        known = known_links[f"{kind} {role}"]
        visitor = Visitor(context, stack.url, folder, javascript, known_links=known)
        came.append(visitor)
        return visitor.wear(stack.people[kind][role]) if role else visitor

    yield make
    for visitor in came:
        visitor.leave()
    faults = [fault for visitor in came for fault in visitor.faults]
    faults += [said for visitor in came for said in visitor.dialogs if "beforeunload" not in said]
    assert not faults, "\n".join(faults)
