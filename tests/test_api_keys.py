"""A request with an Idempotency-Key has one effect (the race is in tests/served)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from agencies.actions import answered, tokens
from agencies.api_base import Once
from agencies.models import AnsweredRequest, Membership
from agencies.scopes import open_to
from assessments.models import Assessment
from config.api import urlpatterns
from tests.agencies.people import actions_of
from tests.conftest import acting, owner

pytestmark = pytest.mark.django_db
URL = "/api/v1/assessments/"
SENT = {"title": "A", "edition": "neps-2022", "period_from": "2026-04-01",
        "period_to": "2027-03-31"}  # fmt: skip


def post(client: Client, sent=None, *, key: str = "k1", url: str = URL, **more):
    headers = {"Idempotency-Key": key, **more.pop("headers", {})}
    return client.post(
        url, SENT if sent is None else sent, content_type="application/json", headers=headers
    )


def bearer(member: Membership) -> dict[str, str]:
    with acting(member) as by:
        _, secret = tokens.make_token(by, name="x", scopes=open_to(by), days=1, by=by)
    return {"Authorization": f"Bearer {secret}"}


def count(member: Membership) -> int:
    with acting(member):
        return Assessment.objects.count()


# A preview writes nothing, and an import counts what is stored already as unchanged: sent twice
# they do what is done once, and the key would keep answers' texts for a day.
REPEATABLE = {"assessment-sheet", "assessment-sheet-import"}


def test_every_view_that_takes_a_post_knows_the_key() -> None:
    for pattern in urlpatterns:
        callback = pattern.callback
        view = getattr(callback, "cls", None) or callback.view_class
        takes_post = "post" in (getattr(callback, "actions", None) or dir(view))
        knows = issubclass(view, Once) or pattern.name in REPEATABLE
        assert not takes_post or knows, pattern


def test_same_request_gets_the_same_answer_and_one_effect(
    lead: Membership, edition, client_for
) -> None:
    client = client_for(lead)
    first = post(client)
    again = post(client, dict(reversed(SENT.items())))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert count(lead) == 1
    assert actions_of(lead.agency_id) == ["assessment.start"]
    assert post(client, key="k2").json()["id"] != first.json()["id"]


def test_same_key_for_another_request_is_422(lead: Membership, edition, client_for) -> None:
    client = client_for(lead)
    made = post(client).json()
    other = post(client, SENT | {"title": "B"})
    assert other.status_code == 422
    assert "Take a new key" in other.json()["detail"]
    assert post(client, {}, url=f"{URL}{made['id']}/archive/").status_code == 422
    assert count(lead) == 1


def test_refused_request_may_be_put_right_under_its_key(
    lead: Membership, edition, client_for
) -> None:
    client = client_for(lead)
    assert post(client, SENT | {"title": ""}).status_code == 400
    assert post(client).status_code == 201
    assert count(lead) == 1


@pytest.mark.parametrize("key", ["", "x" * 201, "tab\tin", "zoë"])
def test_key_that_is_none_is_refused(key: str, lead: Membership, edition, client_for) -> None:
    answer = post(client_for(lead), key=key)
    assert answer.status_code == 400
    assert "1 to 200" in answer.json()["detail"]
    assert count(lead) == 0


def test_keys_of_others_do_not_meet(
    lead: Membership, contributor: Membership, stranger: Membership, edition, client_for
) -> None:
    """Each token, each person and each agency has keys of its own."""
    client = Client()
    mine, other, theirs = bearer(lead), bearer(lead), bearer(stranger)
    answers = [post(client_for(lead)), *(post(client, headers=h) for h in (mine, other, theirs))]
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.json()["id"] for answer in answers}) == 4
    assert (count(lead), count(stranger)) == (3, 1)
    assert post(client_for(contributor)).status_code == 403


def test_token_that_has_ended_gets_no_answer_again(lead: Membership, edition) -> None:
    client, headers = Client(), bearer(lead)
    assert post(client, headers=headers).status_code == 201
    with owner():
        type(lead).objects.filter(pk=lead.pk).update(is_active=False)
    assert post(client, headers=headers).status_code == 401


def test_file_is_uploaded_once(lead: Membership, client_for) -> None:
    client, url = client_for(lead), "/api/v1/evidence/"

    def send(text: bytes):
        sent = {"title": "P", "kind": "policy", "description": "s",
                "upload": SimpleUploadedFile("p.txt", text)}  # fmt: skip
        return client.post(url, sent, headers={"Idempotency-Key": "file"})

    first, again, other = send(b"What it says.\n"), send(b"What it says.\n"), send(b"Other.\n")
    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert first.json() == again.json()
    assert len(client.get(url).json()["results"]) == 1


def test_worker_forgets_after_a_day(
    lead: Membership, stranger: Membership, edition, client_for
) -> None:
    post(client_for(lead))
    post(client_for(stranger))
    post(client_for(lead), key="fresh")
    with owner():
        old = timezone.now() - timedelta(hours=25)
        AnsweredRequest.objects.filter(key="k1").update(at=old)
    assert answered.forget() == 2
    with owner():
        assert [row.key for row in AnsweredRequest.objects.all()] == ["fresh"]
    assert post(client_for(lead)).status_code == 201
    assert count(lead) == 3
