"""The same actions through the API, with a session and with a bearer token."""

from __future__ import annotations

import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from agencies.models import ApiToken, Membership
from agencies.scopes import Scope
from agencies.tokens import sha256
from assessments.models import Answer, Assessment, Evidence, EvidenceLink, Status
from tests.assessments.evidence.conftest import events, locked, stored_files, upload
from tests.assessments.files.samples import HTML
from tests.conftest import acting, count_queries, owner

URL = "/api/v1/evidence/"
SENT = {"title": "Policy", "kind": "policy", "description": "Plans", "period_from": "2026-04-01"}


def post(client: Client, url: str, sent: dict[str, Any]) -> Any:
    return client.post(url, sent, content_type="application/json")


def test_file_is_added_listed_and_downloaded(client_for, lead: Membership):
    client = client_for(lead)
    added = client.post(URL, SENT | {"upload": upload()})
    assert added.status_code == 201, added.content
    body = added.json()
    assert body["versions"][0]["scan_state"] == "not_scanned"
    assert "stored_as" not in added.content.decode()
    assert client.get(URL).json()["results"] == [body]
    assert client.get(f"{URL}{body['id']}/").json() == body
    version = body["versions"][0]["id"]
    file = client.get(f"{URL}{body['id']}/versions/{version}/download/")
    assert file["Content-Disposition"] == 'attachment; filename="Policy.pdf"'
    assert file.getvalue().startswith(b"%PDF")
    assert events(lead)[-2:] == ["evidence.add", "evidence.download"]


def test_link_and_newer_version_are_added_as_json(client_for, lead: Membership):
    client = client_for(lead)
    added = post(client, URL, SENT | {"url": "https://example.org/policy"}).json()
    newer = post(client, f"{URL}{added['id']}/versions/", {"url": "https://example.org/2"})
    assert newer.status_code == 201
    assert [version["number"] for version in newer.json()["versions"]] == [2, 1]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"kind": "rumour"}, "kind"),
        ({"period_from": "yesterday"}, "period_from"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({}, "source"),
        ({"url": "https://example.org/", "upload": upload()}, "source"),
        ({"upload": upload("a.html", HTML)}, "upload"),
        ({"upload": upload("a.pdf", b"")}, "upload"),
    ],
)
def test_bad_input_is_a_problem_that_names_the_field(
    client_for, lead: Membership, store, change: dict, field: str
):
    if file := change.get("upload"):
        file.seek(0)
    response = client_for(lead).post(URL, SENT | change)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert set(response.json()["errors"]) == {field}
    with acting(lead):
        assert not Evidence.objects.exists()
    if field != "source":
        assert stored_files(store) == []


def test_fields_that_cannot_be_sent_are_refused_by_name(
    client_for, lead: Membership, stranger: Membership, store: Path
):
    hostile = {
        "id": str(uuid.uuid4()),
        "agency": str(stranger.agency_id),
        "created_by": str(stranger.pk),
        "sha256": "0" * 64,
        "scan_state": "clean",
        "stored_as": "../../etc/passwd",
    }
    refused = client_for(lead).post(URL, SENT | hostile | {"upload": upload()})
    assert refused.status_code == 400
    assert set(refused.json()["errors"]) == set(hostile)
    with acting(lead):
        assert not Evidence.objects.exists()
    assert stored_files(store) == []


def test_details_are_changed_and_what_is_left_out_stays(
    client_for, lead: Membership, viewer: Membership, evidence: Evidence
):
    client, here = client_for(lead), f"{URL}{evidence.pk}/"
    sent = {"content_type": "application/json"}
    assert client.patch(here, {"title": "Renamed"}, **sent).status_code == 428
    sent["headers"] = {"If-Match": client.get(here).headers["ETag"]}
    changed = client.patch(here, {"title": "Renamed"}, **sent)
    assert changed.status_code == 200
    stale = client.patch(here, {"title": "Renamed again"}, **sent)
    assert stale.status_code == 412
    assert stale.json()["current"]["title"] == "Renamed"
    sent["headers"] = {"If-Match": changed.headers["ETag"]}
    now = changed.json()
    assert (now["title"], now["description"]) == ("Renamed", evidence.description)
    for body in ({"title": ""}, {"kind": "x"}, {"sha256": "0"}, {"period_from": "never"}):
        refused = client.patch(here, body, **sent)
        assert refused.status_code == 400
        assert list(refused.json()["errors"]) == list(body)
    refused = client_for(viewer).patch(here, {"title": "Mine"}, **sent)
    assert refused.status_code == 403


