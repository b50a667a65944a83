"""Choosing the agency to act for."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.utils import timezone

from agencies.hats import SESSION_KEY
from agencies.models import Agency, Membership, User
from agencies.permissions import Role
from tests import factories
from tests.conftest import owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_hats(lead: Membership, other_agency: Agency) -> Membership:
    """The lead, who is a viewer in the other agency too."""
    with owner():
        return factories.make_member(other_agency, Role.VIEWER, lead.user)


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_person_with_one_hat_need_not_choose(lead: Membership) -> None:
    client = _signed_in(lead.user)
    assert client.get("/people/").status_code == 200
    assert client.session[SESSION_KEY] == str(lead.agency_id)


def test_person_with_two_hats_chooses(lead: Membership, two_hats: Membership) -> None:
    client = _signed_in(lead.user)
    assert client.get("/people/").headers["Location"] == "/switch/"
    page = client.get("/switch/").text
    assert lead.agency.name in page
    assert two_hats.agency.name in page
    client.post("/switch/", {"agency": str(two_hats.agency_id)})
    assert client.get("/people/").status_code == 403  # a viewer there
    client.post("/switch/", {"agency": str(lead.agency_id)})
    assert client.get("/people/").status_code == 200


def test_agency_without_a_hat_cannot_be_chosen(lead: Membership, other_agency: Agency) -> None:
    client = _signed_in(lead.user)
    before = client.get("/people/").status_code
    for choice in (str(other_agency.pk), str(uuid.uuid4()), "nonsense", ""):
        answer = client.post("/switch/", {"agency": choice})
        assert answer.status_code == 422
        assert "Select an agency" in answer.text
        assert other_agency.name not in answer.text
    assert client.get("/people/").status_code == before == 200


def test_ended_hat_is_not_offered(lead: Membership, two_hats: Membership) -> None:
    with owner():
        Membership.objects.filter(pk=two_hats.pk).update(is_active=False, ended_at=timezone.now())
    client = _signed_in(lead.user)
    assert two_hats.agency.name not in client.get("/switch/").text


def test_person_without_a_hat_is_told(db: None) -> None:
    client = _signed_in(factories.make_user("alone@agency.example"))
    assert client.get("/people/").headers["Location"] == "/switch/"
    page = client.get("/switch/")
    assert page.status_code == 200
    assert "no access at the moment" in page.text
    assert "Sign out" in page.text
    assert client.post("/switch/", {"agency": str(uuid.uuid4())}).status_code == 422


def test_hat_of_the_session_is_checked_by_the_database(
    lead: Membership, other_agency: Agency
) -> None:
    client = _signed_in(lead.user)
    session = client.session
    session[SESSION_KEY] = str(other_agency.pk)
    session.save()
    assert client.get("/people/").headers["Location"] == "/switch/"
