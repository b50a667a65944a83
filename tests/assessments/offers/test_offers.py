"""Offers: published copies, accepted, frozen, withdrawn; and nobody sees more than that."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from agencies.actions import partners
from agencies.models import AgencyKind, Event
from agencies.permissions import AGENCY_ROLES, Role
from agencies.tenancy import acting_for
from agencies.workflow import NotAllowed
from assessments import snapshot
from assessments.actions import accepting, offering, signoff
from assessments.actions.assessments import delete, start
from assessments.actions.submission import submit
from assessments.models import Acceptance, Answer, Assessment, Offer, OfferedAnswer, Submission
from assessments.sharing import sent_by
from reports.documents import readiness
from tests import factories
from tests.agencies.people import actions_of
from tests.assessments.conftest import PERIOD, fill, make_draft
from tests.assessments.offers.conftest import accept, publish, seen_by, shared, write
from tests.conftest import acting, owner
from tests.partners import befriend, make_partner

pytestmark = pytest.mark.django_db


NOTHING = ([], [])


def test_a_copy_is_offered_accepted_and_replaced_by_a_newer_one(
    host, lead, theirs, draft, friends
) -> None:
    publish(theirs, host, lead)
    (offered,) = shared(draft, lead).offered
    assert (offered.host_name, offered.number) == (host.agency.name, 1)
    write(theirs, "1.1", "What the host thinks of now", host)
    assert seen_by(lead) == ([1], ["How the host does 1.1"]), "a copy, never the draft"
    accept(draft, lead, offered)
    answered = shared(draft, lead).answered_by
    assert (answered.how, answered.newer) == ("How the host does 1.1", None)
    publish(theirs, host, lead)
    found = shared(draft, lead)
    assert found.answered_by.number == 1, "a newer version replaces nothing by itself"
    assert found.answered_by.newer.number == 2
    accept(draft, lead, found.answered_by.newer)
    assert shared(draft, lead).answered_by.how == "What the host thinks of now"
    with acting(lead) as by:
        assert draft.answers.get(clause__code="1.1").level is None, "no level is offered"
        accepting.stop(draft.answers.get(clause__code="1.1"), by=by)
        assert Acceptance.objects.count() == 2, "it stays in the history"
    assert shared(draft, lead).accepted is None
    assert actions_of(lead.agency_id)[-5:] == [
        "partner.publish",
        "acceptance.accept",
        "partner.publish",
        "acceptance.accept",
        "acceptance.stop",
    ]
    assert actions_of(host.agency_id)[-4:] == [
        "partner.accept",
        "offer.publish",
        "partner.accept",
        "partner.stop",
    ]


def test_the_host_learns_that_it_was_accepted_and_nothing_else(
    host, lead, theirs, draft, friends
) -> None:
    (offer,) = publish(theirs, host, lead, codes=("1.1", "1.2"))
    accept(draft, lead, shared(draft, lead).offered[0])
    with acting(host) as by:
        (sent,) = sent_by(by.agency, Offer.objects.sent(by.agency))
        assert sent.offer == offer
        assert list(sent.accepted) == [theirs.answers.get(clause__code="1.1").clause_id]
        for model in (Acceptance, Answer, Assessment):
            assert not model.objects.filter(agency=lead.agency).exists()


def test_practice_is_not_told(host, lead, theirs, edition, friends) -> None:
    with acting(lead) as by:
        practice = start(edition, title="To try", is_practice=True, **PERIOD, by=by)
    publish(theirs, host, lead)
    accept(practice, lead, shared(practice, lead).offered[0])
    with acting(host) as by:
        (sent,) = sent_by(by.agency, Offer.objects.sent(by.agency))
        assert sent.accepted == {}
    assert actions_of(host.agency_id)[-1] == "offer.publish"
    with acting(lead) as by:
        delete(practice, by=by)
        assert not Acceptance.objects.exists()


def _withdraw(host, lead, offers):
    with acting(host) as by:
        offering.withdraw(offers[-1], by=by)


def _end_by_host(host, lead, offers):
    with acting(host) as by:
        partners.end(lead.agency, by=by)


def _end_by_partner(host, lead, offers):
    with acting(lead) as by:
        partners.end(host.agency, by=by)


def _renew(host, lead, offers):
    _end_by_partner(host, lead, offers)
    _end_by_host(host, lead, offers)
    befriend(host, lead, acting)


@pytest.mark.parametrize("how", [_withdraw, _end_by_host, _end_by_partner, _renew])
def test_withdrawn_by_either_side_it_is_gone_at_once(
    how, host, lead, approver, theirs, draft, friends
) -> None:
    versions = (("1.1",), ("1.1", "1.2"))
    offers = [publish(theirs, host, lead, codes=codes)[0] for codes in versions]
    fill(draft)
    accept(draft, lead, shared(draft, lead).offered[0])
    with acting(approver) as by:
        signoff.sign_off(draft, name="Head of service", has_agreed=True, by=by)
    how(host, lead, offers)
    assert seen_by(lead) == NOTHING
    found = shared(draft, lead)
    assert found.accepted.is_gone
    assert (found.answered_by, found.offered, found.accepted.how) == (None, [], "")
    with acting(host) as by:
        assert sent_by(by.agency, Offer.objects.sent(by.agency))[0].accepted == {}
    with acting(lead) as by, pytest.raises(NotAllowed, match="changed after it was signed"):
        submit(draft, by=by)


def test_what_was_submitted_stays_when_it_is_withdrawn(
    host, lead, approver, theirs, draft, friends
) -> None:
    (offer,) = publish(theirs, host, lead)
    fill(draft)
    accept(draft, lead, shared(draft, lead).offered[0])
    with acting(approver) as by:
        signoff.sign_off(draft, name="Head of service", has_agreed=True, by=by)
    with acting(lead) as by:
        submission = submit(draft, by=by)
    _withdraw(host, lead, [offer])
    with acting(lead):
        frozen = submission.answers.get(clause_code="1.1")
        assert (frozen.answered_by, frozen.answered_version) == (host.agency.name, 1)
        assert frozen.offered_how == "How the host does 1.1"
        assert submission.answers.exclude(answered_by="").count() == 1
        assert snapshot.is_unchanged(submission)
        frozen = snapshot.of_round(submission)["answers"]
        assert [said["clause"] for said in frozen if "answered_by" in said] == ["1.1"]


def answered_on_paper(member, assessment, submission=None):
    """As the worker that makes the report reads it."""
    with acting_for(member.agency_id, realm="worker"):
        found = Assessment.objects.for_page().get(pk=assessment.pk)
        paper = readiness.context(readiness.source(found, submission))
    clauses = [clause for standard in paper["standards"] for clause in standard["clauses"]]
    return {clause["code"]: clause["answered_by"] for clause in clauses if clause["answered_by"]}


def test_reports_and_rounds_say_who_answered(
    host, lead, approver, theirs, draft, friends, client_for
) -> None:
    (offer,) = publish(theirs, host, lead)
    fill(draft)
    accept(draft, lead, shared(draft, lead).offered[0])
    said = {"agency": host.agency.name, "version": 1, "how": "How the host does 1.1"}
    expected = {"1.1": {**said, "difference": "What it changes"}}
    assert answered_on_paper(lead, draft) == expected
    with acting(approver) as by:
        signoff.sign_off(draft, name="Head of service", has_agreed=True, by=by)
    with acting(lead) as by:
        submission = submit(draft, by=by)
    _withdraw(host, lead, [offer])
    assert answered_on_paper(lead, draft) == {}
    with acting(lead):
        rounds = Submission.objects.select_related("sign_off", "rules", "guidance", "by")
        frozen = rounds.get(pk=submission.pk)
    assert answered_on_paper(lead, draft, frozen) == expected
    page = client_for(lead).get(reverse("assessments:submission", args=[draft.pk, 1])).text
    assert f"Answered by {host.agency.name}, version 1" in page


@pytest.mark.parametrize("kind", [AgencyKind.LA, AgencyKind.VAA, AgencyKind.RAA])
def test_another_agency_sees_nothing_of_it(kind, host, lead, theirs, draft, friends) -> None:
    """Also one that is the same host's partner, one that was asked only, and one that ended it."""
    with owner():
        other, asked, ended = (make_partner(kind) for _ in range(3))
    if kind != AgencyKind.RAA:
        befriend(host, other, acting)
        befriend(host, ended, acting)
        publish(theirs, host, ended)
        with acting(host) as by:
            partners.propose(asked.agency, by=by)
        _end_by_partner(host, ended, [])
    publish(theirs, host, lead)
    accept(draft, lead, shared(draft, lead).offered[0])
    for member in (other, asked, ended):
        assert seen_by(member) == NOTHING
        with acting(member) as by:
            for model in (Acceptance, Offer, OfferedAnswer, Assessment):
                assert not model.objects.exclude(agency=by.agency).exists()
    assert seen_by(lead)[0] == [1]


