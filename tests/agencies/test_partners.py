"""Partnerships: both sides say so, each ends it at will, and nobody else learns of it."""

from __future__ import annotations

import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction

from agencies.actions import partners as actions
from agencies.models import AgencyKind, Consent
from agencies.partners import partnership, partnerships
from agencies.permissions import AGENCY_ROLES, Role
from agencies.workflow import NotAllowed
from tests import factories
from tests.agencies.people import actions_of, csrf_free
from tests.conftest import acting, count_queries, owner
from tests.partners import befriend, make_partner

pytestmark = pytest.mark.django_db


@pytest.fixture
def host(stranger):
    """The lead of a regional adoption agency."""
    return stranger


def state(member, other):
    with acting(member) as by:
        one = partnership(by.agency, other.agency)
        return one.is_agreed, one.waits_for_us, one.waits_for_them


def partners_by_the_wall(member):
    """As the policies have it."""
    with acting(member), connection.cursor() as cursor:
        cursor.execute("SELECT other_id FROM ctx.partnerships()")
        return [row[0] for row in cursor.fetchall()]


AGREED, ASKED, ASKING, NOTHING = (
    (True, False, False),
    (False, True, False),
    (False, False, True),
    (False, False, False),
)


def do(action, member, other):
    with acting(member) as by:
        return action(other.agency, by=by)


def test_it_stands_once_both_have_said_so_and_ends_when_one_takes_it_back(host, lead) -> None:
    assert state(host, lead) == NOTHING
    do(actions.propose, host, lead)
    assert (state(host, lead), state(lead, host)) == (ASKING, ASKED)
    assert partners_by_the_wall(host) == partners_by_the_wall(lead) == []
    do(actions.agree, lead, host)
    assert state(host, lead) == state(lead, host) == AGREED
    assert partners_by_the_wall(host) == [lead.agency_id]
    assert partners_by_the_wall(lead) == [host.agency_id]
    do(actions.end, lead, host)
    assert state(host, lead) == state(lead, host) == NOTHING
    assert partners_by_the_wall(host) == partners_by_the_wall(lead) == []
    assert actions_of(host.agency_id) == ["consent.propose", "partner.agree", "partner.end"]
    assert actions_of(lead.agency_id) == ["partner.propose", "consent.agree", "consent.end"]


def test_who_was_asked_anew_answers_anew(host, lead) -> None:
    befriend(host, lead, acting)
    do(actions.end, host, lead)
    do(actions.propose, host, lead)
    assert state(lead, host) == ASKED, "what was agreed to before is no answer to this"
    assert partners_by_the_wall(host) == partners_by_the_wall(lead) == []
    do(actions.end, lead, host)
    assert state(host, lead) == NOTHING
    with owner():
        declined = Consent.objects.filter(agency=lead.agency).first()
        assert declined is not None
        assert declined.given_at == declined.ended_at
    do(actions.end, host, lead)
    do(actions.propose, host, lead)
    do(actions.agree, lead, host)
    assert state(host, lead) == AGREED


def test_what_is_not_so_is_refused(host, lead, scheme) -> None:
    with pytest.raises(NotAllowed, match="nothing to agree to"):
        do(actions.agree, lead, host)
    with pytest.raises(NotAllowed, match="ended already"):
        do(actions.end, lead, host)
    with pytest.raises(NotAllowed, match="asks first"):
        do(actions.propose, lead, host)
    do(actions.propose, host, lead)
    with pytest.raises(NotAllowed, match="asked this agency already"):
        do(actions.propose, host, lead)
    with owner():
        demo = factories.make_agency(AgencyKind.LA)
        demo.is_demo = True
        demo.save()
    for wrong in (host.agency, scheme, demo):
        with acting(host) as by, pytest.raises(ValidationError, match="from the list"):
            actions.propose(wrong, by=by)


@pytest.mark.parametrize("role", AGENCY_ROLES)
def test_a_lead_or_an_approver_speaks_for_the_agency(role, host, lead) -> None:
    do(actions.propose, host, lead)
    with owner():
        member = factories.make_member(lead.agency, role)
    if role in (Role.LEAD, Role.APPROVER):
        do(actions.agree, member, host)
        assert state(host, lead) == AGREED
        return
    for action in (actions.propose, actions.agree, actions.end):
        with pytest.raises(PermissionDenied, match="lead or an approver"):
            do(action, member, host)
    assert state(host, lead) == ASKING


