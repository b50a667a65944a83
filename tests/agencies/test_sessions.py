"""How long a session lasts, what it costs, and ending it."""

from __future__ import annotations

import datetime
import time

import pytest
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from agencies.models import Membership, User
from agencies.sessions import BEGAN, IDLE, SessionStore
from tests.agencies.people import PASSWORD, service_actions, sign_in_of
from tests.browsing import visitor
from tests.conftest import count_queries

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)


def _row(client: Client) -> Session:
    return Session.objects.get(pk=client.cookies["session"].value)


def _age(client: Client, *, idle: int = 0, began: int = 0) -> None:
    """As if the session had not been used for `idle` minutes, and begun `began` minutes ago."""
    row = _row(client)
    row.expire_date -= idle * MINUTE
    data = row.get_decoded() | ({BEGAN: time.time() - 60 * began} if began else {})
    row.session_data = SessionStore().encode(data)
    row.save()


def _sign_in(user: User, **more: str) -> Client:
    client = visitor()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD}, **more)
    return client


@pytest.fixture
def user() -> User:
    return sign_in_of("sits@agency.example")


def test_half_an_hour_without_a_request_ends_it(user: User) -> None:
    client = _sign_in(user)
    _age(client, idle=29)
    assert client.get("/accounts/security/").status_code == 200
    assert _row(client).expire_date > timezone.now() + 29 * MINUTE  # used again: another half hour
    _age(client, idle=31)
    assert client.get("/accounts/security/").headers["Location"].startswith("/accounts/login/")


def test_twelve_hours_end_it_however_busy(user: User) -> None:
    client = _sign_in(user)
    _age(client, began=12 * 60 - 5)
    assert client.get("/accounts/security/").status_code == 200
    _age(client, began=12 * 60 + 1)
    key = client.cookies["session"].value
    assert client.get("/accounts/security/").headers["Location"].startswith("/accounts/login/")
    assert not Session.objects.filter(pk=key).exists()


def test_staff_of_the_scheme_have_fifteen_minutes(user: User) -> None:
    client = _sign_in(user)
    session = client.session
    session[IDLE] = 15 * 60
    session.save()
    assert _row(client).expire_date < timezone.now() + 16 * MINUTE


def test_signing_in_gives_another_key(user: User) -> None:
    client = visitor()
    session = client.session
    session["planted"] = "before"
    session.save()
    client.cookies["session"] = session.session_key
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert get_user(client) == user
    assert client.cookies["session"].value != session.session_key
    assert not Session.objects.filter(pk=session.session_key).exists()


def test_use_is_noted_once_a_minute_and_costs_nothing_else(lead: Membership, client_for) -> None:
    client = client_for(lead)
    client.get("/assessments/")
    usual = count_queries(lambda: client.get("/assessments/"))
    _age(client, idle=5)
    assert count_queries(lambda: client.get("/assessments/")) == usual + 1
    assert count_queries(lambda: client.get("/assessments/")) == usual


def test_sessions_are_listed_and_each_can_be_ended(user: User) -> None:
    here = _sign_in(user)
    other = _sign_in(user, HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0")
    page = here.get("/accounts/sessions/").text
    assert "Firefox on Windows" in page and "(this browser)" in page
    number = page.split("/accounts/sessions/")[1].split("/end/")[0]
    here.post(f"/accounts/sessions/{number}/end/")
    assert get_user(other).is_anonymous
    assert get_user(here) == user
    assert "Firefox on Windows" not in here.get("/accounts/sessions/").text
    assert service_actions(user.pk)[-1] == "user.end_session"


def test_all_other_sessions_end_at_once(user: User) -> None:
    here, others = _sign_in(user), [_sign_in(user) for _ in range(3)]
    one = count_queries(lambda: here.get("/accounts/sessions/"))
    here.post("/accounts/sessions/end-others/")
    assert [get_user(other).is_anonymous for other in others] == [True] * 3
    assert "You are signed out everywhere else." in here.get("/accounts/sessions/").text
    assert count_queries(lambda: here.get("/accounts/sessions/")) == one


def test_nobody_ends_a_session_of_somebody_else(user: User) -> None:
    mine, theirs = _sign_in(user), _sign_in(sign_in_of("other@agency.example"))
    _sign_in(user)
    number = mine.get("/accounts/sessions/").text.split("/accounts/sessions/")[1].split("/end/")[0]
    assert theirs.post(f"/accounts/sessions/{number}/end/").status_code == 404
    assert get_user(mine) == user


def test_changed_password_ends_the_rows_of_sessions(user: User) -> None:
    here, other = _sign_in(user), _sign_in(user)
    form = {"oldpassword": PASSWORD, "password1": "nine brown teapots"}
    here.post("/accounts/password/change/", form)
    assert not Session.objects.filter(pk=other.cookies["session"].value).exists()


def test_counting_up_the_epoch_ends_every_session(user: User) -> None:
    client = _sign_in(user)
    User.objects.filter(pk=user.pk).update(sign_in_epoch=1)
    assert get_user(client).is_anonymous


def test_without_a_password_there_is_none_to_change(user: User) -> None:
    client = _sign_in(user)
    User.objects.filter(pk=user.pk).update(password="!")
    client.force_login(User.objects.get(pk=user.pk))
    answer = client.get("/accounts/password/change/")
    assert answer.status_code == 409
    assert "You have no password here" in answer.text
