"""B16: what a token opens. Every address of the API x method x scope, from the router."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from agencies.models import ApiToken, Membership
from agencies.scopes import Scope
from agencies.tokens import sha256
from config.api_scopes import ANY, NEVER, PROVE, SCOPES, SENSITIVE, refusal
from tests.conftest import owner
from tests.matrix import API

pytestmark = pytest.mark.django_db
METHODS = {"get", "post", "put", "patch", "delete"}
RANDOM = str(uuid.UUID(int=16))


def _routes() -> Iterator[tuple[str, str]]:
    """(name, method) of everything that the API answers."""
    for pattern in _patterns(get_resolver().url_patterns):
        if pattern.name not in API:
            continue
        view = getattr(pattern.callback, "cls", None) or pattern.callback.view_class
        actions = getattr(pattern.callback, "actions", None)
        for method in METHODS & set(actions or vars(view) | dict.fromkeys(dir(view))):
            yield pattern.name, method.upper()


def _patterns(found) -> Iterator[URLPattern]:
    for one in found:
        if isinstance(one, URLPattern):
            yield one
        else:
            yield from _patterns(one.url_patterns)


ROUTES = sorted(set(_routes()))


def _url(name: str) -> str:
    values = {key: value.format_map(Anything()) for key, value in API[name].items()}
    return reverse(name, kwargs=values)


class Anything(dict):
    """Ids of nothing: what is refused for its scope is refused before it is looked for."""

    def __missing__(self, key: str) -> str:
        return RANDOM


def _token(member: Membership, scopes: list[str]) -> dict[str, str]:
    secret = f"ep_{uuid.uuid4().hex}"
    with owner(member.agency), connection.cursor() as cursor:
        cursor.execute("SELECT now() + interval '1 day'")
        ApiToken.objects.create(
            agency=member.agency,
            membership=member,
            name="Test",
            token_hash=sha256(secret),
            scopes=scopes,
            expires_at=cursor.fetchone()[0],
        )
    return {"Authorization": f"Bearer {secret}"}


def test_every_address_and_method_has_a_scope_and_no_other() -> None:
    named = {(name, method) for name, methods in SCOPES.items() for method in methods}
    assert named == set(ROUTES)
    used = {needed for methods in SCOPES.values() for needed in methods.values()}
    assert used <= {*Scope, ANY, NEVER}


def test_each_address_is_opened_by_its_scope_alone_and_by_nothing_less(lead: Membership) -> None:
    alone = {scope: _token(lead, [scope]) for scope in Scope}
    others = {scope: _token(lead, [one for one in Scope if one != scope]) for scope in Scope}
    everything, faults = _token(lead, list(Scope)), []
    for name, method in ROUTES:
        needed = SCOPES[name][method]
        opened = not _is_refused(name, method, alone.get(needed, everything))
        if opened == (needed == NEVER):
            faults.append(("with it", method, name))
        if needed in others and not _is_refused(name, method, others[needed]):
            faults.append(("without it", method, name))
    assert not faults, "\n".join(map(str, faults))


def test_no_other_scope_opens_an_address() -> None:
    for name, method in ROUTES:
        needed = SCOPES[name][method]
        opening = {scope for scope in Scope if not refusal(name, method, [scope])}
        assert opening == {ANY: set(Scope), NEVER: set()}.get(needed, {needed}), (name, method)


def _is_refused(name: str, method: str, headers: dict[str, str]) -> bool:
    """For its scope, not for anything else."""
    answer = Client().generic(method, _url(name), headers=headers)
    assert answer.status_code != 401, (name, method)
    needed = SCOPES[name][method]
    sentence = "" if needed == NEVER else f"lacks the scope {needed}"
    return answer.status_code == 403 and sentence in answer.content.decode()


def test_method_or_address_that_is_not_named_is_refused() -> None:
    held = list(Scope)
    assert refusal("assessment-list", "TRACE", held)
    assert refusal("made-up", "GET", held)
    assert refusal("assessment-list", "HEAD", held) == ""


def test_method_that_is_not_there_is_405_and_not_a_missing_scope(lead: Membership) -> None:
    headers = _token(lead, [Scope.STANDARDS_READ])
    answer = Client().put("/api/v1/editions/", headers=headers)
    assert answer.status_code == 405


@pytest.mark.parametrize(
    "query",
    ["token={}", "access_token={}", "api_key={}", "API_KEY=x", "search={}", "page=1&Token="],
)
def test_token_in_an_address_is_refused_and_opens_nothing(lead: Membership, query: str) -> None:
    secret = "ep_" + "a" * 43
    for headers in ({}, _token(lead, [Scope.EVIDENCE_READ])):
        answer = Client().get(f"/api/v1/evidence/?{query.format(secret)}", headers=headers)
        assert answer.status_code == 400
        assert "never in an address" in answer.json()["detail"]
        assert "revoke it" in answer.json()["detail"]
        assert secret not in answer.text


def test_role_is_asked_too(viewer: Membership) -> None:
    """A scope that a token kept from a role its bearer no longer has opens nothing."""
    headers = _token(viewer, [Scope.EVIDENCE_WRITE])
    sent = {"title": "x", "kind": "policy", "description": "y", "url": "https://agency.example/"}
    answer = Client().post("/api/v1/evidence/", sent, headers=headers)
    assert answer.status_code == 403
    assert "Your role" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["evidence/", f"assessments/{RANDOM}/reports/"])
@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
def test_more_than_two_megabytes_without_a_file_is_413(
    lead: Membership, path: str, content_type: str
) -> None:
    headers = _token(lead, list(Scope))
    body = b'{"title": "' + b"x" * 2 * 1024**2 + b'"}'
    answer = Client().post(f"/api/v1/{path}", body, content_type=content_type, headers=headers)
    assert answer.status_code == 413
    assert "up to 2 MB" in answer.json()["detail"]


def test_more_than_two_megabytes_of_form_fields_is_413(lead: Membership) -> None:
    headers = _token(lead, list(Scope))
    answer = Client().post("/api/v1/evidence/", {"title": "x" * 3 * 1024**2}, headers=headers)
    assert answer.status_code == 413
    assert answer["Content-Type"] == "application/problem+json"


SENSITIVE_STEPS = sorted((name, method) for name, some in SENSITIVE.items() for method in some)


@pytest.mark.parametrize(("name", "method"), SENSITIVE_STEPS)
def test_browser_left_open_proves_itself_before_what_is_sensitive(
    lead: Membership, client_for, settings, name: str, method: str
) -> None:
    client = client_for(lead)
    send = getattr(client, method.lower())
    assert PROVE not in send(_url(name), {}, "application/json").text
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    refused = send(_url(name), {}, "application/json")
    assert (refused.status_code, refused.json()["detail"]) == (403, PROVE)
    held = _token(lead, [SCOPES[name][method]])
    assert (
        PROVE
        not in getattr(Client(), method.lower())(
            _url(name), {}, "application/json", headers=held
        ).text
    )
