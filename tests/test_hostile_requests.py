"""Requests that no browser sends: refused with a sentence, never a crash."""

from __future__ import annotations

import base64
import datetime
import io
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from agencies.models import ApiToken, Membership
from agencies.scopes import Scope
from agencies.tokens import sha256
from agencies.workflow import NotAllowed
from assessments.actions.answers import Said, answer_clause
from assessments.actions.assessments import archive, delete, start
from config.wsgi import application
from tests.conftest import acting, owner

DAY = datetime.date(2026, 4, 1)
pytestmark = pytest.mark.django_db


@pytest.fixture
def read_only(lead: Membership) -> dict[str, str]:
    with owner():
        ApiToken.objects.create(
            agency=lead.agency,
            membership=lead,
            name="reads",
            token_hash=sha256("reads"),
            scopes=[Scope.ASSESSMENTS_READ],
            expires_at=timezone.now() + datetime.timedelta(days=1),
        )
    return {"Authorization": "Bearer reads"}


def test_token_that_reads_cannot_write_by_way_of_a_page(read_only: dict[str, str]) -> None:
    client = Client()
    for prefix in ("", "/api"):
        response = client.post("/people/invite/", headers=read_only, SCRIPT_NAME=prefix)
        assert response.status_code in (302, 403)
        assert "/accounts/login/" in response.get("Location", "/accounts/login/")
    assert client.get("/api/v1/assessments/", headers=read_only).status_code == 200
    assert client.post("/api/v1/evidence/", {}, headers=read_only).status_code == 403


def test_session_cookie_with_a_nul_is_no_session() -> None:
    cookie = r'session="aaaaaaaaaaaa\000bbb"'  # as a jar would send it; some refuse to
    assert Client(HTTP_COOKIE=cookie).get("/accounts/login/").status_code == 200


@pytest.mark.parametrize("position", ["p=abc", "p=%00", "p=" + "9" * 400, "o=x", "\xff"])
@pytest.mark.parametrize("path", ["assessments/", "editions/", "evidence/"])
def test_cursor_that_was_not_ours_is_not_found(
    lead: Membership, client_for, edition, path: str, position: str
) -> None:
    cursor = base64.b64encode(position.encode()).decode()
    response = client_for(lead).get(f"/api/v1/{path}", {"cursor": cursor})
    assert response.status_code in (200, 404)


@pytest.mark.parametrize("body", ['{"\\ud800":1}', '{"kind":"\\ud800"}', "[" * 100_000])
def test_json_that_cannot_be_held_is_refused(lead: Membership, client_for, body: str) -> None:
    response = client_for(lead).post(
        "/api/v1/evidence/", data=body, content_type="application/json"
    )
    assert response.status_code == 400


@pytest.mark.parametrize("charset", ["hex", "zlib", "undefined", "idna"])
def test_charset_that_is_none_is_ignored(charset: str) -> None:
    """Through the WSGI entry point: Django would fail before any of its handlers."""
    said: list[str] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/accounts/login/",
        "QUERY_STRING": "next=%2Fa",
        "CONTENT_TYPE": f"text/plain; charset={charset}",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "HTTP_HOST": "localhost",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
    }
    answer = application(environ, lambda status, _headers: said.append(status))
    b"".join(answer)
    assert said == ["200 OK"]


def test_form_opened_for_an_agency_it_cannot_know_names_none(
    lead: Membership, stranger: Membership, client_for
) -> None:
    for opened_for in (stranger.agency_id, uuid.uuid4()):
        response = client_for(lead).post("/people/invite/", {"acting_for": str(opened_for)})
        assert response.status_code == 409
        assert stranger.agency.name not in response.text


@pytest.mark.parametrize("code", ["1.1%00", "1.1%0a", "9.9", "x" * 60])
def test_code_that_is_none_is_not_found(lead: Membership, client_for, edition, code: str) -> None:
    with acting(lead) as by:
        assessment = start(edition, title="A\u200b\u202e", period_from=DAY, period_to=DAY, by=by)
    assert assessment.title == "A"
    client = client_for(lead)
    for address in (f"clauses/{code}/", f"clauses/{code}/autosave/", f"standards/{code}/"):
        path = f"/assessments/{assessment.pk}/{address}"
        assert client.post(path, {"version": "0"}).status_code in (404, 405), path
        assert client.get(path).status_code in (404, 405), path


def test_version_that_is_none_says_what_to_do(lead: Membership, client_for, edition) -> None:
    with acting(lead) as by:
        assessment = start(edition, title="A", period_from=DAY, period_to=DAY, by=by)
    for version in ("", "x", "-1"):
        response = client_for(lead).post(
            f"/assessments/{assessment.pk}/clauses/1.1/autosave/", {"version": version}
        )
        assert response.status_code == 422
        assert "out of date" in response.json()["message"]


def test_round_of_five_thousand_digits_is_not_found(lead: Membership, client_for, edition) -> None:
    with acting(lead) as by:
        assessment = start(edition, title="A", period_from=DAY, period_to=DAY, by=by)
    path = f"/reports/assessments/{assessment.pk}/request/"
    assert client_for(lead).post(path, {"round": "9" * 5000}).status_code == 404


def test_what_was_deleted_meanwhile_is_refused(lead: Membership, edition) -> None:
    with acting(lead) as by:
        assessment = start(edition, title="A", period_from=DAY, period_to=DAY, by=by)
        answer = assessment.answers.first()
        delete(assessment, by=by)
        assert answer is not None
        for act in (
            lambda: delete(assessment, by=by),
            lambda: archive(assessment, by=by),
            lambda: answer_clause(answer, version=0, said=Said(level=1), by=by),
        ):
            with pytest.raises(NotAllowed, match="deleted meanwhile"):
                act()


@pytest.mark.parametrize("year", ["9999", "0001", "12026"])
def test_year_that_no_agency_means_is_named(lead: Membership, client_for, year: str) -> None:
    query = {"date_to_day": "31", "date_to_month": "12", "date_to_year": year}
    for path in ("/audit/", "/audit/events.csv"):
        response = client_for(lead).get(path, query)
        assert response.status_code == 422
        assert "between 1900 and 2199" in response.text


@pytest.mark.parametrize("path", ["/", "/healthz", "/accounts/login/", "/api/v1/editions/"])
def test_foreign_host_is_refused_by_a_page_that_is_whole(settings, path: str) -> None:
    settings.ALLOWED_HOSTS = ["epsa.example"]
    refused = Client().get(path, headers={"host": "evil.example"})
    assert refused.status_code == 400
    assert "evil.example" not in refused.text


@pytest.mark.parametrize(
    "path",
    [
        "/standards/neps-2022/guidance/%00/",
        "/standards/neps-2022/guidance/%00/file/",
        "/invitation/%00/",
        "/accounts/oidc/%00/login/",
        "/accounts/oidc/%00/login/callback/",
        "/api/v1/editions/%00/",
    ],
)
def test_nul_in_an_address_is_not_found(lead: Membership, client_for, path: str) -> None:
    assert client_for(lead).get(path).status_code == 404
    assert Client().get(path).status_code == 404
