"""The page on which an invitation is accepted: every way it can go wrong has its own answer."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.db import connection
from django.utils import timezone
from structlog.stdlib import ProcessorFormatter

from agencies.actions import invitations
from agencies.hats import SESSION_KEY, hats_of
from agencies.models import Invitation, Membership, User
from agencies.permissions import Role
from agencies.workflow import NotAllowed
from tests.agencies.people import (
    PASSWORD,
    actions_of,
    all_at_once,
    invite,
    page_of,
    service_actions,
    sign_in_of,
)
from tests.browsing import visitor
from tests.conftest import acting, owner
from tests.factories import make_member

pytestmark = pytest.mark.django_db


def test_new_person_chooses_a_password_and_is_in(lead: Membership) -> None:
    page, browser = page_of(invite(lead)), visitor()
    asked = browser.get(page)
    assert asked.status_code == 200
    for words in (lead.agency.name, "Contributor", "new@agency.example", "Choose a password"):
        assert words in asked.text
    answer = browser.post(page, {"password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    user = User.objects.get(email="new@agency.example")
    assert get_user(browser) == user
    assert user.check_password(PASSWORD)
    assert [hat.agency_id for hat in hats_of(user.pk)] == [lead.agency_id]
    assert browser.session[SESSION_KEY] == str(lead.agency_id)
    assert actions_of(lead.agency_id) == ["invitation.create", "invitation.accept"]
    assert service_actions(user.pk) == ["user.sign_in"]


@pytest.mark.parametrize("password", ["short", "password1234", "new@agency.example", ""])
def test_poor_password_is_refused_and_the_invitation_stays_open(
    lead: Membership, password: str
) -> None:
    page, browser = page_of(invite(lead)), visitor()
    answer = browser.post(page, {"password": password})
    assert answer.status_code == 422
    assert "There is a problem" in answer.text
    assert not User.objects.filter(email="new@agency.example").exists()
    assert browser.get(page).status_code == 200


def test_person_with_a_sign_in_is_sent_to_sign_in_first(lead: Membership) -> None:
    sign_in_of("new@agency.example")
    page, browser = page_of(invite(lead)), visitor()
    asked = browser.get(page)
    assert "Sign in to accept" in asked.text
    assert "Choose a password" not in asked.text
    assert browser.post(page, {"password": "a new password!"}).status_code == 409
    signed_in = browser.post(
        "/accounts/login/", {"login": "new@agency.example", "password": PASSWORD, "next": page}
    )
    assert signed_in.headers["Location"] == page
    assert browser.post(page).status_code == 302
    assert browser.session[SESSION_KEY] == str(lead.agency_id)


def test_person_signed_in_as_another_is_told_and_gets_nothing(
    lead: Membership, viewer: Membership, client_for
) -> None:
    page, browser = page_of(invite(lead)), client_for(viewer)
    asked = browser.get(page)
    assert "signed in as somebody else" in asked.text
    assert viewer.user.email in asked.text
    assert browser.post(page).status_code == 409
    assert browser.get(page).status_code == 200  # still open for the right person


def test_database_refuses_another_address_whatever_the_page_does(
    lead: Membership, viewer: Membership
) -> None:
    invitation = invite(lead)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ctx.accept_invitation(%s, %s)", [invitation.token_hash, viewer.user_id]
        )
        assert cursor.fetchone() == (None,)


def test_second_use_is_refused(lead: Membership) -> None:
    page, first, second = page_of(invite(lead)), visitor(), visitor()
    first.post(page, {"password": PASSWORD})
    again = second.post(page, {"password": "another password!"})
    assert again.status_code == 410
    assert "has been used" in again.text
    assert "You accepted it" in first.get(page).text
    assert User.objects.get(email="new@agency.example").check_password(PASSWORD)


@pytest.mark.parametrize(
    ("end", "words"),
    [
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "has run out"),
        ({"revoked_at": timezone.now()}, "has been withdrawn"),
    ],
)
def test_ended_invitation_says_so(lead: Membership, end: dict, words: str) -> None:
    page = page_of(invite(lead))
    with owner():
        Invitation.objects.update(**end)
    for answer in (visitor().get(page), visitor().post(page, {"password": PASSWORD})):
        assert answer.status_code == 410
        assert words in answer.text
    assert not User.objects.filter(email="new@agency.example").exists()


def test_unknown_and_malformed_links_look_alike(lead: Membership) -> None:
    invite(lead)
    answers = [
        visitor().get(f"/invitation/{token}/")
        for token in ("A" * 43, "x", "..%2e", "é", "A" * 500, "' OR 1=1 --")
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


def test_guessing_is_slowed_down(lead: Membership) -> None:
    browser = visitor()
    codes = [browser.post("/invitation/guess/").status_code for _ in range(21)]
    assert codes == [404] * 20 + [429]


def test_link_for_one_agency_gives_nothing_in_another(
    lead: Membership, stranger: Membership
) -> None:
    user = sign_in_of("new@agency.example")
    invite(stranger)
    with acting(lead):
        assert not Invitation.objects.exists()
    from_us = invite(lead)
    invitations.accept(page_of(from_us).split("/")[2], by=user)
    assert [hat.agency_id for hat in hats_of(user.pk)] == [lead.agency_id]


def test_leftover_link_of_a_removed_person_is_refused(lead: Membership, client_for) -> None:
    page, user = page_of(invite(lead, role=Role.LEAD)), sign_in_of("new@agency.example")
    with owner():
        member = make_member(lead.agency, Role.VIEWER, user)
    assert client_for(lead).post(f"/people/{member.pk}/remove/").status_code == 302
    browser = visitor()
    browser.force_login(user)
    answer = browser.post(page)
    assert answer.status_code == 410
    assert "This invitation has been withdrawn" in answer.text
    with pytest.raises(NotAllowed):
        invitations.accept(page.split("/")[2], by=user)
    assert hats_of(user.pk) == []


def test_link_changes_nothing_for_an_active_member(lead: Membership) -> None:
    """Else the only lead could become a viewer, or a viewer a lead."""
    page, user = page_of(invite(lead, role=Role.VIEWER)), sign_in_of("new@agency.example")
    with owner():
        make_member(lead.agency, Role.LEAD, user)
    browser = visitor()
    browser.force_login(user)
    answer = browser.post(page)
    assert answer.status_code == 409
    assert "If you are a member of the agency already, you need no invitation" in answer.text
    assert [hat.role for hat in hats_of(user.pk)] == [Role.LEAD]
    assert actions_of(lead.agency_id) == ["invitation.create"]


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_one_accepted(lead: Membership) -> None:
    """B17."""
    invitation = invite(lead)
    user = sign_in_of("new@agency.example")
    browsers = [visitor() for _ in range(20)]
    for browser in browsers:
        browser.force_login(user)
    answers = all_at_once(20, lambda number: browsers[number].post(page_of(invitation)))
    codes = sorted(answer.status_code for answer in answers)
    assert codes.count(302) == 1
    assert set(codes) <= {302, 409, 410}
    assert [hat.agency_id for hat in hats_of(user.pk)] == [lead.agency_id]
    assert actions_of(lead.agency_id).count("invitation.accept") == 1


@pytest.mark.django_db(transaction=True)
def test_sign_up_raced_makes_one_person(lead: Membership) -> None:
    page = page_of(invite(lead))
    browsers = [visitor() for _ in range(4)]
    passwords = [f"{PASSWORD} {number}" for number in range(4)]
    answers = all_at_once(
        4, lambda number: browsers[number].post(page, {"password": passwords[number]})
    )
    codes = [answer.status_code for answer in answers]
    assert codes.count(302) == 1
    assert set(codes) <= {302, 409, 410}
    user = User.objects.get(email="new@agency.example")
    assert user.check_password(passwords[codes.index(302)])
    assert actions_of(lead.agency_id).count("invitation.accept") == 1


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the service's own log handler writes."""
    root, text = logging.getLogger(), io.StringIO()
    formatters = [handler.formatter for handler in root.handlers]
    handler = logging.StreamHandler(text)
    handler.setFormatter(next(f for f in formatters if isinstance(f, ProcessorFormatter)))
    root.addHandler(handler)
    yield text
    root.removeHandler(handler)


def test_link_stands_in_no_log(
    lead: Membership, viewer: Membership, client_for, log: io.StringIO
) -> None:
    page = page_of(invite(lead))
    visitor().get(page)
    client_for(viewer).post(page)  # refused, so Django itself writes a line too
    logged = [json.loads(line) for line in log.getvalue().splitlines()]
    assert "Conflict: /invitation/…/" in [line["event"] for line in logged]
    assert "GET /invitation/…/" in [line.get("request") for line in logged]
    assert page.split("/")[2] not in log.getvalue()
