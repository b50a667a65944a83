"""The wall is whole, and each way of breaking it is noticed."""

from __future__ import annotations

import pytest
from django.db import connection

from agencies.lint import faults
from tests.conftest import owner

pytestmark = pytest.mark.django_db

T = "agencies_invitation"
FAULTS = {
    "no kind": (f"COMMENT ON TABLE {T} IS NULL", "has no kind"),
    "unknown kind": (f"COMMENT ON TABLE {T} IS 'kind=tenant'", "has no kind"),
    "no plane": (
        f"REVOKE ALL ON {T} FROM r_agency, r_worker, r_staff, app_policy",
        "is in no plane",
    ),
    "not in exports": (f"REVOKE SELECT ON {T} FROM r_worker", "no worker may read it"),
    "row-level security off": (f"ALTER TABLE {T} DISABLE ROW LEVEL SECURITY", "off or not forced"),
    "not forced": (f"ALTER TABLE {T} NO FORCE ROW LEVEL SECURITY", "off or not forced"),
    "policy missing": (f"DROP POLICY r_agency ON {T}", "no policy for r_agency"),
    "policy for everybody": (
        f"CREATE POLICY p ON {T} USING (agency_id = (SELECT ctx.agency_id()))",
        "a policy is for everybody",
    ),
    "no with check": (
        f"CREATE POLICY p ON {T} FOR UPDATE TO r_agency "
        "USING (agency_id = (SELECT ctx.agency_id()))",
        "write policy without WITH CHECK",
    ),
    "hides nothing": (
        f"CREATE POLICY p ON {T} FOR SELECT TO r_agency USING (true)",
        "a policy that hides nothing",
    ),
    "helper for every row": (
        f"CREATE POLICY p ON {T} FOR SELECT TO r_agency USING (agency_id = ctx.agency_id())",
        "a policy calls a helper for every row",
    ),
    "helper in with check": (
        f"CREATE POLICY p ON {T} FOR INSERT TO r_agency WITH CHECK (agency_id = ctx.agency_id())",
        "a policy calls a helper for every row",
    ),
    "foreign key across agencies": (
        f"ALTER TABLE {T} ADD FOREIGN KEY (invited_by_id) REFERENCES agencies_membership (id)",
        "foreign key without agency_id",
    ),
    "granted to the login": (f"GRANT SELECT ON {T} TO app_web", "outside its plane"),
    "granted to everybody": (f"GRANT SELECT ON {T} TO PUBLIC", "outside its plane"),
    "password hashes to a persona": (
        "GRANT SELECT ON agencies_user TO r_agency",
        "outside its plane",
    ),
    "one column of the passwords": (
        "GRANT SELECT (password) ON agencies_user TO r_agency",
        "outside its plane",
    ),
    "reference data writable": (
        "GRANT UPDATE ON agencies_agency TO app_reference",
        "outside its plane",
    ),
    "view of the owner": (f"CREATE VIEW v AS SELECT * FROM {T}", "without security_invoker"),
    "definer elsewhere": (
        "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql SECURITY DEFINER "
        "SET search_path = pg_catalog AS 'SELECT 1'",
        "definer function outside",
    ),
    "definer without path": (
        "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
        "without search_path",
    ),
    "everybody may execute": (
        "SET LOCAL ROLE app_policy; GRANT EXECUTE ON FUNCTION ctx.agency_ids() TO PUBLIC; "
        "SET LOCAL ROLE app_owner",
        "executable by everybody",
    ),
}


def test_wall_is_whole() -> None:
    with owner():
        assert faults() == []


@pytest.mark.parametrize("name", FAULTS)
def test_fault_planted_is_noticed(name: str) -> None:
    sql, fault = FAULTS[name]
    with owner():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(sql)
        assert any(fault in found for found in faults())


def test_persona_that_may_become_owner_is_noticed() -> None:
    """Membership of roles cannot be planted by the test login: the query's own rule is tried."""
    with owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member "
            "WHERE m.rolname IN ('app_web', 'app_job')"
        )
        assert cursor.fetchone()[0] >= 5
        assert not any("may become" in found for found in faults())