def test_what_is_seen_is_not_ones_to_change(host, lead, theirs, friends) -> None:
    publish(theirs, host, lead)
    with acting(lead) as by:
        assert OfferedAnswer.objects.update(how="Mine") == 0
        assert Offer.objects.update(withdrawn_at=None) == 0
        offer = Offer.objects.get()
        with pytest.raises(DatabaseError), transaction.atomic():
            clause = OfferedAnswer.objects.get().clause
            OfferedAnswer.objects.create(agency=host.agency, offer=offer, clause=clause)
        with pytest.raises(NotAllowed, match="withdrawn already"):
            offering.withdraw(offer, by=by)
    assert seen_by(lead)[1] == ["How the host does 1.1"]


def test_a_forged_acceptance_tells_the_host_nothing(host, lead, theirs, friends, edition) -> None:
    """Of an offer to somebody else."""
    with owner():
        other = make_partner(AgencyKind.LA)
    befriend(host, other, acting)
    publish(theirs, host, lead)
    with owner():
        copy = OfferedAnswer.objects.get()
    own = make_draft(edition, other)
    with acting(other) as by:
        answer = own.answers.get(clause__code="1.1")
        with pytest.raises(NotAllowed, match="no longer offered"):
            accepting.accept(answer, offered=copy, by=by)
        made = {"answer": answer, "offered": copy.pk, "host": host.agency, "number": 1, "by": by}
        Acceptance.objects.create(agency=by.agency, **made)
    assert shared(own, other).accepted.is_gone
    with acting(host), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ctx.acceptances()")
        assert cursor.fetchall() == []


