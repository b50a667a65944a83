"""Signing in with a work account, at a real OpenID Connect provider in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import get_user
from django.http import HttpResponse
from django.test import Client

from agencies import oidc
from agencies.models import Membership, User
from agencies.permissions import Role
from tests.agencies.people import PASSWORD, invite, page_of, service_actions, sign_in_of
from tests.browsing import visitor
from tests.issuer import free_port, issuing, tell

pytestmark = pytest.mark.django_db
EMAIL = "worker@agency.example"


@pytest.fixture(scope="module")
def issuers() -> Iterator[list[str]]:
    """Two of them: the same subject at the second is somebody else."""
    with issuing() as first, issuing() as second:
        yield [first, second]


def _use(settings, issuer: str, **more: object) -> None:
    given = {"client_id": "service", "secret": "kept", "name": "Work account", "email_domains": []}
    settings.OIDC_ISSUER = issuer
    settings.SOCIALACCOUNT_PROVIDERS = oidc.providers(issuer, **{**given, **more})


@pytest.fixture
def issuer(issuers: list[str], settings) -> str:
    _use(settings, issuers[0])
    return issuers[0]


def _go(
    client: Client, issuer: str, sub: str, process: str = "login", then: str = ""
) -> HttpResponse:
    """As a browser: to the provider, there as `sub`, and back."""
    path = f"/accounts/oidc/{oidc.provider_id(issuer)}/login/"
    query = urlencode({"process": process, **({"next": then} if then else {})})
    there = client.post(f"{path}?{query}").headers["Location"]
    assert there.startswith(f"{issuer}/")
    assert "code_challenge=" in there and "state=" in there
    back = requests.post(there, data={"sub": sub}, allow_redirects=False, timeout=10)
    parts = urlsplit(back.headers["Location"])
    return client.get(f"{parts.path}?{parts.query}")


def _signed_in(user: User) -> Client:
    client = visitor()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    return client


@pytest.fixture
def connected(issuer: str) -> User:
    """Somebody who has joined the subject `s-1` on the security page."""
    user = sign_in_of(EMAIL)
    tell(issuer, "s-1", email=EMAIL, email_verified=True)
    answer = _go(_signed_in(user), issuer, "s-1", "connect")
    assert answer.headers["Location"] == "/accounts/security/"
    return user


def test_connected_account_signs_in(issuer: str, connected: User) -> None:
    client = visitor()
    assert _go(client, issuer, "s-1").headers["Location"] == "/"
    assert get_user(client) == connected
    assert service_actions(connected.pk)[-2:] == ["user.work_account_connect", "user.sign_in"]


def test_nothing_of_the_claims_is_stored(connected: User) -> None:
    account = SocialAccount.objects.get(user=connected)
    assert (account.uid, account.extra_data) == ("s-1", {})


def test_changed_address_is_the_same_person(issuer: str, connected: User) -> None:
    tell(issuer, "s-1", email="married@agency.example", email_verified=True)
    client = visitor()
    _go(client, issuer, "s-1")
    assert get_user(client) == connected
    connected.refresh_from_db()
    assert connected.email == EMAIL


def test_same_address_under_another_subject_is_nobody(issuer: str, connected: User) -> None:
    tell(issuer, "s-2", email=EMAIL, email_verified=True)
    client = visitor()
    answer = _go(client, issuer, "s-2")
    assert answer.status_code == 403
    assert "This work account is not known here" in answer.text
    assert get_user(client).is_anonymous
    assert SocialAccount.objects.count() == 1


def test_same_subject_at_another_issuer_is_nobody(
    issuers: list[str], connected: User, settings
) -> None:
    _use(settings, issuers[1])
    tell(issuers[1], "s-1", email=EMAIL, email_verified=True)
    client = visitor()
    assert _go(client, issuers[1], "s-1").status_code == 403
    assert get_user(client).is_anonymous


def test_token_of_another_issuer_is_refused(issuers: list[str], settings, caplog) -> None:
    """The provider's own words about who it is do not count."""
    _use(settings, issuers[0])
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["server_url"] = issuers[1]
    tell(issuers[1], "s-1", email=EMAIL, email_verified=True)
    client = visitor()
    path = f"/accounts/oidc/{oidc.provider_id(issuers[0])}/login/"
    there = client.post(f"{path}?process=login").headers["Location"]
    back = requests.post(there, data={"sub": "s-1"}, allow_redirects=False, timeout=10)
    parts = urlsplit(back.headers["Location"])
    answer = client.get(f"{parts.path}?{parts.query}")
    assert answer.status_code == 401
    assert "did not work" in answer.text
    assert "work_account_failed" in caplog.text


