"""The page of people: who sees it, what it does, and the last lead."""

from __future__ import annotations

import uuid
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from agencies.actions import people
from agencies.hats import hats_of
from agencies.models import Invitation, Membership
from agencies.permissions import Role
from agencies.workflow import NotAllowed
from standards.models import Edition
from tests import factories
from tests.agencies.people import actions_of, all_at_once, csrf_free, invite
from tests.conftest import acting, count_queries, owner

pytestmark = pytest.mark.django_db


def _second_lead(lead: Membership) -> Membership:
    with owner():
        return factories.make_member(lead.agency, Role.LEAD)


def _stored(member: Membership) -> Membership:
    with owner():
        return Membership.objects.get(pk=member.pk)


def test_page_lists_members_and_invitations(
    lead: Membership, viewer: Membership, stranger: Membership, client_for
) -> None:
    invite(lead, "invited@agency.example")
    invite(stranger, "elsewhere@agency.example")
    page = client_for(lead).get("/people/")
    assert page.status_code == 200
    for words in (lead.display_name, viewer.email, "invited@agency.example", "The only lead"):
        assert words in page.text
    for words in (stranger.email, "elsewhere@agency.example"):
        assert words not in page.text


def test_page_has_a_fixed_number_of_queries(lead: Membership, floor: int, client_for) -> None:
    client = client_for(lead)
    few = count_queries(lambda: client.get("/people/"))
    for number in range(3):
        with owner():
            factories.make_member(lead.agency, Role.VIEWER)
        invite(lead, f"person{number}@invited.example")
    assert count_queries(lambda: client.get("/people/")) == few <= floor + 2


@pytest.mark.parametrize("role", ["contributor", "approver", "viewer"])
def test_others_see_nothing_of_it(
    role: str, lead: Membership, request: pytest.FixtureRequest, client_for
) -> None:
    colleague = request.getfixturevalue(role)
    invitation = invite(lead)
    client = client_for(colleague)
    for path in _paths(lead.pk, invitation.pk):
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code in (403, 405), path
            assert invitation.email not in answer.text
    assert client.post(f"/people/invitations/{invitation.pk}/resend/").status_code == 403


def test_foreign_and_unknown_ids_answer_alike(
    lead: Membership, stranger: Membership, client_for
) -> None:
    theirs = invite(stranger)
    client = client_for(lead)
    foreign, unknown = _paths(stranger.pk, theirs.pk), _paths(uuid.uuid4(), uuid.uuid4())
    for path, nothing in zip(foreign[2:], unknown[2:], strict=True):
        answers = [client.post(each, {"role": "viewer"}) for each in (path, nothing)]
        assert [answer.status_code for answer in answers] == [404, 404], path
        assert csrf_free(answers[0].text) == csrf_free(answers[1].text)
    assert _stored(stranger).role == Role.LEAD


def _paths(member: uuid.UUID, invitation: uuid.UUID) -> list[str]:
    return [
        "/people/",
        "/people/invite/",
        f"/people/{member}/role/",
        f"/people/{member}/remove/",
        f"/people/invitations/{invitation}/resend/",
        f"/people/invitations/{invitation}/withdraw/",
    ]


def test_inviting_from_the_page(lead: Membership, client_for) -> None:
    client = client_for(lead)
    said = {"email": "new@agency.example", "display_name": "Team manager", "role": "viewer"}
    assert client.post("/people/invite/", {**said, "email": "new"}).status_code == 422
    answer = client.post("/people/invite/", said, follow=True)
    assert "on its way to new@agency.example" in answer.text
    with owner():
        invitation = Invitation.objects.get()
    assert (invitation.role, invitation.invited_by_id) == ("viewer", lead.pk)
    client.post(f"/people/invitations/{invitation.pk}/resend/")
    withdraw = f"/people/invitations/{invitation.pk}/withdraw/"
    assert "Team manager" in client.get(withdraw).text
    assert "withdrawn" in client.post(withdraw, follow=True).text
    assert client.post(withdraw).status_code == 409
    assert actions_of(lead.agency_id) == [
        "invitation.create",
        "invitation.resend",
        "invitation.revoke",
    ]


def test_role_changes_take_effect_on_the_next_page(
    lead: Membership, viewer: Membership, client_for
) -> None:
    theirs = client_for(viewer)
    assert theirs.get("/people/").status_code == 403
    answer = client_for(lead).post(f"/people/{viewer.pk}/role/", {"role": "lead"}, follow=True)
    assert "is now lead" in answer.text
    assert theirs.get("/people/").status_code == 200


