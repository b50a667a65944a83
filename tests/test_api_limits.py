"""How much the API takes in a minute, and what its answers say of it."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from structlog.testing import capture_logs

from agencies import limits
from agencies.models import Membership
from tests.browsing import visitor
from tests.test_api_keys import bearer

pytestmark = pytest.mark.django_db
URL = "/api/v1/editions/"


@pytest.fixture(autouse=True)
def _one_minute(monkeypatch: pytest.MonkeyPatch, settings) -> None:
    """A minute that does not end during a test, and keys of this test alone."""
    monkeypatch.setattr(limits, "now", lambda: 1_800_000_015)
    settings.REDIS_PREFIX = f"test-{uuid.uuid4()}"


def left(answer) -> tuple[str, str, str]:
    names = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
    return tuple(answer[name] for name in names)


def test_every_answer_says_what_is_left(lead: Membership, client_for, settings) -> None:
    settings.API_CALLS_OF_ONE, settings.API_CALLS_OF_AGENCY = 5, 100
    client = client_for(lead)
    answers = [client.get(path) for path in (URL, "/api/v1/none/", "/api/v1/people/?token=x")]
    assert [answer.status_code for answer in answers] == [200, 404, 400]
    assert [left(answer) for answer in answers[:2]] == [("5", "4", "45"), ("5", "3", "45")]
    assert answers[0]["RateLimit-Policy"] == '"caller";q=5;w=60, "agency";q=100;w=60'
    assert "RateLimit-Limit" not in client.get("/standards/")


def test_more_is_429_with_a_sentence(lead: Membership, client_for, settings) -> None:
    settings.API_CALLS_OF_ONE = 2
    client, other = client_for(lead), bearer(lead)
    assert [client.get(URL).status_code for _ in range(3)] == [200, 200, 429]
    refused = client.get(URL)
    assert refused["Content-Type"] == "application/problem+json"
    assert (refused["Retry-After"], left(refused)) == ("45", ("2", "0", "45"))
    assert "more than 2 requests a minute" in refused.json()["detail"]
    assert "Wait 45 seconds" in refused.json()["detail"]
    # A token has a limit of its own; pages have none.
    assert Client().get(URL, headers=other).status_code == 200
    assert client.get("/standards/").status_code == 200


def test_all_callers_of_an_agency_share_a_limit(
    lead: Membership, viewer: Membership, stranger: Membership, client_for, settings
) -> None:
    settings.API_CALLS_OF_AGENCY = 2
    assert client_for(lead).get(URL).status_code == 200
    assert Client().get(URL, headers=bearer(lead)).status_code == 200
    refused = client_for(viewer).get(URL)
    assert refused.status_code == 429
    assert "one agency" in refused.json()["detail"]
    assert client_for(stranger).get(URL).status_code == 200


def test_next_minute_begins_anew(
    lead: Membership, client_for, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.API_CALLS_OF_ONE = 1
    client = client_for(lead)
    assert [client.get(URL).status_code for _ in range(2)] == [200, 429]
    monkeypatch.setattr(limits, "now", lambda: 1_800_000_061)
    assert client.get(URL).status_code == 200


def test_strangers_are_counted_by_address(settings) -> None:
    settings.API_CALLS_OF_STRANGERS = 2
    guesser, other = visitor(), visitor()
    wrong = {"Authorization": "Bearer wrong", "X-Forwarded-For": "10.9.8.7"}
    answers = [guesser.get(URL, headers=wrong).status_code for _ in range(3)]
    assert answers == [401, 401, 429]
    spoofed = {**wrong, "X-Forwarded-For": "10.9.8.6"}
    assert guesser.get(URL, headers=spoofed).status_code == 429
    assert other.get(URL).status_code == 401


def test_without_the_cache_work_goes_on_and_the_log_says_so_once(
    lead: Membership, client_for, settings
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    limits.store.cache_clear()
    try:
        client = client_for(lead)
        with capture_logs() as said:
            answers = [client.get(URL) for _ in range(3)]
    finally:
        limits.store.cache_clear()
    assert [answer.status_code for answer in answers] == [200] * 3
    assert all("RateLimit-Limit" not in answer for answer in answers)
    events = [line for line in said if line["event"] == "api.limits_are_off"]
    assert len(events) == 1
