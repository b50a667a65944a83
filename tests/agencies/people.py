"""What the tests of this folder share."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from allauth.account.models import EmailAddress
from django.db import connection, connections

from agencies.actions import invitations
from agencies.models import Invitation, Membership, User
from agencies.permissions import Role
from agencies.tokens import invitation_secret
from tests.conftest import acting

PASSWORD = "seven green kettles"


def invite(
    lead: Membership, email: str = "new@agency.example", role: str = Role.CONTRIBUTOR
) -> Invitation:
    with acting(lead) as by:
        return invitations.invite(
            by.agency, email=email, display_name="Service manager", role=role, by=by
        )


def secret_of(invitation: Invitation) -> str:
    return invitation_secret(invitation.pk, invitation.nonce)


def page_of(invitation: Invitation) -> str:
    return f"/invitation/{secret_of(invitation)}/"


def sign_in_of(email: str) -> User:
    user = User.objects.create_user(email, PASSWORD)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    return user


def as_auditor(sql: str, *params: Any) -> list[tuple[Any, ...]]:
    """Run SQL as the owner of the trail, whom no process of the service can become."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE app_audit")
        cursor.execute(sql, params)
        rows = cursor.fetchall() if cursor.description else []
        cursor.execute("SET ROLE app_web")
    return rows


def actions_of(agency_id: Any) -> list[str]:
    """The names of all events of a chain, oldest first."""
    sql = "SELECT action FROM audit.event WHERE agency_id = %s ORDER BY seq"
    return [row[0] for row in as_auditor(sql, agency_id)]


def service_actions(user_id: Any = None) -> list[str]:
    """Events of the service's own chain about one sign-in, or about nobody known."""
    sql = """SELECT action FROM audit.event WHERE about_id IS NOT DISTINCT FROM %s
             AND agency_id = '00000000-0000-0000-0000-000000000000' ORDER BY seq"""
    return [row[0] for row in as_auditor(sql, user_id)]


def csrf_free(text: str) -> str:
    """A page without its token, which is another one each time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)


def all_at_once(count: int, call: Callable[[int], Any]) -> list[Any]:
    """`call(0)` … `call(count - 1)` in threads with their own connections, begun together."""
    barrier = Barrier(count)

    def one(number: int) -> Any:
        try:
            barrier.wait()
            return call(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
