"""`python -m tests.served.seed`, as the migrator: people and their agencies; prints ids as JSON.

Each person has a password and a session that is signed in already: signing in has its own tests.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import AbstractContextManager
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings
from django.test import Client

from agencies.actions.operating import create_agency, seat
from agencies.actions.tokens import make_token
from agencies.hats import SESSION_KEY
from agencies.models import Agency, AgencyKind, Membership
from agencies.permissions import Role, roles_in
from agencies.scopes import open_to
from agencies.tenancy import acting_for
from tests.partners import share
from tests.world import furnish, furnish_scheme, prove

PASSWORD = "seven quiet herons wade"
NAMES = {
    AgencyKind.LA: "Juniper Council",
    AgencyKind.RAA: "Larkspur Adoption",
    AgencyKind.VAA: "Mallow Families",
    AgencyKind.SCHEME: "Quality Mark scheme",
}

PARTNER = "Nettle Families"


def enter(member: Membership) -> AbstractContextManager[Any]:
    """Act as this person from the server: the migrator may not take a person's persona."""
    return acting_for(member.agency_id, realm="operator", user_id=member.user_id)


def found(kind: AgencyKind, name: str = "") -> tuple[Agency, dict[str, Membership]]:
    """An agency with one person for each role."""
    agency = Agency(name=name or NAMES[kind], kind=kind, is_demo=True)
    domain = f"{(name.split() or [kind])[0].lower()}.example"
    with acting_for(agency.pk, realm="operator"):
        create_agency(agency)
        people = {role: _seat(agency, role, f"{role}@{domain}") for role in roles_in(agency)}
    return agency, people


def _seat(agency: Agency, role: Role, email: str) -> Membership:
    title = f"{role.label} of {agency.name}"
    return seat(agency, email=email, display_name=title, role=role, password=PASSWORD)


def session(member: Membership) -> str:
    """The key of a session of this person, for this agency."""
    client = Client()
    client.force_login(member.user)
    stored = client.session
    stored[SESSION_KEY] = str(member.agency_id)
    prove(stored, member)
    stored.save()
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def _token(member: Membership) -> str:
    _, secret = make_token(member, name="Tests", scopes=open_to(member), days=2, by=None)
    return secret


def describe(kind: AgencyKind, *, name: str = "", is_furnished: bool = True) -> dict[str, Any]:
    """Make one agency, with much in it or nothing, and tell how to act in it."""
    agency, people = found(kind, name)
    first = roles_in(agency)[0]
    ids = {}
    if agency.is_scheme:
        ids = furnish_scheme(people[first], enter)
    elif is_furnished:
        ids = furnish(agency, people, enter)
    with acting_for(agency.pk, realm="operator"):
        token = _token(people[first]) if open_to(people[first]) else ""
        roles = {
            role: {
                "id": str(member.pk),
                "user": str(member.user_id),
                "email": member.email,
                "password": PASSWORD,
                "session": session(member),
            }
            for role, member in people.items()
        }
    return {"agency": str(agency.pk), "name": agency.name, "ids": ids, "token": token, **roles}


def both_hats() -> dict[str, str]:
    """One more person, who works for two of the agencies."""
    hats = {}
    for kind in (AgencyKind.LA, AgencyKind.RAA):
        agency = Agency.objects.get(name=NAMES[kind])
        with acting_for(agency.pk, realm="operator"):
            hats[kind.value] = _seat(agency, Role.VIEWER, "both@agency.example")
    return {"email": "both@agency.example", "password": PASSWORD}


def _lead(name: str) -> Membership:
    agency = Agency.objects.get(name=name)
    with acting_for(agency.pk, realm="operator"):
        return Membership.objects.get(agency=agency, role=Role.LEAD)


def main() -> None:
    """An agency of each kind, of which the VAA is empty, the scheme, and a partner of the RAA."""
    full = (AgencyKind.LA, AgencyKind.RAA)
    made = {kind.value: describe(kind, is_furnished=kind in full) for kind in NAMES}
    made[PARTNER] = describe(AgencyKind.VAA, name=PARTNER, is_furnished=False)
    made["RAA"]["ids"] |= share(_lead(NAMES[AgencyKind.RAA]), _lead(PARTNER), enter)
    json.dump({**made, "both": both_hats()}, sys.stdout)


if __name__ == "__main__":
    main()
