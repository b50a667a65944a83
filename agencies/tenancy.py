"""The wall between agencies, from Python's side: entering a persona, and guarding a table.

The database holds the wall itself (sql/*.sql): without a persona the web login can touch no
tenant table; with one it sees its own agency's rows. ADR 0002 tells why it is built so.
"""

from __future__ import annotations

import hashlib
import hmac
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import psycopg
from django.conf import settings
from django.db import connection, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from agencies.models import Agency, Membership

Realm = Literal["agency", "worker", "operator"]
ROLES: dict[str, str] = {"agency": "r_agency", "worker": "r_worker", "operator": "app_owner"}
STAFF, STAFF_ROLE = "staff", "r_staff"
"""What "agency" becomes for a person of the scheme: the database looks at the agency's kind."""
SQL = Path(__file__).parent / "sql"


def sign(user_id: uuid.UUID | None, agency_id: uuid.UUID | None, realm: str, pid: int) -> str:
    """The value of app.ctx for one backend connection, good for 120 seconds."""
    parts = [str(user_id or ""), str(agency_id or ""), realm, str(int(time.time())), str(pid)]
    message = "|".join(parts)
    key = bytes.fromhex(settings.CONTEXT_KEY)
    return f"{message}|{hmac.new(key, message.encode(), hashlib.sha256).hexdigest()}"


@contextmanager
def acting_for(
    agency_id: uuid.UUID | None, *, realm: Realm, user_id: uuid.UUID | None = None
) -> Iterator[Membership | None]:
    """A transaction that acts for one agency under one persona; yields the membership, if any.

    agency: a person in a request, who becomes staff where the agency is the scheme; nothing
    yielded means no active membership, and the caller must not go on. worker: a Celery task
    (login app_job). operator: a command on the server, run as the migrator; sees all agencies
    and may act as a person for the audit trail.
    """
    before = _state() if connection.in_atomic_block else None
    with transaction.atomic(durable=True):
        yield _enter(agency_id, realm, user_id)
    if before is not None:
        _restore(*before)


@contextmanager
def working() -> Iterator[None]:
    """The worker persona without an agency: may only ask for ids of what is due."""
    with acting_for(None, realm="worker"):
        yield


