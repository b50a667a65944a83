"""What every answer carries in production: pages, API, files and refusals alike (ASVS 3.3-3.7)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.http import HttpResponseBase
from django.test import Client

from agencies.models import Membership
from tests.agencies.people import PASSWORD, sign_in_of

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "form-action": "'self'",
}
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
# (path, status): a page, lists, the API, a file, and every refusal that can be asked for.
ANSWERS = [
    ("/accounts/login/", 200),
    ("/assessments/", 200),
    ("/accounts/security/", 200),
    ("/api/v1/assessments/", 200),
    ("/audit/events.csv", 200),
    ("/healthz", 200),
    ("/nothing/here/", 404),
    ("/api/v1/nothing/", 404),
    ("/assessments/00000000-0000-0000-0000-000000000000/", 404),
    ("/accounts/reset/", 404),
]


@pytest.fixture
def production(settings) -> None:
    """As behind a proxy that ends TLS."""
    settings.SECURE_SSL_REDIRECT = settings.IS_SECURE = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"


def _policy(response: HttpResponseBase) -> dict[str, str]:
    parts = response.headers["Content-Security-Policy"].split(";")
    return {name: rest for name, _, rest in (part.strip().partition(" ") for part in parts)}


@pytest.mark.parametrize(("path", "status"), ANSWERS)
def test_headers_of_every_answer(
    production: None,
    lead: Membership,
    client_for: Callable[[Membership], Client],
    path: str,
    status: int,
) -> None:
    client = client_for(lead)
    if path == "/accounts/login/":
        client = Client()
    response = client.get(path, secure=True)
    assert response.status_code == status
    assert {name: response.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert "no-store" in response.headers["Cache-Control"]
    assert _policy(response) == POLICY
    assert "Server" not in response.headers and "X-Powered-By" not in response.headers


def test_plain_http_is_led_to_https_and_the_api_is_not_served(production: None) -> None:
    response = Client().get("/accounts/login/")
    assert response.status_code == 301
    assert response.headers["Location"] == "https://testserver/accounts/login/"
    api = Client().get("/api/v1/assessments/")
    assert api.status_code == 403
    assert api.json()["detail"] == "The API answers over https only."
    assert Client().get("/healthz").status_code == 200  # asked from inside


def test_cookies_cannot_be_read_by_scripts_or_set_from_elsewhere(production: None) -> None:
    user, client = sign_in_of("cookies@agency.example"), Client()
    client.get("/accounts/login/", secure=True)
    form = {"login": user.email, "password": PASSWORD}
    client.post("/accounts/login/", form, secure=True)
    assert {"__Host-session", "__Host-csrf"} <= set(client.cookies)
    for cookie in client.cookies.values():
        assert cookie.key.startswith("__Host-")
        assert cookie["secure"] and cookie["httponly"]
        assert (cookie["samesite"], cookie["path"], cookie["domain"]) == ("Lax", "/", "")
        assert not cookie["max-age"] or cookie.key == "__Host-csrf"  # gone with the browser


def test_signing_out_clears_what_the_browser_kept(production: None) -> None:
    user, client = sign_in_of("leaves@agency.example"), Client()
    form = {"login": user.email, "password": PASSWORD}
    client.post("/accounts/login/", form, secure=True)
    out = client.post("/accounts/logout/", secure=True)
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'


@pytest.mark.parametrize("path", ["/accounts/login/", "/help/", "/accounts/password/reset/"])
def test_pages_hold_nothing_that_the_policy_would_stop(path: str) -> None:
    text = Client().get(path).text
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", text)
    assert not re.search(r"\son\w+=|\sstyle=|javascript:", text)
