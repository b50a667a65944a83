"""Sensitive steps ask again after a while, and nothing that was typed is lost."""

from __future__ import annotations

import pytest
from django.test import Client

from agencies.models import Invitation, Membership
from agencies.permissions import Role
from tests.agencies.people import PASSWORD, actions_of
from tests.browsing import just_signed_in
from tests.conftest import owner

pytestmark = pytest.mark.django_db
CONFIRM = "/accounts/confirm/"


@pytest.fixture
def aged(lead: Membership, client_for) -> Client:
    """The lead's browser, twenty minutes after signing in."""
    from allauth.account.models import EmailAddress

    lead.user.set_password(PASSWORD)
    lead.user.save()
    EmailAddress.objects.create(user=lead.user, email=lead.user.email, primary=True, verified=True)
    client = client_for(lead)
    _age(client, lead)
    return client


def _age(client: Client, member: Membership) -> None:
    session = client.session
    session.update(just_signed_in(member.user_id, seconds_ago=20 * 60))
    session.save()


@pytest.mark.parametrize(
    "path", ["/people/invite/", "/people/{member}/role/", "/people/{member}/remove/",
             "/people/{member}/second-factor/"],
)  # fmt: skip
def test_form_of_a_sensitive_step_asks_first(aged: Client, viewer: Membership, path: str) -> None:
    path = path.format(member=viewer.pk)
    asked = aged.get(path).headers["Location"]
    assert asked.startswith(f"{CONFIRM}?next=%2Fpeople%2F")
    assert "Confirm it is you" in aged.get(asked).text
    wrong = aged.post(asked, {"password": "not the password"})
    assert "There is a problem" in wrong.text
    assert aged.post(asked, {"password": PASSWORD}).headers["Location"] == path
    assert aged.get(path).status_code == 200


def test_what_was_typed_when_the_time_ran_out_is_there_again(
    aged: Client, lead: Membership
) -> None:
    typed = {"email": "typed@agency.example", "display_name": "Typed name", "role": Role.VIEWER}
    asked = aged.post("/people/invite/", typed).headers["Location"]
    with owner():
        assert not Invitation.objects.exists()
    aged.post(asked, {"password": PASSWORD})
    page = aged.get("/people/invite/").text
    assert 'value="typed@agency.example"' in page and 'value="Typed name"' in page
    assert "There is a problem" not in page
    assert 'value="typed' not in aged.get("/people/invite/").text  # shown once
    aged.post("/people/invite/", typed)
    assert actions_of(lead.agency_id)[-1] == "invitation.create"


def test_confirming_gives_the_session_another_key(aged: Client) -> None:
    before = aged.cookies["session"].value
    aged.post(CONFIRM, {"password": PASSWORD})
    assert aged.cookies["session"].value != before
    assert aged.get("/people/").status_code == 200


def test_file_of_the_audit_trail_asks_and_leads_back_to_its_page(aged: Client) -> None:
    asked = aged.get("/audit/events.csv?action=agency.create").headers["Location"]
    assert asked == f"{CONFIRM}?next=%2Faudit%2F%3Faction%3Dagency.create"
    aged.post(asked, {"password": PASSWORD})
    assert aged.get("/audit/events.csv").status_code == 200


def test_removing_a_factor_asks_too(aged: Client) -> None:
    assert aged.get("/accounts/security/app/").headers["Location"].startswith(CONFIRM)
    assert aged.get("/accounts/security/key/").headers["Location"].startswith(CONFIRM)


def test_ordinary_work_does_not_ask(aged: Client) -> None:
    assert aged.get("/people/").status_code == 200
    assert aged.get("/assessments/").status_code == 200


def test_next_leads_nowhere_else(aged: Client) -> None:
    asked = f"{CONFIRM}?next=https://evil.example/"
    assert aged.post(asked, {"password": PASSWORD}).headers["Location"] == "/"


def test_guessing_the_password_here_is_stopped_too(aged: Client) -> None:
    for number in range(10):
        answer = aged.post(CONFIRM, {"password": f"wrong guess {number}"})
    assert "Too many attempts" in answer.text
    assert aged.post(CONFIRM, {"password": PASSWORD}).status_code == 429