def test_the_same_copies_sent_twice_are_one_version(host, lead, theirs, friends) -> None:
    (first,) = publish(theirs, host, lead)
    assert publish(theirs, host, lead) == [first]
    assert seen_by(lead)[0] == [1]
    with acting(host):
        assert Event.objects.filter(action="offer.publish").count() == 1
    _renew(host, lead, [first])
    assert publish(theirs, host, lead)[0].number == 2, "what they no longer see is offered anew"
    (second,) = publish(theirs, host, lead, codes=("1.1", "1.2"))
    _withdraw(host, lead, [second])
    assert publish(theirs, host, lead, codes=("1.1", "1.2"))[0].number == 4


def test_what_cannot_be_offered_is_refused(host, lead, theirs, draft, friends) -> None:
    write(theirs, "1.3", "Ring 07700 900123", host)
    with owner(theirs.agency):
        Answer.objects.filter(assessment=theirs, clause__code="1.2").update(is_to_check=True)
    for codes, message in (
        ((), "at least one clause"),
        (("1.4",), "Nothing is written to clause 1.4"),
        (("1.1", "1.2"), "still true, at clause 1.2"),
        (("1.1", "1.3"), "looks like personal data in clause 1.3"),
    ):
        with pytest.raises(ValidationError, match=message):
            publish(theirs, host, lead, codes=codes)
    with pytest.raises(ValidationError, match="looked at it"):
        publish(theirs, host, lead, seen="something else")
    with owner():
        unknown = make_partner(AgencyKind.LA)
    for others in ((), (unknown,), (lead, unknown)):
        with pytest.raises(ValidationError, match="your partners"):
            publish(theirs, host, *others)
    with pytest.raises(NotAllowed, match="Only a regional adoption agency"):
        publish(draft, lead, host)
    with owner():
        assert not Offer.objects.exists()


@pytest.mark.parametrize("role", AGENCY_ROLES)
def test_who_may_offer_and_who_may_accept(role, host, lead, theirs, draft, friends) -> None:
    with owner():
        offerer, accepter = (factories.make_member(m.agency, role) for m in (host, lead))
    if role in (Role.LEAD, Role.APPROVER):
        publish(theirs, offerer, lead)
    else:
        with pytest.raises(PermissionDenied):
            publish(theirs, offerer, lead)
        publish(theirs, host, lead)
    (offered,) = shared(draft, lead).offered
    if role in (Role.LEAD, Role.CONTRIBUTOR):
        accept(draft, accepter, offered)
    else:
        with pytest.raises(PermissionDenied):
            accept(draft, accepter, offered)
