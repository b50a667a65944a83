"""Signing in and out, passwords, and what these pages do not tell."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import get_user
from django.core import mail
from django.test import Client
from django.urls import NoReverseMatch, reverse

from agencies import accounts
from agencies.models import Membership
from tests.agencies.factors import set_up_app
from tests.agencies.people import PASSWORD, csrf_free, service_actions, sign_in_of
from tests.browsing import visitor

pytestmark = pytest.mark.django_db
EMAIL = "person@agency.example"


def _sign_in(client: Client, email: str = EMAIL, password: str = PASSWORD, **more: str):
    return client.post("/accounts/login/", {"login": email, "password": password, **more})


def _sent() -> list[str]:
    """The texts of the mails, once the thread that sends them has caught up."""
    accounts.post.submit(lambda: None).result()
    return [letter.body for letter in mail.outbox]


def test_sign_in_and_out() -> None:
    user, client = sign_in_of(EMAIL), visitor()
    assert "Sign in" in client.get("/accounts/login/").text
    answer = _sign_in(client, "Person@Agency.example")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert get_user(client) == user
    assert "Do you want to sign out?" in client.get("/accounts/logout/").text
    assert get_user(client) == user  # a link signs nobody out
    out = client.post("/accounts/logout/")
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert get_user(client).is_anonymous
    assert service_actions(user.pk) == ["user.sign_in", "user.sign_out"]


def test_unknown_address_and_wrong_password_look_alike() -> None:
    user = sign_in_of(EMAIL)
    known = _sign_in(visitor(), password="wrong horse battery")
    unknown = _sign_in(visitor(), email="nobody@agency.ex", password="wrong horse battery")
    assert known.status_code == unknown.status_code
    assert csrf_free(known.text) == csrf_free(unknown.text).replace("nobody@agency.ex", EMAIL)
    assert "The email address or the password is not right" in known.text
    assert service_actions(user.pk) == []
    assert service_actions()[-2:] == ["user.sign_in_failed"] * 2


def test_guessing_is_stopped_also_with_the_right_password() -> None:
    user, client = sign_in_of("guessed@agency.example"), visitor()
    for number in range(5):
        _sign_in(client, user.email, f"wrong guess number {number}")
    answer = _sign_in(client, user.email)
    assert "Too many attempts" in answer.text
    assert get_user(client).is_anonymous
    assert service_actions()[-1] == "user.sign_in_refused"


@pytest.fixture
def ten_an_address(settings) -> None:
    """The limit of an address as tests can reach it: each wrong password takes its time."""
    settings.ACCOUNT_RATE_LIMITS = {
        **settings.ACCOUNT_RATE_LIMITS,
        "login_failed": "10/5m/ip,5/5m/key",
    }


def test_ten_guesses_that_claim_ten_addresses_are_of_one_account() -> None:
    user, client = sign_in_of("claimed@agency.example"), visitor()
    for number in range(10):
        claimed = {"X-Forwarded-For": f"198.51.100.{number}"}
        form = {"login": user.email, "password": f"wrong guess number {number}"}
        answer = client.post("/accounts/login/", form, headers=claimed)
    assert "Too many attempts" in answer.text
    assert "Too many attempts" in _sign_in(client, user.email).text


def test_guessing_is_stopped_by_address_whatever_the_headers_say(ten_an_address: None) -> None:
    """Ten wrong passwords, each for another account and from another address as it claims."""
    user, client = sign_in_of("spoofed@agency.example"), visitor()
    for number in range(10):
        claimed = {"X-Forwarded-For": f"198.51.100.{number}"}
        form = {"login": f"guess{number}@agency.example", "password": "wrong horse battery"}
        client.post("/accounts/login/", form, headers=claimed)
    form = {"login": user.email, "password": PASSWORD}
    answer = client.post("/accounts/login/", form, headers={"X-Forwarded-For": "198.51.100.99"})
    assert "Too many attempts" in answer.text
    assert get_user(client).is_anonymous
    assert _sign_in(visitor(), user.email).headers["Location"] == "/"


def test_address_behind_a_trusted_proxy_is_the_last_one(settings, ten_an_address: None) -> None:
    """The proxy's word counts; what a client put before it does not."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    user, proxy = sign_in_of("proxied@agency.example"), visitor()
    for number in range(11):
        forwarded = f"198.51.100.{number}, 203.0.113.{len(user.email)}"
        form = {"login": f"guess{number}@agency.example", "password": "wrong horse battery"}
        answer = proxy.post("/accounts/login/", form, headers={"X-Forwarded-For": forwarded})
    assert "Too many attempts" in answer.text
    form = {"login": user.email, "password": PASSWORD}
    other = proxy.post("/accounts/login/", form, headers={"X-Forwarded-For": "203.0.113.250"})
    assert other.headers["Location"] == "/"


