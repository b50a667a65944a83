"""B3: each part of the wall is taken away or weakened in turn; each time somebody notices."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from agencies.tenancy import sign
from tests.served.stack import Stack
from tests.served.walls import OWN, Session, differences, lint, standing


@contextmanager
def _undone(stack: Stack) -> Iterator[Session]:
    """The owner, in a transaction that never happened."""
    with stack.connect("test") as session, session.transaction(force_rollback=True):
        yield session


def _mutations(facts: set[tuple[str, ...]]) -> dict[str, str]:
    """Name → statement that takes one part of the wall away, for each part that stands."""
    found = {}
    for kind, table, *rest in sorted(facts):
        statement = {
            "kind": lambda t, r: f"COMMENT ON TABLE {t} IS NULL",
            "grant": lambda t, r: f"REVOKE {r[1]} ON {t} FROM {r[0]}",
            "column grant": lambda t, r: f"REVOKE {r[2]} ({r[0]}) ON {t} FROM {r[1]}",
            "row security": lambda t, r: f"ALTER TABLE {t} DISABLE ROW LEVEL SECURITY",
            "forced": lambda t, r: f"ALTER TABLE {t} NO FORCE ROW LEVEL SECURITY",
            "policy": lambda t, r: f"DROP POLICY {r[0]} ON {t}",
            "key": lambda t, r: f"ALTER TABLE {t} DROP CONSTRAINT {r[0]}",
            "check": lambda t, r: f"ALTER TABLE {t} DROP CONSTRAINT {r[0]}",
        }.get(kind)
        if statement:
            found[f"{kind} {table} {' '.join(rest[:2])}"] = statement(table, rest)
    return found


def _noticed(session: Session, statement: str) -> list[str]:
    session.execute("SAVEPOINT whole")
    session.execute(statement.encode())
    faults = [*lint(session), *differences(session)]
    session.execute("ROLLBACK TO SAVEPOINT whole")
    return faults


def test_wall_stands_as_declared(stack: Stack) -> None:
    with _undone(stack) as session:
        assert lint(session) == []
        assert differences(session) == []


def test_every_part_taken_away_is_noticed(stack: Stack) -> None:
    with _undone(stack) as session:
        mutations = _mutations(standing(session))
        missed = [name for name, sql in mutations.items() if not _noticed(session, sql)]
    assert missed == []
    assert len(mutations) > 200


ADDED = {
    "grant to the login": "GRANT SELECT ON assessments_answer TO app_web",
    "grant to everybody": "GRANT SELECT ON assessments_answer TO PUBLIC",
    "grant to an assessor": "GRANT SELECT ON assessments_answer TO r_assessor",
    "grant of a column": "GRANT SELECT (password) ON agencies_user TO r_agency",
    "grant of more": "GRANT DELETE ON assessments_submission TO r_agency",
    "grant to the scheme": "GRANT SELECT ON assessments_answer TO r_staff",
    "scheme writes guidance": "GRANT INSERT ON standards_prompt TO r_staff",
    "worker may write": "GRANT UPDATE ON assessments_answer TO r_worker",
    "second policy": (
        "CREATE POLICY p ON assessments_answer FOR SELECT TO r_agency USING (how <> '')"
    ),
}


@pytest.mark.parametrize("name", ADDED)
def test_part_added_is_noticed(stack: Stack, name: str) -> None:
    with _undone(stack) as session:
        assert _noticed(session, ADDED[name])


@pytest.mark.parametrize(
    "statement",
    ["GRANT app_owner TO app_web", "ALTER ROLE app_web BYPASSRLS", "ALTER ROLE app_job SUPERUSER"],
)
def test_owner_cannot_lift_a_runtime_role(stack: Stack, statement: str) -> None:
    with _undone(stack) as session, pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute(statement.encode())


WEAKER = {
    "USING": "ALTER POLICY {role} ON {table} USING (agency_id IS NOT NULL)",
    "WITH CHECK": "ALTER POLICY {role} ON {table} WITH CHECK (agency_id IS NOT NULL)",
    "not forced": "ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
    "off": "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
}


def test_policy_that_means_something_else_is_noticed(stack: Stack) -> None:
    with _undone(stack) as session:
        missed = [
            (table, role, part)
            for role in ("r_agency", "r_staff")
            for table in _walled(session, role)
            for part, statement in WEAKER.items()
            if not _noticed(session, statement.format(table=table, role=role))
        ]
    assert missed == []


def test_probe_sees_foreign_rows_once_the_policy_lets_them_through(stack: Stack) -> None:
    """The rows themselves, not the catalogue: each table has some that the policy must hide."""
    with _undone(stack) as session:
        tables = _walled(session)
        whole = {table for table in tables if _foreign_rows(session, stack, table)}
        assert whole == set()
        silent = []
        for table in tables:
            session.execute("SAVEPOINT whole")
            session.execute(WEAKER["USING"].format(table=table, role="r_agency").encode())
            if not _foreign_rows(session, stack, table):
                silent.append(table)
            session.execute("ROLLBACK TO SAVEPOINT whole")
    assert silent == [], "no foreign row could have been seen here"


def _walled(session: Session, role: str = "r_agency") -> list[str]:
    return sorted(
        fact[1] for fact in standing(session) if fact[0] == "policy" and fact[2] == role
        and fact[5] == OWN
    )  # fmt: skip


def _foreign_rows(session: Session, stack: Stack, table: str) -> int:
    """How many rows of others the lead of one agency can read."""
    people: dict[str, Any] = stack.people["LA"]
    context = sign(
        uuid.UUID(people["lead"]["user"]),
        uuid.UUID(people["agency"]),
        "agency",
        session.info.backend_pid,
    )
    session.execute("SAVEPOINT persona")
    session.execute(
        "SELECT set_config('app.ctx', %s, true), set_config('role', 'r_agency', true)", [context]
    )
    row = session.execute(
        f"SELECT count(*) FROM {table} WHERE agency_id <> %s", [people["agency"]]
    ).fetchone()
    session.execute("ROLLBACK TO SAVEPOINT persona")
    return int(row[0])
