"""What the migrations and models declare about the wall, compared with what the database has.

The lint (agencies/lint.py) knows rules; this knows the very list. Together they notice every part
of the wall that is missing, weakened or added.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import psycopg
from django.apps import apps
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

from agencies.management.commands.data_dictionary import APPS
from agencies.tenancy import SQL, GuardTable, LetIn
from tests.served import walls_of_partners, walls_of_practice

Session = psycopg.Connection[Any]
Fact = tuple[str, ...]
OWN = "(agency_id = ( SELECT ctx.agency_id() AS agency_id))"
GATE = "( SELECT ctx.owner_gate() AS owner_gate)"
PRIVILEGE = re.compile(r"(\w+)(?: \(([\w, ]+)\))?")  # such as: select, update (a, b)
WALLED = ("agency", "scheme_about_agency", "scheme")
# What a migration gives later or on a single column, apart from GuardTable.
MORE_GRANTS = {
    ("column grant", "agencies_apitoken", "revoked_at", "r_agency", "UPDATE"),
    ("column grant", "agencies_apitoken", "last_used_at", "app_policy", "UPDATE"),
    ("grant", "agencies_apitoken", "r_agency", "INSERT"),
    ("column grant", "agencies_user", "sign_in_epoch", "app_policy", "UPDATE"),
    ("grant", "agencies_user", "app_policy", "INSERT"),
    ("grant", "mfa_authenticator", "app_policy", "DELETE"),
    ("grant", "mfa_authenticator", "app_policy", "SELECT"),
    ("grant", "assessments_answer", "app_policy", "SELECT"),
    ("grant", "assessments_submission", "app_policy", "SELECT"),
    ("grant", "assessments_evidence", "app_policy", "SELECT"),
    ("grant", "assessments_evidenceversion", "app_policy", "SELECT"),
    ("grant", "assessments_submittedanswer", "app_policy", "SELECT"),
    ("grant", "assessments_submittedevidence", "app_policy", "SELECT"),
    *(
        ("column grant", table, column, "app_policy", "UPDATE")
        for table, columns in {
            "assessments_submittedanswer": ("how", "difference", "na_reason"),
            "assessments_submittedevidence": ("title", "description", "file_name", "url"),
        }.items()
        for column in columns
    ),
    ("grant", "jobs_job", "r_worker", "INSERT"),
    ("column grant", "reports_report", "stored_as", "r_agency", "UPDATE"),
    ("column grant", "reports_report", "destroyed_at", "r_agency", "UPDATE"),
}


def guards() -> list[GuardTable]:
    """Every GuardTable of every migration."""
    return _operations(GuardTable)


def _operations(kind: type[Any]) -> list[Any]:
    return [
        operation
        for migration in MigrationLoader(None).disk_migrations.values()
        for operation in migration.operations
        if isinstance(operation, kind)
    ]


def declared() -> set[Fact]:
    """Grants, policies, switches, keys and checks that there must be, and no others."""
    facts = {fact for guard in guards() for fact in _of(guard)}
    for more in _operations(LetIn):
        given = {"r_staff": more.staff, "r_worker": more.worker, "app_policy": more.definer}
        facts |= set(_grants(more.table, given)) | set(_keys(more))
    return facts | {fact for model in _models() for fact in _checks(model)}


def _of(guard: GuardTable) -> Iterator[Fact]:
    yield ("kind", guard.table, guard.kind)
    yield from _grants(guard.table, _privileges(guard))
    if guard.kind in WALLED:
        yield ("row security", guard.table)
        yield ("forced", guard.table)
        yield ("policy", guard.table, "owner_gate", "app_owner", "*", GATE, GATE)
    yield from _keys(guard)


def _keys(guard: GuardTable | LetIn) -> Iterator[Fact]:
    for column in guard.fks:
        yield ("key", guard.table, f"{guard.table}_{column}_same_agency"[:63])


def _grants(table: str, given: dict[str, str]) -> Iterator[Fact]:
    for role, privileges in given.items():
        for privilege, columns in PRIVILEGE.findall(privileges):
            if not columns:
                yield ("grant", table, role, privilege.upper())
            for column in re.findall(r"\w+", columns):
                yield ("column grant", table, column, role, privilege.upper())


def _privileges(guard: GuardTable) -> dict[str, str]:
    found = {"app_policy": guard.definer}
    if guard.kind == "identity":
        found["app_identity"] = "select, insert, update, delete"
    elif guard.kind == "global":
        found["app_reference"] = "select"
    elif guard.kind == "agency":
        found |= {"r_agency": guard.agency, "r_worker": guard.worker, "r_staff": guard.staff}
    return found


def _models() -> list[type[models.Model]]:
    return [m for m in apps.get_models() if m._meta.app_label in APPS and m._meta.managed]


def _checks(model: type[models.Model]) -> Iterator[Fact]:
    table = model._meta.db_table
    named = [c.name for c in model._meta.constraints if isinstance(c, models.CheckConstraint)]
    plain = [f for f in model._meta.local_fields if f.db_parameters(connection)["check"]]
    for name in named:
        yield ("check", table, name)
    yield ("checks", table, str(len(named) + len(plain)))


def standing(session: Session) -> set[Fact]:
    """The same facts, read from the catalogue."""
    facts = set()
    for statement in CATALOGUE:
        facts |= {tuple(map(str, row)) for row in session.execute(statement).fetchall()}
    return facts


def differences(session: Session) -> list[str]:
    """What is declared and missing, or there and not declared."""
    wanted, found = declared(), standing(session)
    guarded = {guard.table for guard in guards()}
    own = {guard.table for guard in guards() if guard.kind == "agency"}
    policies = {
        ("policy", fact[1], fact[2], fact[2], "*", OWN, OWN)
        for fact in wanted
        if fact[0] == "grant" and fact[1] in own and fact[2] in ("r_agency", "r_worker", "r_staff")
    }
    wanted |= policies | MORE_GRANTS | walls_of_practice.GRANTS | walls_of_practice.POLICIES
    wanted |= walls_of_partners.POLICIES
    found = {fact for fact in found if fact[1] in guarded}
    zero = {("checks", table, "0") for table in guarded}
    return sorted(map(" ".join, (wanted ^ found) - zero))


def lint(session: Session) -> list[str]:
    """agencies.lint.faults(), on a session of our own."""
    rows = session.execute((SQL / "lint.sql").read_bytes()).fetchall()
    return [f"{what}: {fault}" for what, fault in rows]


_TABLES = """(SELECT c.*, c.oid::regclass::text AS name FROM pg_class c
  WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace)"""
CATALOGUE = (
    f"""SELECT 'kind', name, substring(obj_description(oid, 'pg_class') FROM '^kind=(\\w+)$')
        FROM {_TABLES} t""",
    f"""SELECT 'grant', name, coalesce(r.rolname, 'PUBLIC'), a.privilege_type
        FROM {_TABLES} t CROSS JOIN LATERAL aclexplode(relacl) a
        LEFT JOIN pg_roles r ON r.oid = a.grantee WHERE a.grantee <> t.relowner""",
    f"""SELECT 'column grant', name, c.attname, coalesce(r.rolname, 'PUBLIC'), a.privilege_type
        FROM {_TABLES} t JOIN pg_attribute c ON c.attrelid = t.oid
        CROSS JOIN LATERAL aclexplode(c.attacl) a
        LEFT JOIN pg_roles r ON r.oid = a.grantee""",
    f"SELECT 'row security', name FROM {_TABLES} t WHERE relrowsecurity",
    f"SELECT 'forced', name FROM {_TABLES} t WHERE relforcerowsecurity",
    f"""SELECT 'policy', name, polname,
          (SELECT string_agg(rolname, ',') FROM pg_roles r WHERE r.oid = ANY (polroles)),
          polcmd::text || CASE WHEN polpermissive THEN '' ELSE ' restrictive' END,
          regexp_replace(coalesce(pg_get_expr(polqual, polrelid), ''), '\\s+', ' ', 'g'),
          regexp_replace(coalesce(pg_get_expr(polwithcheck, polrelid), ''), '\\s+', ' ', 'g')
        FROM pg_policy p JOIN {_TABLES} t ON t.oid = p.polrelid""",
    f"""SELECT 'key', name, conname FROM pg_constraint c JOIN {_TABLES} t ON t.oid = c.conrelid
        WHERE contype = 'f' AND cardinality(conkey) = 2""",
    f"""SELECT 'check', name, conname FROM pg_constraint c JOIN {_TABLES} t ON t.oid = c.conrelid
        WHERE contype = 'c' AND NOT conname LIKE replace(name, '_', '\\_') || '\\_%\\_check'""",
    f"""SELECT 'checks', name, count(*)::text FROM pg_constraint c
        JOIN {_TABLES} t ON t.oid = c.conrelid WHERE contype = 'c' GROUP BY 2""",
)