def test_evidence_is_deleted_while_nothing_refers_to_it(
    client_for, lead: Membership, viewer: Membership, answer: Answer, evidence: Evidence
):
    client, here = client_for(lead), f"{URL}{evidence.pk}/"
    assert client_for(viewer).delete(here).status_code == 403
    post(client, f"{here}attach/", {"answer": str(answer.pk)})
    assert client.delete(here).status_code == 409
    post(client, f"{here}detach/", {"answer": str(answer.pk)})
    assert client.delete(here).status_code == 204
    assert client.get(here).status_code == 404


def test_attach_and_detach(client_for, lead: Membership, answer: Answer, evidence: Evidence):
    client, url = client_for(lead), f"{URL}{evidence.pk}/"
    attached = post(client, f"{url}attach/", {"answer": str(answer.pk)})
    assert (attached.status_code, attached.json()["clause_count"]) == (200, 1)
    with locked(answer.assessment, status=Status.SUBMITTED):
        for verb in ("attach", "detach"):
            refused = post(client, f"{url}{verb}/", {"answer": str(answer.pk)})
            assert refused.status_code == 409
    with locked(answer.assessment, status=Status.DRAFT):
        detached = post(client, f"{url}detach/", {"answer": str(answer.pk)})
    assert detached.json()["clause_count"] == 0
    assert post(client, f"{url}detach/", {"answer": str(answer.pk)}).status_code == 404


def test_stranger_gets_the_same_404_as_for_none(
    client_for, stranger: Membership, lead: Membership, answer: Answer, evidence: Evidence
):
    client = client_for(stranger)
    with acting(lead):
        version = evidence.versions.get()
    sent = {"answer": str(answer.pk)}
    for pk in (evidence.pk, uuid.uuid4()):
        url = f"{URL}{pk}/"
        assert client.get(url).status_code == 404
        assert client.get(f"{url}versions/{version.pk}/download/").status_code == 404
        for verb in ("attach", "detach"):
            assert post(client, f"{url}{verb}/", sent).status_code == 404
        again = post(client, f"{url}versions/", {"url": "https://example.org/"})
        assert again.status_code == 404
    assert client.get(URL).json()["results"] == []


def test_viewer_may_read_and_not_write(client_for, viewer: Membership, evidence: Evidence):
    client = client_for(viewer)
    assert len(client.get(URL).json()["results"]) == 1
    assert client.post(URL, SENT | {"url": "https://example.org/"}).status_code == 403


def test_anonymous_is_refused(client: Client, db: None):
    assert client.get(URL).status_code in (401, 403)
    assert client.post(URL, SENT).status_code in (401, 403)


def test_list_takes_the_same_queries_for_1_and_3(client_for, lead: Membership, evidence: Evidence):
    client = client_for(lead)
    client.get(URL)
    one = count_queries(lambda: client.get(URL))
    for _more in range(2):
        client.post(URL, SENT | {"url": "https://example.org/"})
    assert count_queries(lambda: client.get(URL)) == one
    assert len(client.get(f"{URL}?search=early").json()["results"]) == 1
    assert client.get(f"{URL}?kind=audit").json()["results"] == []
    assert client.get(f"{URL}?kind=nonsense").status_code == 400


def test_detaching_by_one_person_is_seen_by_another(
    client_for, lead: Membership, contributor: Membership, assessment: Assessment,
    answer: Answer, evidence: Evidence,
):  # fmt: skip
    sent = {"answer": str(answer.pk)}
    post(client_for(lead), f"{URL}{evidence.pk}/attach/", sent)
    assert post(client_for(contributor), f"{URL}{evidence.pk}/detach/", sent).status_code == 200
    with acting(lead):
        assert not EvidenceLink.objects.exists()


def token_for(by: Membership, scope: Scope) -> dict[str, str]:
    secret = f"ep_{uuid.uuid4().hex}"
    with owner(by.agency):
        ApiToken.objects.create(
            agency=by.agency,
            membership=by,
            name="test",
            token_hash=sha256(secret),
            scopes=[scope],
            expires_at=timezone.now() + timedelta(days=1),
        )
    return {"Authorization": f"Bearer {secret}"}


def test_file_is_added_with_a_token_that_may_write(client: Client, lead: Membership):
    sent = SENT | {"upload": upload()}
    assert client.post(URL, sent, headers=token_for(lead, Scope.EVIDENCE_WRITE)).status_code == 201
    refused = client.post(
        URL, SENT | {"upload": upload()}, headers=token_for(lead, Scope.EVIDENCE_READ)
    )
    assert refused.status_code == 403
    assert client.post(URL, sent, headers={"Authorization": "Bearer ep_0"}).status_code == 401