def agency_ids() -> list[uuid.UUID]:
    """As the worker: all agencies, for what the clock does in each of them in turn."""
    with working(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ctx.agency_ids()")
        return [row[0] for row in cursor.fetchall()]


def _enter(
    agency_id: uuid.UUID | None, realm: Realm, user_id: uuid.UUID | None
) -> Membership | None:
    """Context, role and membership in one statement; parameters stay out of statistics views."""
    raw: psycopg.Connection[Any] = connection.connection
    pid, staff = raw.info.backend_pid, STAFF if realm == "agency" else realm
    gate = "on" if realm == "operator" else ""
    row = (
        psycopg.Cursor(raw)
        .execute(
            """WITH a AS (
                 SELECT EXISTS (SELECT FROM public.agencies_agency
                                WHERE id = %s AND kind = 'scheme') AS is_scheme),
               s AS MATERIALIZED (
                 SELECT set_config('app.ctx', CASE WHEN is_scheme THEN %s ELSE %s END, true)
                          AS context,
                        set_config('app.migration', %s, true),
                        set_config('role', CASE WHEN is_scheme THEN %s ELSE %s END, true) FROM a)
               SELECT m.id, m.user_id, m.role, m.display_name, m.email, m.created_at, m.is_machine,
                      a.id, a.name, a.kind, a.is_demo, a.created_at,
                      a.quota_megabytes
               FROM s, LATERAL ctx.enter(s.context) m
               JOIN public.agencies_agency a ON a.id = m.agency_id""",
            [
                agency_id,
                sign(user_id, agency_id, staff, pid),
                sign(user_id, agency_id, realm, pid),
                gate,
                STAFF_ROLE if staff == STAFF else ROLES[realm],
                ROLES[realm],
            ],
        )
        .fetchone()
    )
    return _membership(row) if row else None


def _membership(row: tuple[Any, ...]) -> Membership:
    names = ("id", "name", "kind", "is_demo", "created_at", "quota_megabytes")
    agency = Agency(**dict(zip(names, row[7:], strict=True)))
    member = Membership(
        id=row[0],
        agency=agency,
        user_id=row[1],
        role=row[2],
        display_name=row[3],
        email=row[4],
        created_at=row[5],
        is_machine=row[6],
    )
    for record in (agency, member):
        record._state.adding, record._state.db = False, connection.alias
    return member


def _state() -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT coalesce(current_setting('app.ctx', true), ''),
                      coalesce(current_setting('app.migration', true), ''),
                      current_setting('role')"""
        )
        row: tuple[str, str, str] = cursor.fetchone()
    return row


def _restore(context: str, gate: str, role: str) -> None:
    """Leaving a nested scope: releasing a savepoint keeps the inner persona."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT set_config('role', %s, true), set_config('app.ctx', %s, true),
                      set_config('app.migration', %s, true)""",
            [role, context, gate],
        )


class RunAs(Operation):
    """Run SQL as another owner (app_policy for ctx.*, app_audit for audit.*)."""

    reversible = False
    reduces_to_sql = True

    def __init__(self, role: str, sql: str) -> None:
        self.role, self.sql = role, sql

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models do not change."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        # As one string with no parameters: bodies of functions hold % and ; of their own.
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {self.role}")
            cursor.execute(self.sql)
            cursor.execute("SET LOCAL ROLE app_owner")

    def describe(self) -> str:
        return f"Run SQL as {self.role}"


def own_rows(table: str, role: str, privileges: str) -> Iterator[str]:
    """A persona gets privileges on the rows of its own agency, and sees no others."""
    own = "agency_id = (SELECT ctx.agency_id())"
    yield f"GRANT {privileges} ON {table} TO {role}"
    yield f"CREATE POLICY {role} ON {table} TO {role} USING ({own}) WITH CHECK ({own})"


def same_agency(table: str, fks: dict[str, str]) -> Iterator[str]:
    """Keys that keep a row from pointing into another agency: {column: parent table}."""
    for column, parent in fks.items():
        name = f"{table}_{column}_same_agency"[:63]
        yield (
            f"ALTER TABLE {table} ADD CONSTRAINT {name} "
            f"FOREIGN KEY (agency_id, {column}) REFERENCES {parent} (agency_id, id)"
        )


class LetIn(Operation):
    """More for a table that was guarded before: `staff` the privileges of r_staff on the scheme's
    own rows, `worker` further ones of r_worker on the rows that it reads already, `definer` those
    of app_policy, for its functions, `fks` as in GuardTable."""

    reversible = False
    reduces_to_sql = True

    def __init__(
        self,
        table: str,
        *,
        staff: str = "",
        worker: str = "",
        definer: str = "",
        fks: dict[str, str] | None = None,
    ) -> None:
        self.table, self.staff, self.worker = table, staff, worker
        self.definer, self.fks = definer, fks or {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models do not change."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        if self.staff:
            for statement in own_rows(self.table, STAFF_ROLE, self.staff):
                schema_editor.execute(statement)
        if self.worker:
            schema_editor.execute(f"GRANT {self.worker} ON {self.table} TO r_worker")
        if self.definer:
            schema_editor.execute(f"GRANT {self.definer} ON {self.table} TO app_policy")
        # PostgreSQL looks at the rows that are there already, as the owner: the gate is opened.
        schema_editor.execute("SET LOCAL app.migration = 'on'")
        for statement in same_agency(self.table, self.fks):
            schema_editor.execute(statement)
        schema_editor.execute("SET LOCAL app.migration = ''")

    def describe(self) -> str:
        return f"Let more into {self.table}"


class GuardTable(Operation):
    """Declare a table's kind and build its wall. Every table has exactly one.

    agency / scheme_about_agency: row-level security, forced, by `agency_id`; `agency`, `worker`
    and `staff` are the privileges of r_agency, r_worker and r_staff, `definer` those of app_policy.
    scheme: no persona has any privilege yet. identity: the web login before a persona.
    global: readable by all, written by the owner. `fks` maps a column to its parent table and
    adds FOREIGN KEY (agency_id, column) REFERENCES parent (agency_id, id).
    """

    reversible = False
    reduces_to_sql = True
    KINDS = frozenset({"agency", "scheme_about_agency", "scheme", "identity", "global"})

    def __init__(
        self,
        table: str,
        *,
        kind: str,
        agency: str = "select, insert, update, delete",
        worker: str = "select",
        staff: str = "",
        definer: str = "",
        fks: dict[str, str] | None = None,
    ) -> None:
        if kind not in self.KINDS:
            raise ValueError(f"{table}: unknown kind {kind}")
        self.table, self.kind, self.fks = table, kind, fks or {}
        self.agency, self.worker, self.staff, self.definer = agency, worker, staff, definer

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The models do not change."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for statement in self.statements():
            schema_editor.execute(statement)

    def describe(self) -> str:
        return f"Guard {self.table} as {self.kind}"

    def statements(self) -> Iterator[str]:
        yield f"COMMENT ON TABLE {self.table} IS 'kind={self.kind}'"
        if self.definer:
            yield f"GRANT {self.definer} ON {self.table} TO app_policy"
        if self.kind == "identity":
            yield f"GRANT select, insert, update, delete ON {self.table} TO app_identity"
        elif self.kind == "global":
            yield f"GRANT select ON {self.table} TO app_reference"
        else:
            yield from self._wall()

    def _wall(self) -> Iterator[str]:
        table = self.table
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
        yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
        gate = "(SELECT ctx.owner_gate())"
        yield f"CREATE POLICY owner_gate ON {table} TO app_owner USING ({gate}) WITH CHECK ({gate})"
        if self.kind == "agency":
            granted = {"r_agency": self.agency, "r_worker": self.worker, STAFF_ROLE: self.staff}
            for role, privileges in granted.items():
                if privileges:
                    yield from own_rows(table, role, privileges)
        yield from same_agency(table, self.fks)
