"""Which agency a signed-in person acts for: from the token, the session, or their only hat."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import connection

from agencies.requests import TenantRequest

SESSION_KEY = "agency_id"


@dataclass(frozen=True)
class Hat:
    agency_id: uuid.UUID
    agency_name: str
    kind: str
    role: str


def hats_of(user_id: uuid.UUID) -> list[Hat]:
    """Active memberships of a person, by agency name. Works outside any persona."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ctx.hats(%s)", [user_id])
        return [Hat(*row) for row in cursor.fetchall()]


def choose_hat(request: TenantRequest) -> uuid.UUID | None:
    """The agency to act for; None when the person must choose, or has no agency."""
    if request.api_token:
        agency_id: uuid.UUID = request.api_token["agency_id"]
        return agency_id
    stored = request.session.get(SESSION_KEY)
    if stored:
        return uuid.UUID(stored)
    hats = hats_of(request.user.pk)  # type: ignore[arg-type]  # signed in: it has one
    if len(hats) != 1:
        return None
    wear_hat(request, hats[0].agency_id)
    return hats[0].agency_id


def wear_hat(request: TenantRequest, agency_id: uuid.UUID) -> None:
    """Act for this agency from now on. The database still checks it at every request."""
    request.session[SESSION_KEY] = str(agency_id)


def forget_hat(request: TenantRequest) -> None:
    request.session.pop(SESSION_KEY, None)
