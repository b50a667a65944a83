"""Connections are shared between requests; what one person was must not reach the next."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.served.conftest import LONG
from tests.served.stack import Stack
from tests.served.web import Visitor

REQUESTS = 4000 if LONG else 240
CONNECTIONS = 16  # two web processes, each with a pool of at most eight


def test_alternating_agencies_share_connections_and_nothing_else(stack: Stack) -> None:
    """Pages, the API, refusals and pages without a persona, in one stream over few connections."""
    visits = [_visit(stack, number) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: visits[number % len(visits)](), range(REQUESTS)))
    assert _connections(stack) <= CONNECTIONS


def _visit(stack: Stack, number: int):  # type: ignore[no-untyped-def]
    kinds = ("LA", "RAA") if number % 2 else ("RAA", "LA")
    ours, theirs = (stack.people[kind] for kind in kinds)
    mine, foreign = ours["ids"]["word"], theirs["ids"]["word"]
    by_session = Visitor(stack.port, ours["lead"]["session"])
    by_token = Visitor(stack.port, token=ours["token"])
    sees = [
        lambda: by_session.get("/assessments/"),
        lambda: by_session.get(f"/assessments/{ours['ids']['assessment']}/clauses/1.1/"),
        lambda: by_token.get("/api/v1/assessments/"),
        lambda: by_session.get("/people/"),
    ][number // 2]

    def visit() -> None:
        found = sees()
        assert found.status == 200
        assert mine in found.text
        assert foreign not in found.text
        refused = by_session.get(f"/assessments/{theirs['ids']['assessment']}/")
        assert refused.status == 404
        assert foreign not in refused.text
        assert Visitor(stack.port).get("/assessments/").status == 302

    return visit


def _connections(stack: Stack) -> int:
    with stack.connect("web") as session:  # a login sees its own sessions
        row = session.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE usename = 'app_web' AND datname = current_database() AND pid <> pg_backend_pid()"
        ).fetchone()
    return int(row[0])


def test_idle_connections_carry_neither_role_nor_context(stack: Stack) -> None:
    """Asked of the very sessions the web process keeps: no persona is left on any of them."""
    lead = Visitor(stack.port, stack.people["LA"]["lead"]["session"])
    for _ in range(20):
        assert lead.get("/assessments/").status == 200
    with stack.connect("web") as session:
        states = session.execute(
            "SELECT state, count(*) FROM pg_stat_activity "
            "WHERE usename = 'app_web' AND datname = current_database() "
            "AND pid <> pg_backend_pid() GROUP BY 1"
        ).fetchall()
    assert {state for state, _ in states} == {"idle"}, "a request left a transaction open"
