"""The scheme's people: every address of the service, and what the database keeps from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.test import Client
from django.urls import reverse
from psycopg.errors import InsufficientPrivilege

from agencies.models import Agency, Membership, TenantModel
from agencies.permissions import AGENCY_ROLES
from agencies.tenancy import sign
from standards.models import Edition
from tests import factories
from tests.conftest import acting, owner
from tests.matrix import API, MATRIX, MEMBERS, SIGNED_IN, STAFF
from tests.test_urls import REFUSALS
from tests.world import Ids, furnish, furnish_scheme

pytestmark = pytest.mark.django_db

METHODS = ("get", "post", "put", "patch", "delete")
POST_ONLY = {"standards:draft_start", "agencies:invitation_resend"}
OWN = {name for name in MEMBERS if name.startswith("agencies:") and "machine" not in name}
READ = {
    "api-schema", "api-docs", "edition-list", "edition-detail", "guidance-list", "guidance-detail",
    "person-list", "invitation-list", "event-list",
}  # fmt: skip
# What the scheme's persona may touch; of everything else not one row, and not even none.
THEIRS = {
    "agencies_membership", "agencies_invitation", "agencies_apitoken",
    "agencies_answeredrequest", "jobs_job", "standards_guidancedraft",
}  # fmt: skip

# Everybody's own sign-in; lost factors and partners are for the officers of an agency.
POST_ONLY |= {"account_disconnect", "account_end_session", "account_end_other_sessions"}
OWN -= {name for name in OWN if "factor" in name or "partner" in name}
NOTHING_TO_SHOW = (
    "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
)  # fmt: skip


@pytest.fixture
def ours(edition: Edition, scheme_admin: Membership) -> Ids:
    return furnish_scheme(scheme_admin, acting)


@pytest.fixture
def theirs(edition: Edition, agency: Agency) -> Ids:
    with owner():
        people = {role: factories.make_member(agency, role) for role in AGENCY_ROLES}
    return furnish(agency, people, acting)


def _url(name: str, ids: Ids) -> str:
    return reverse(name, kwargs={key: value.format(**ids) for key, value in MATRIX[name].items()})


def test_scheme_opens_its_own_pages(
    ours: Ids, scheme_admin: Membership, client_for: Callable[[Membership], Client]
) -> None:
    with owner():
        scheme_admin.user.set_password("seven quiet herons wade")
        scheme_admin.user.save(update_fields=["password"])
    client = client_for(scheme_admin)
    names = {*STAFF, *OWN, *SIGNED_IN, *READ}
    answers = {name: client.get(_url(name, ours)).status_code for name in names}
    odd = {name: status for name, status in answers.items() if status != 200}
    without_factor = dict.fromkeys(("mfa_deactivate_totp", "mfa_remove_webauthn"), 404)
    without_factor |= dict.fromkeys(NOTHING_TO_SHOW, 302)
    assert odd == dict.fromkeys(POST_ONLY, 405) | without_factor | {"home": 302}
    assert client.get("/")["Location"] == reverse("standards:publishing")


def test_scheme_is_told_that_agencies_work_is_not_its_own(
    ours: Ids,
    theirs: Ids,
    scheme_admin: Membership,
    client_for: Callable[[Membership], Client],
) -> None:
    """With real ids of an agency, in every way: refused with a sentence, never broken."""
    client = client_for(scheme_admin)
    faults = []
    for name in sorted({*MEMBERS, *API} - OWN - READ):
        for method in METHODS:
            answer = getattr(client, method)(_url(name, theirs))
            text = answer.content.decode()
            refused = answer.status_code in (403, *REFUSALS)
            if not refused or theirs["word"] in text:
                faults.append((method, name, answer.status_code))
    assert not faults, "\n".join(map(str, faults))
    for name in ("agencies:change_role", "agencies:remove", "agencies:invitation_revoke"):
        assert client.get(_url(name, theirs)).status_code == 404
    page = client.get(reverse("assessments:list")).content.decode()
    assert "This belongs to an agency, and the scheme cannot see it." in page


def test_database_shows_the_scheme_its_own_rows_and_no_table_of_agencies(
    ours: Ids, lead: Membership, scheme_admin: Membership
) -> None:
    models = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    tables = {model._meta.db_table for model in models}
    assert tables > THEIRS
    with acting(scheme_admin) as by:
        refused = {table for table in tables if _agencies_in(table) is None}
        seen = {table: _agencies_in(table) for table in (*THEIRS, 'audit"."event')}
        assert list(Membership.objects.all()) == [by]
    assert tables - refused == THEIRS
    assert set().union(*filter(None, seen.values())) == {scheme_admin.agency_id}


def _agencies_in(table: str) -> set[Any] | None:
    """Whose rows can be read here; None where the persona may not even ask."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f'SELECT DISTINCT agency_id FROM "{table}"')
            return {row[0] for row in cursor.fetchall()}
    except ProgrammingError as error:
        if not isinstance(error.__cause__, InsufficientPrivilege):
            raise
        return None


def test_agencies_people_read_no_draft(ours: Ids, lead: Membership) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), acting(lead):
        connection.cursor().execute("SELECT * FROM standards_guidancedraft")


@pytest.mark.parametrize(("kind", "realm"), [("scheme", "agency"), ("LA", "staff")])
def test_hat_is_worn_in_its_own_realm_alone(
    scheme_admin: Membership, lead: Membership, kind: str, realm: str
) -> None:
    """Signed by us or not: the database compares the realm with the agency's kind."""
    member = scheme_admin if kind == "scheme" else lead
    pid = connection.connection.info.backend_pid
    context = sign(member.user_id, member.agency_id, realm, pid)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.ctx', %s, true), set_config('role', %s, true)",
            [context, f"r_{realm}"],
        )
        cursor.execute("SELECT count(*) FROM ctx.enter(%s)", [context])
        assert cursor.fetchone() == (0,)
        cursor.execute("SET ROLE app_web")
