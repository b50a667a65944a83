"""Partnerships for tests."""

from __future__ import annotations

from agencies.actions import partners
from agencies.models import AgencyKind, Membership
from agencies.permissions import Role
from assessments.actions import accepting, assessments, offering
from assessments.models import Offer, OfferedAnswer
from standards.models import Edition
from tests import factories
from tests.world import PERIOD, WORDS, Enter, Ids, say

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
    offer = offer_to(partner, host, enter, word=WORDS[AgencyKind(ours.agency.kind)])
    with enter(partner) as by:
        edition = Edition.objects.get()
        draft = assessments.start(edition, title="With a partner", by=by, **PERIOD)
        answer = draft.answers.get(clause__code="1.1")
        offered = OfferedAnswer.objects.get(offer=offer)
        accepting.accept(answer, offered=offered, by=by)
    return {"partner": str(theirs.agency_id), "offer": str(offer.pk)}


def offer_to(partner: Membership, host: Membership, enter: Enter, *, word: str) -> Offer:
    """The host's answer to clause 1.1, out of an assessment of its own."""
    with enter(host) as by:
        source = assessments.start(
            Edition.objects.get(), title=f"The {word} offers", by=by, **PERIOD
        )
        answer = source.answers.select_related("clause", "assessment").get(clause__code="1.1")
        say(answer, f"what {word} shares", by=by)
        (offer,) = offering.publish(
            source, answers=[answer.pk], partners=[partner.agency_id], by=by
        )
    return offer