def test_removed_person_is_out_at_once(lead: Membership, viewer: Membership, client_for) -> None:
    theirs = client_for(viewer)
    assert theirs.get("/floor-does-not-exist/").status_code == 404
    client = client_for(lead)
    assert viewer.display_name in client.get(f"/people/{viewer.pk}/remove/").text
    client.post(f"/people/{viewer.pk}/remove/")
    assert hats_of(viewer.user_id) == []
    answer = theirs.get("/people/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/switch/")
    assert "no access at the moment" in theirs.get("/switch/").text
    assert viewer.display_name in client.get("/people/").text  # the name stays
    assert client.post(f"/people/{viewer.pk}/remove/").status_code == 404


def test_last_lead_stays(lead: Membership, viewer: Membership, client_for) -> None:
    client = client_for(lead)
    answers = [
        client.post(f"/people/{lead.pk}/role/", {"role": "viewer"}),
        client.post(f"/people/{lead.pk}/remove/"),
    ]
    for answer in answers:
        assert answer.status_code == 422
        assert "This is the only lead" in answer.text
    stored = _stored(lead)
    assert (stored.role, stored.is_active) == (Role.LEAD, True)
    assert actions_of(lead.agency_id) == []


def test_lead_of_another_agency_does_not_count(lead: Membership, stranger: Membership) -> None:
    with owner(), pytest.raises(ValidationError, match="only lead"):  # the owner sees both
        people.remove(lead, by=lead)


def test_removed_lead_does_not_count(lead: Membership) -> None:
    second = _second_lead(lead)
    with acting(lead) as by:
        people.remove(second, by=by)
        with pytest.raises(ValidationError, match="only lead"):
            people.remove(lead, by=by)
        with pytest.raises(NotAllowed, match="already"):
            people.remove(second, by=by)


def test_lead_may_leave_when_there_is_another(lead: Membership, client_for) -> None:
    _second_lead(lead)
    answer = client_for(lead).post(f"/people/{lead.pk}/remove/")
    assert answer.headers["Location"] == "/switch/"


@pytest.mark.django_db(transaction=True)
def test_two_leads_who_remove_each_other_leave_one(lead: Membership) -> None:
    second = _second_lead(lead)
    pairs = [(lead, second), (second, lead)]
    both_are_inside = Barrier(2)  # else the faster one may have removed the other already

    def remove(number: int) -> bool:
        who, whom = pairs[number]
        with acting(who) as by:
            both_are_inside.wait(timeout=30)
            try:
                people.remove(whom, by=by)
            except ValidationError:
                return False
        return True

    assert sorted(all_at_once(2, remove)) == [False, True]
    assert sorted(_stored(member).is_active for member in (lead, second)) == [False, True]


def test_colleague_cannot_change_people_by_action(lead: Membership, viewer: Membership) -> None:
    with acting(viewer) as by:
        with pytest.raises(PermissionDenied):
            people.change_role(by, role=Role.LEAD, by=by)
        with pytest.raises(PermissionDenied):
            people.remove(lead, by=by)


def test_form_opened_for_another_agency_is_refused_and_keeps_the_text(
    lead: Membership, stranger: Membership, client_for
) -> None:
    said = {"email": "new@agency.example", "display_name": "Team manager", "role": "viewer"}
    carried = {**said, "acting_for": str(stranger.agency_id)}
    answer = client_for(lead).post("/people/invite/", carried)
    assert answer.status_code == 409
    for words in ("another agency", lead.agency.name, "Team manager", "Nothing was saved"):
        assert words in answer.text
    assert stranger.agency.name not in answer.text  # the id may have been made up
    assert f'name="acting_for" value="{stranger.agency_id}"' in answer.text
    with owner():
        assert not Invitation.objects.exists()
    assert client_for(lead).post("/people/invite/", {**said, "acting_for": "x"}).status_code == 409
    own = {**said, "acting_for": str(lead.agency_id)}
    assert client_for(lead).post("/people/invite/", own).status_code == 302


def test_names_are_shown_literally(lead: Membership, client_for) -> None:
    with owner():
        Membership.objects.filter(pk=lead.pk).update(display_name="<script>alert(1)</script>")
    page = client_for(lead).get("/people/").text
    assert "<script>alert(1)</script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_anonymous_is_asked_to_sign_in() -> None:
    answer = Client().get("/people/")
    assert answer.headers["Location"] == "/accounts/login/?next=/people/"


def test_start_of_a_self_assessment_carries_its_agency_too(
    lead: Membership, stranger: Membership, edition: Edition, client_for
) -> None:
    client = client_for(lead)
    page = client.get("/assessments/start/").text
    assert f'name="acting_for" value="{lead.agency_id}"' in page
    said = {"title": "Our year", "acting_for": str(stranger.agency_id)}
    answer = client.post("/assessments/start/", said)
    assert answer.status_code == 409
    assert "Our year" in answer.text