def test_inactive_person_cannot_sign_in() -> None:
    user, client = sign_in_of(EMAIL), visitor()
    user.is_active = False
    user.save()
    assert _sign_in(client).headers["Location"] == "/accounts/inactive/"
    assert get_user(client).is_anonymous
    assert "closed" in client.get("/accounts/inactive/").text


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_next_leads_nowhere_else(elsewhere: str) -> None:
    sign_in_of(EMAIL)
    assert _sign_in(visitor(), next=elsewhere).headers["Location"] == "/"


@pytest.mark.parametrize("name", ["account_signup", "account_email", "account_set_password"])
def test_pages_we_do_not_want_do_not_exist(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)
    assert Client().get("/accounts/signup/").status_code in (302, 404)


def test_password_reset_tells_nobody_whether_there_is_a_sign_in(settings) -> None:
    settings.SERVICE_URL = "https://service.example"
    sign_in_of(EMAIL)
    answers = [
        visitor().post("/accounts/password/reset/", {"email": email}, follow=True)
        for email in (EMAIL, "nobody@agency.example")
    ]
    assert answers[0].text == answers[1].text
    (text,) = _sent()
    assert "https://service.example/accounts/password/reset/key/" in text


def test_password_reset_works_once_and_ends_other_sessions() -> None:
    user, elsewhere, client = sign_in_of(EMAIL), visitor(), visitor()
    _sign_in(elsewhere)
    client.post("/accounts/password/reset/", {"email": EMAIL})
    link = re.search(r"/accounts/password/reset/key/\S+", _sent()[0]).group()
    page = client.get(link, follow=True)
    form = page.request["PATH_INFO"]
    assert "Choose a new password" in page.text
    assert "There is a problem" in client.post(form, {"password1": "short"}).text
    done = client.post(form, {"password1": "nine brown teapots"}, follow=True)
    assert "Your password is changed" in done.text
    user.refresh_from_db()
    assert user.check_password("nine brown teapots")
    assert get_user(elsewhere).is_anonymous
    assert "no longer works" in visitor().get(link, follow=True).text
    assert "user.set_password" in service_actions(user.pk)
    assert "changed by a link sent to this address" in _sent()[-1]


def test_password_change_asks_for_the_old_one() -> None:
    user, client = sign_in_of(EMAIL), visitor()
    _sign_in(client)
    path = "/accounts/password/change/"
    new = {"password1": "nine brown teapots"}
    refused = client.post(path, {**new, "oldpassword": "guess"})
    assert "Enter the password you use now" in refused.text
    answer = client.post(path, {**new, "oldpassword": PASSWORD})
    assert answer.headers["Location"] == "/accounts/login/"
    assert get_user(client).is_anonymous
    user.refresh_from_db()
    assert user.check_password("nine brown teapots")
    (told,) = _sent()
    assert told.startswith("Your password was changed.")
    assert "/accounts/password/reset/" in told


@pytest.mark.parametrize("prefix", accounts.CHANGES)
def test_every_change_is_told_to_the_mailbox(prefix: str, rf) -> None:
    """By allauth's names, which this service has its own words for."""
    accounts.InvitationOnlyAdapter(rf.get("/")).send_notification_mail(prefix, sign_in_of(EMAIL))
    (told,) = _sent()
    assert told.startswith(accounts.CHANGES[prefix])


def test_app_set_up_is_told_to_the_mailbox(django_capture_on_commit_callbacks) -> None:
    sign_in_of(EMAIL)
    client = visitor()
    _sign_in(client)
    with django_capture_on_commit_callbacks(execute=True):
        set_up_app(client)
    (told,) = _sent()
    assert told.startswith("An app was set up as your second factor.")


def test_refused_page_is_an_event(viewer: Membership, client_for) -> None:
    assert client_for(viewer).get("/people/").status_code == 403
    assert service_actions(viewer.user_id) == ["access.denied"]


def test_sign_in_without_the_cache_says_so(settings) -> None:
    sign_in_of(EMAIL)
    settings.CACHES = {
        "default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}
    }
    answer = _sign_in(visitor())
    assert answer.status_code == 503
    assert service_actions() == []