def test_subject_of_somebody_else_cannot_be_connected(issuer: str, connected: User) -> None:
    other = sign_in_of("other@agency.example")
    client = _signed_in(other)
    _go(client, issuer, "s-1", "connect")
    assert SocialAccount.objects.get().user == connected


def test_invitation_is_accepted_with_a_verified_address(issuer: str, lead: Membership) -> None:
    link = page_of(invite(lead, "fresh@agency.example", Role.VIEWER))
    tell(issuer, "s-9", email="Fresh@agency.example", email_verified=True)
    client = visitor()
    assert "Work account" in client.get(link).text
    assert _go(client, issuer, "s-9", then=link).headers["Location"] == "/"
    user = get_user(client)
    assert user.email == "fresh@agency.example"
    assert not user.has_usable_password()
    assert client.get("/assessments/").status_code == 200
    again = visitor()
    _go(again, issuer, "s-9")
    assert get_user(again) == user
    refused = again.post("/accounts/security/work-account/", follow=True)
    assert "Choose a password first" in refused.text


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"email": "fresh@agency.example", "email_verified": False}, "has not confirmed"),
        ({"email": "fresh@agency.example"}, "has not confirmed"),
        ({"email": "else@agency.example", "email_verified": True}, "for another email address"),
        ({}, "has not confirmed"),
    ],
)
def test_invitation_is_not_accepted_otherwise(
    issuer: str, lead: Membership, claims: dict[str, object], words: str
) -> None:
    link = page_of(invite(lead, "fresh@agency.example", Role.VIEWER))
    tell(issuer, "s-9", **claims)
    client = visitor()
    answer = _go(client, issuer, "s-9", then=link)
    assert answer.status_code == 409
    assert words in answer.text
    assert get_user(client).is_anonymous
    assert not User.objects.filter(email="fresh@agency.example").exists()


def test_domain_the_issuer_answers_for_needs_no_claim(
    issuers: list[str], lead: Membership, settings
) -> None:
    """Microsoft Entra does not say `email_verified`."""
    _use(settings, issuers[0], email_domains=["agency.example"])
    link = page_of(invite(lead, "fresh@agency.example", Role.VIEWER))
    tell(issuers[0], "s-8", email="fresh@agency.example")
    client = visitor()
    assert _go(client, issuers[0], "s-8", then=link).headers["Location"] == "/"


@pytest.mark.parametrize("counts", [True, False])
def test_factor_shown_at_the_issuer_counts_where_a_setting_says_so(
    issuer: str, connected: User, settings, counts: bool
) -> None:
    settings.OIDC_MFA_COUNTS, settings.MFA_REQUIRED = counts, True
    tell(issuer, "s-1", email=EMAIL, amr=["pwd", "mfa"])
    client = visitor()
    _go(client, issuer, "s-1")
    led = client.get("/assessments/").headers["Location"]
    assert led == ("/switch/" if counts else "/accounts/security/")


def test_answer_without_our_state_is_refused(issuer: str) -> None:
    path = f"/accounts/oidc/{oidc.provider_id(issuer)}/login/callback/"
    for query in ("", "?code=x", "?code=x&state=y", "?error=access_denied"):
        answer = visitor().get(path + query)
        assert answer.status_code == 401
        assert "did not work" in answer.text


def test_disconnected_account_signs_nobody_in(issuer: str, connected: User) -> None:
    client = _signed_in(connected)
    done = client.post("/accounts/security/work-account/", follow=True)
    assert "no longer connected" in done.text
    other = visitor()
    assert _go(other, issuer, "s-1").status_code == 403
    assert service_actions(connected.pk)[-1] == "user.work_account_disconnect"


def test_provider_that_does_not_answer_is_a_sentence(settings) -> None:
    _use(settings, f"http://127.0.0.1:{free_port()}")
    path = f"/accounts/oidc/{oidc.provider_id(settings.OIDC_ISSUER)}/login/"
    answer = visitor().post(f"{path}?process=login")
    assert answer.status_code == 503
    assert "did not work" in answer.text


def test_policy_lets_the_form_lead_there() -> None:
    assert oidc.origin("https://login.example/tenant/v2.0") == ["https://login.example"]
    assert oidc.origin("") == []
