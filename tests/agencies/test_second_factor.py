"""Setting up a second factor, signing in with it, and what it is asked for."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user
from django.core.management import call_command
from django.test import Client

from agencies.models import Membership, User
from agencies.scopes import Scope
from agencies.second_factor import keys
from tests.agencies.factors import code_of, forget_used_codes, set_up_app
from tests.agencies.people import PASSWORD, service_actions, sign_in_of
from tests.browsing import just_signed_in, visitor

pytestmark = pytest.mark.django_db
EMAIL = "factor@agency.example"
SECOND = "/accounts/second-factor/"


def _sign_in(client: Client) -> str:
    form = {"login": EMAIL, "password": PASSWORD}
    return client.post("/accounts/login/", form).headers.get("Location", "")


@pytest.fixture
def user() -> User:
    return sign_in_of(EMAIL)


@pytest.fixture
def secret(user: User) -> str:
    """Of the app that the person has set up."""
    client = visitor()
    _sign_in(client)
    found = set_up_app(client)
    forget_used_codes(user)
    return found


def _recovery_codes(user: User) -> list[str]:
    codes = Authenticator.objects.get(user=user, type="recovery_codes")
    return list(codes.wrap().get_unused_codes())


def test_password_alone_signs_nobody_in(user: User, secret: str) -> None:
    client = visitor()
    assert _sign_in(client) == SECOND
    assert get_user(client).is_anonymous
    assert client.get("/assessments/").headers["Location"].startswith("/accounts/login/")
    wrong = client.post(SECOND, {"code": "000000"})
    assert "This code is not right" in wrong.text
    assert get_user(client).is_anonymous
    assert client.post(SECOND, {"code": code_of(secret)}).headers["Location"] == "/"
    assert get_user(client) == user


def test_code_of_an_app_works_once(secret: str) -> None:
    code = code_of(secret)
    for expected in (302, 200):
        client = visitor()
        _sign_in(client)
        assert client.post(SECOND, {"code": code}).status_code == expected
    assert get_user(client).is_anonymous


def test_code_that_set_up_the_app_is_used_up(user: User) -> None:
    client, other = visitor(), visitor()
    _sign_in(client)
    page = client.get("/accounts/security/app/").text
    found = re.search(r'app-key">([A-Z2-7 ]+)<', page)
    assert found
    code = code_of(found.group(1).replace(" ", ""))
    client.post("/accounts/security/app/", {"code": code})
    _sign_in(other)
    assert "has been used" in other.post(SECOND, {"code": code}).text
    assert get_user(other).is_anonymous


def test_recovery_code_works_once(user: User, secret: str) -> None:
    code = _recovery_codes(user)[0]
    assert re.fullmatch(r"\d{12}", code)
    for expected in (302, 200):
        client = visitor()
        _sign_in(client)
        assert client.post(SECOND, {"code": code}).status_code == expected
    assert len(_recovery_codes(user)) == 9


def test_guessing_codes_is_stopped_also_with_the_right_one(secret: str) -> None:
    for number in range(5):
        client = visitor()
        _sign_in(client)
        client.post(SECOND, {"code": f"00000{number}"})
    answer = client.post(SECOND, {"code": code_of(secret)})
    assert "Too many attempts" in answer.text
    assert get_user(client).is_anonymous


def test_secrets_are_encrypted_in_the_row_and_in_the_session(user: User, secret: str) -> None:
    app = Authenticator.objects.get(user=user, type="totp")
    assert secret not in str(app.data)
    assert keys().decrypt(app.data["secret"].encode()).decode() == secret
    seed = Authenticator.objects.get(user=user, type="recovery_codes").data["seed"]
    assert seed.startswith("gAAAA")
    client = visitor()
    other = sign_in_of("waiting@agency.example")
    client.post("/accounts/login/", {"login": other.email, "password": PASSWORD})
    page = client.get("/accounts/security/app/").text
    found = re.search(r'app-key">([A-Z2-7 ]+)<', page)
    assert found
    assert found.group(1).replace(" ", "") not in str(dict(client.session))


def test_keys_can_be_rotated(user: User, secret: str, settings) -> None:
    old, new = settings.MFA_KEYS, ["ab" * 32]
    settings.MFA_KEYS = new + old
    call_command("rotate_mfa_key")
    settings.MFA_KEYS = new
    client = visitor()
    _sign_in(client)
    assert client.post(SECOND, {"code": code_of(secret)}).status_code == 302


def test_new_factor_ends_sessions_that_were_without(user: User) -> None:
    here, elsewhere = visitor(), visitor()
    _sign_in(here)
    _sign_in(elsewhere)
    before = here.cookies["session"].value
    set_up_app(here)
    assert get_user(here) == user
    assert here.cookies["session"].value != before
    assert get_user(elsewhere).is_anonymous
    assert service_actions(user.pk)[-2:] == ["user.factor_add", "user.end_session"]


def test_password_reset_keeps_the_second_factor(user: User, secret: str) -> None:
    user.set_password("nine brown teapots")
    user.save()
    client = visitor()
    form = {"login": EMAIL, "password": "nine brown teapots"}
    assert client.post("/accounts/login/", form).headers["Location"] == SECOND


def test_removing_the_app_is_refused_where_a_factor_is_required(
    user: User, secret: str, settings
) -> None:
    client = visitor()
    _sign_in(client)
    client.post(SECOND, {"code": code_of(secret)})
    settings.MFA_REQUIRED = True
    refused = client.post("/accounts/security/app/remove/")
    assert "This is your only second factor" in refused.text
    assert Authenticator.objects.filter(user=user, type="totp").exists()
    settings.MFA_REQUIRED = False
    client.post("/accounts/security/app/remove/")
    assert not Authenticator.objects.filter(user=user).exists()
    assert service_actions(user.pk)[-1] == "user.factor_remove"


def test_recovery_codes_can_be_shown_downloaded_and_made_new(user: User, secret: str) -> None:
    client = visitor()
    _sign_in(client)
    client.post(SECOND, {"code": code_of(secret)})
    codes = _recovery_codes(user)
    assert codes[3] in client.get("/accounts/security/codes/").text
    file = client.get("/accounts/security/codes/file/")
    assert codes[3] in file.text
    assert file.headers["Content-Disposition"].startswith("attachment")
    client.post("/accounts/security/codes/new/")
    assert codes[3] not in _recovery_codes(user)


@pytest.mark.parametrize("path", ["/assessments/", "/people/", "/switch/", "/"])
def test_required_and_without_one_is_led_to_set_one_up(
    lead: Membership, client_for, settings, path: str
) -> None:
    settings.MFA_REQUIRED = True
    client = client_for(lead)
    assert client.get(path).headers["Location"] == "/accounts/security/"
    assert "Before you can go on" in client.get("/accounts/security/").text
    api = client.get("/api/v1/assessments/")
    assert api.status_code == 403
    assert "Set up a second factor first" in api.json()["detail"]
    set_up_app(client)
    assert client.get(path).headers.get("Location") != "/accounts/security/"
    assert client.get("/api/v1/assessments/").status_code == 200


def test_required_and_not_shown_in_this_session_is_asked_for(
    user: User, secret: str, settings
) -> None:
    settings.MFA_REQUIRED = True
    client = visitor()
    client.force_login(user)
    session = client.session
    session.update(just_signed_in(user.pk))
    session.save()
    answer = client.get("/assessments/")
    assert answer.headers["Location"] == "/accounts/confirm/code/?next=%2Fassessments%2F"
    shown = client.post(answer.headers["Location"], {"code": code_of(secret)})
    assert shown.headers["Location"] == "/assessments/"
    assert client.get("/assessments/").headers.get("Location") == "/switch/"


def test_required_does_not_stop_a_token(lead: Membership, settings, owner) -> None:
    from agencies.actions.tokens import make_token

    settings.MFA_REQUIRED = True
    with owner(lead.agency):
        _, token = make_token(lead, name="Test", scopes=[Scope.ASSESSMENTS_READ], days=1, by=None)
    bearer = {"Authorization": f"Bearer {token}"}
    assert Client().get("/api/v1/assessments/", headers=bearer).status_code == 200


ODD_ANSWERS = ["", "nonsense", "{}", '{"id": 1}', "[1]", "7", '{"id":"a","rawId":"a"}']


@pytest.mark.parametrize("sent", ODD_ANSWERS)
def test_bad_answer_of_a_security_key_is_refused(user: User, sent: str) -> None:
    client = visitor()
    _sign_in(client)
    client.get("/accounts/security/key/")
    answer = client.post("/accounts/security/key/", {"name": "Key", "credential": sent})
    assert answer.status_code == 200
    assert "There is a problem" in answer.text
    assert not Authenticator.objects.filter(user=user).exists()
