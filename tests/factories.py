"""Rows for tests. Call inside `with owner():`."""

from __future__ import annotations

import itertools

from agencies.models import Agency, AgencyKind, Membership, User
from agencies.permissions import Role
from standards.loader import load
from standards.models import Edition

_number = itertools.count(1)


def make_agency(kind: str = AgencyKind.LA, name: str = "") -> Agency:
    return Agency.objects.create(name=name or f"Agency {next(_number)}", kind=kind)


def make_user(email: str = "") -> User:
    return User.objects.create_user(email or f"person{next(_number)}@agency.example")


def make_member(agency: Agency, role: str = Role.LEAD, user: User | None = None) -> Membership:
    user = user or make_user(f"{role}{next(_number)}@agency.example")
    return Membership.objects.create(
        agency=agency,
        user=user,
        role=role,
        display_name=f"{Role(role).label} of {agency.name}",
        email=user.email,
    )


def load_edition() -> Edition:
    """The current edition; after a flush it is loaded again."""
    found = Edition.objects.first()
    if found is None:
        load()
        found = Edition.objects.get()
    return found
