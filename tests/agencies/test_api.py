"""People, invitations and the audit trail through the API."""

from __future__ import annotations

import uuid

import pytest

from agencies.actions import tokens
from agencies.models import Invitation, Membership
from agencies.permissions import Role
from tests import factories
from tests.agencies.people import actions_of, invite
from tests.conftest import acting, count_queries, owner

pytestmark = pytest.mark.django_db
API = "/api/v1/"
JSON = "application/json"
NEW = {"email": "new@agency.example", "display_name": "Manager", "role": "viewer"}


def test_person_is_invited_again_and_withdrawn(lead: Membership, client_for) -> None:
    client = client_for(lead)
    made = client.post(f"{API}invitations/", NEW, content_type=JSON)
    assert made.status_code == 201
    body = made.json()
    assert (body["email"], body["role"], body["is_open"]) == ("new@agency.example", "viewer", True)
    assert "token" not in made.text
    here = f"{API}invitations/{body['id']}/"
    assert client.post(f"{here}resend/").json()["sent_at"] is None
    assert client.delete(here).status_code == 204
    assert client.get(here).json()["revoked_at"]
    assert client.delete(here).status_code == 409
    expected = ["invitation.create", "invitation.resend", "invitation.revoke"]
    assert actions_of(lead.agency_id) == expected


def test_role_is_changed_and_membership_ended(
    lead: Membership, viewer: Membership, client_for
) -> None:
    client, here = client_for(lead), f"{API}people/{viewer.pk}/"
    changed = client.patch(here, {"role": "approver"}, content_type=JSON)
    assert changed.json()["role"] == "approver"
    assert client.delete(here).status_code == 204
    assert client.get(here).json()["is_active"] is False
    assert client.delete(here).status_code == 404
    active = client.get(f"{API}people/?is_active=true").json()["results"]
    assert [row["id"] for row in active] == [str(lead.pk)]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (NEW | {"email": "nobody"}, "email"),
        (NEW | {"role": "owner"}, "role"),
        (NEW | {"display_name": " "}, "display_name"),
        (NEW | {"agency": str(uuid.uuid4())}, "agency"),
        ({}, "email"),
    ],
)
def test_invitation_that_cannot_be_made_names_the_field(
    body, field, lead: Membership, client_for
) -> None:
    answer = client_for(lead).post(f"{API}invitations/", body, content_type=JSON)
    assert answer.status_code == 400
    assert field in answer.json()["errors"]
    with owner():
        assert not Invitation.objects.exists()


def test_only_lead_stays_one(lead: Membership, client_for) -> None:
    client, here = client_for(lead), f"{API}people/{lead.pk}/"
    assert client.patch(here, {"role": "viewer"}, content_type=JSON).status_code == 400
    assert client.delete(here).status_code == 400
    assert client.patch(here, {"is_active": False}, content_type=JSON).status_code == 400


def test_machine_is_listed_and_not_changed_here(lead: Membership, client_for) -> None:
    with acting(lead) as by:
        machine = tokens.make_machine(name="push", role=Role.VIEWER, by=by)
    client, here = client_for(lead), f"{API}people/{machine.pk}/"
    assert client.get(here).json()["is_machine"] is True
    assert client.patch(here, {"role": "lead"}, content_type=JSON).status_code == 404
    assert client.delete(here).status_code == 404


@pytest.mark.parametrize("role", ["contributor", "approver", "viewer"])
def test_people_are_the_leads(role, lead: Membership, request, client_for) -> None:
    member = request.getfixturevalue(role)
    invitation = invite(lead)
    client = client_for(member)
    person, offer = f"{API}people/{lead.pk}/", f"{API}invitations/{invitation.pk}/"
    answers = [
        client.get(f"{API}people/"),
        client.get(person),
        client.patch(person, {"role": "viewer"}, content_type=JSON),
        client.delete(person),
        client.get(f"{API}invitations/"),
        client.post(f"{API}invitations/", NEW, content_type=JSON),
        client.post(f"{offer}resend/"),
        client.delete(offer),
    ]
    assert [answer.status_code for answer in answers] == [403] * 8
    assert actions_of(lead.agency_id) == ["invitation.create"]


def test_trail_is_read_with_filters_and_pages(
    lead: Membership, approver: Membership, viewer: Membership, stranger: Membership, client_for
) -> None:
    for number in range(3):
        invite(lead, f"new{number}@agency.example")
    invite(stranger)
    client = client_for(approver)
    page = client.get(f"{API}audit/?page_size=2").json()
    assert [row["seq"] for row in page["results"]] == [3, 2]
    rest = client.get(page["next"]).json()["results"]
    assert [row["seq"] for row in rest] == [1]
    assert rest[0]["hash"] == page["results"][1]["prev_hash"]
    assert rest[0]["what"] == "Invited a person"
    for query, count in (
        (f"actor={lead.pk}", 3),
        (f"actor={approver.pk}", 0),
        ("action=invitation.create", 3),
        ("action=x", 0),
        ("date_from=2099-01-01", 0),
        ("date_to=2099-01-01", 3),
    ):
        assert len(client.get(f"{API}audit/?{query}").json()["results"]) == count, query
    for query in ("actor=x", "date_from=32"):
        assert client.get(f"{API}audit/?{query}").status_code == 400
    assert client_for(viewer).get(f"{API}audit/").status_code == 403


@pytest.mark.parametrize("path", ["people/", "invitations/", "audit/"])
def test_lists_have_a_fixed_number_of_queries(path, lead: Membership, client_for) -> None:
    client = client_for(lead)
    invite(lead)
    few = count_queries(lambda: client.get(API + path))
    for number in range(3):
        invite(lead, f"new{number}@agency.example")
        with owner():
            factories.make_member(lead.agency, Role.VIEWER)
    assert count_queries(lambda: client.get(API + path)) == few <= 8
