"""Partnerships for tests."""

from __future__ import annotations

from agencies.actions import partners
from agencies.models import AgencyKind, Membership
from agencies.permissions import Role
from tests import factories
from tests.world import Enter, Ids

OTHER_SIDE = {AgencyKind.LA: AgencyKind.RAA, AgencyKind.RAA: AgencyKind.LA}


def make_partner(kind: str) -> Membership:
    """The lead of a new agency. Call inside `with owner():`."""
    return factories.make_member(factories.make_agency(kind), Role.LEAD)


def befriend(host: Membership, partner: Membership, enter: Enter) -> None:
    """One asks, the other agrees."""
    with enter(host) as by:
        partners.propose(partner.agency, by=by)
    with enter(partner) as by:
        partners.agree(host.agency, by=by)


def share(ours: Membership, theirs: Membership, enter: Enter) -> Ids:
    """Partners with all there can be between them; returns the ids of what is ours."""
    host, partner = (ours, theirs) if ours.agency.kind == AgencyKind.RAA else (theirs, ours)
    befriend(host, partner, enter)
    return {"partner": str(theirs.agency_id)}