def test_a_third_agency_sees_and_changes_nothing(host, lead) -> None:
    befriend(host, lead, acting)
    with owner():
        third = make_partner(AgencyKind.LA)
    befriend(host, third, acting)
    do(actions.end, host, third)
    with acting(third) as by:
        assert [one.other.pk for one in partnerships(by.agency)] == [host.agency_id]
        assert not Consent.objects.filter(agency=lead.agency).exists()
        assert not Consent.objects.filter(other=lead.agency).exists()
        theirs = Consent.objects.filter(agency=host.agency)
        assert theirs.count() == 1
        assert theirs.update(ended_at=None) == 0, "what another says is not one's to change"
    for forged in (host, lead):
        with acting(third) as by, pytest.raises(DatabaseError), transaction.atomic():
            Consent.objects.create(
                agency=forged.agency, other=by.agency, is_host=True, given_by=forged
            )
    assert state(host, lead) == AGREED


def test_no_event_is_written_to_an_agency_that_one_never_met(host, lead) -> None:
    sql = "SELECT audit.record_with(%s, 'consent.end', 'consent', NULL, '{}')"
    with acting(host), pytest.raises(DatabaseError), transaction.atomic():
        connection.cursor().execute(sql, [[lead.agency_id]])
    assert actions_of(lead.agency_id) == []


def test_the_other_side_learns_who_it_was_and_no_person(host, lead, client_for) -> None:
    befriend(host, lead, acting)
    page = client_for(lead).get("/audit/")
    assert "An agency asked for a partnership" in page.text
    assert "A partner agency" in page.text
    for shown in (page.text, client_for(lead).get("/partners/").text):
        assert host.display_name not in shown


def test_from_page_to_page(host, lead, client_for) -> None:
    theirs, ours = client_for(host), client_for(lead)
    assert "no partners yet" in theirs.get("/partners/").text
    for sent, says in (("", "Select an agency"), ("x", "Select an agency from the list")):
        refused = theirs.post("/partners/ask/", {"agency": sent})
        assert (refused.status_code, says in refused.text) == (422, True)
    asked = theirs.post("/partners/ask/", {"agency": lead.agency_id}, follow=True)
    assert "You have asked them" in asked.text
    agree, end = (f"/partners/{host.agency_id}/{step}/" for step in ("agree", "end"))
    assert "Asks you" in ours.get("/partners/").text
    assert "no level, no text, no evidence" in ours.get(agree).text
    assert "They see that you declined" in ours.get(end).text
    assert "You have agreed" in ours.post(agree, follow=True).text
    assert ours.post(agree).status_code == 409
    assert f"Your partnership with {host.agency.name} has ended" in ours.post(end, follow=True).text
    assert "They agreed on" in theirs.get("/partners/").text


@pytest.mark.parametrize("step", ["agree", "end"])
def test_an_agency_one_never_met_is_like_none(step, host, lead, client_for) -> None:
    client = client_for(lead)
    answers = [client.post(f"/partners/{pk}/{step}/") for pk in (host.agency_id, uuid.uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert csrf_free(answers[0].text) == csrf_free(answers[1].text)


def test_through_the_api(host, lead, client_for) -> None:
    theirs, ours = client_for(host), client_for(lead)
    at, address = "/api/v1/partners/", f"/api/v1/partners/{host.agency_id}/"
    json = {"content_type": "application/json"}
    for sent, code in (({}, 400), ({"agency": str(uuid.uuid4())}, 404)):
        assert theirs.post(at, sent, **json).status_code == code
    made = theirs.post(at, {"agency": str(lead.agency_id)}, **json)
    assert (made.status_code, made.json()["waits_for_them"]) == (201, True)
    assert ours.get(address).json()["waits_for_us"]
    agreed = ours.post(f"{address}agree/", {}, **json).json()
    assert agreed["is_agreed"]
    assert agreed["since"]
    assert ours.delete(address).status_code == 204
    (left,) = ours.get(at).json()
    assert (left["is_agreed"], left["name"]) == (False, host.agency.name)
    assert ours.delete(address).status_code == 409


def test_the_list_has_a_fixed_number_of_queries(host, floor, client_for) -> None:
    client = client_for(host)
    with owner():
        others = [make_partner(AgencyKind.LA) for _ in range(3)]
    befriend(host, others[0], acting)
    one = count_queries(lambda: client.get("/partners/"))
    for other in others[1:]:
        befriend(host, other, acting)
    assert count_queries(lambda: client.get("/partners/")) == one <= floor + 1
