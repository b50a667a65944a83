"""Reports by API: the same action as the page, its refusals as problem details."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from agencies.models import Membership
from assessments.models import Assessment
from jobs.models import Job
from jobs.workflow import Status
from reports.models import Report
from tests.conftest import count_queries, owner
from tests.reports.conftest import keep

pytestmark = pytest.mark.django_db
Ask = Callable[..., Report]
SignIn = Callable[[Membership], Client]


def _post(client: Client, assessment: Assessment, body: dict[str, Any]) -> Any:
    address = f"/api/v1/assessments/{assessment.pk}/reports/"
    return client.post(address, body, content_type="application/json")


def test_request_answers_202_and_where_to_look(
    client_for: SignIn, viewer: Membership, draft: Assessment
) -> None:
    client = client_for(viewer)
    asked = _post(client, draft, {})
    assert asked.status_code == 202
    seen = client.get(asked["Location"])
    assert seen.status_code == 200
    assert seen.json() == asked.json()
    assert seen.json()["status"] == "queued"
    assert seen.json()["round"] is None
    assert seen.json()["file"] is None


def test_request_asked_twice_is_one_report(
    client_for: SignIn, lead: Membership, draft: Assessment
) -> None:
    client = client_for(lead)
    assert _post(client, draft, {}).json()["id"] == _post(client, draft, {}).json()["id"]


def test_request_for_a_round(client_for: SignIn, lead: Membership, submitted: Assessment) -> None:
    client = client_for(lead)
    assert _post(client, submitted, {"round": 1}).json()["round"] == 1
    assert _post(client, submitted, {}).json()["round"] == 1
    assert _post(client, submitted, {"round": 2}).status_code == 404


@pytest.mark.parametrize("number", [0, -1, "one", 1.5, True, [1]])
def test_request_for_no_number_is_refused(
    client_for: SignIn, lead: Membership, submitted: Assessment, number: Any
) -> None:
    answer = _post(client_for(lead), submitted, {"round": number})
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert "round" in answer.json()["errors"]


@pytest.mark.parametrize("accept", ["application/pdf", "application/json", "*/*"])
def test_file_is_fetched_once_it_is_there(
    client_for: SignIn, lead: Membership, draft: Assessment, ask: Ask, accept: str
) -> None:
    report, client = ask(draft), client_for(lead)
    address = f"/api/v1/reports/{report.pk}/file/"
    early = client.get(address, headers={"Accept": accept})
    assert early.status_code == 409
    assert early["Content-Type"] == "application/problem+json"
    keep(report, b"%PDF-1.7 bytes")
    assert client.get(f"/api/v1/reports/{report.pk}/").json()["file"] == address
    response = client.get(address, headers={"Accept": accept})
    assert b"".join(response.streaming_content) == b"%PDF-1.7 bytes"
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; ")


def test_failure_is_told_in_a_sentence(
    client_for: SignIn, lead: Membership, draft: Assessment, ask: Ask
) -> None:
    report = ask(draft)
    with owner():
        Job.objects.update(status=Status.FAILED, reason="This took too long.")
    shown = client_for(lead).get(f"/api/v1/reports/{report.pk}/").json()
    assert shown["status"] == "failed"
    assert shown["message"] == "The report could not be made. This took too long."


def test_reports_of_one_assessment_are_listed_in_a_fixed_number_of_queries(
    client_for: SignIn, lead: Membership, viewer: Membership, submitted: Assessment, ask: Ask
) -> None:
    client, address = client_for(viewer), f"/api/v1/assessments/{submitted.pk}/reports/"
    first = keep(ask(submitted))
    few = count_queries(lambda: client.get(address))
    assert [row["id"] for row in client.get(address).json()] == [str(first.pk)]
    with owner():
        for number in range(2):
            job = Job.objects.get(pk=first.job_id)
            job.pk, job.content_key, job.subject_id = uuid4(), f"copy {number}", uuid4()
            job.save(force_insert=True)
            copy = Report.objects.get(pk=first.pk)
            copy.pk, copy.job, copy.content_key = job.subject_id, job, job.content_key
            copy.save(force_insert=True)
    assert count_queries(lambda: client.get(address)) == few <= 9
    assert len(client.get(address).json()) == 3


def test_failed_report_is_tried_again_by_who_may(
    client_for: SignIn, lead: Membership, viewer: Membership, draft: Assessment, ask: Ask
) -> None:
    address = f"/api/v1/reports/{ask(draft).pk}/retry/"
    assert client_for(lead).post(address).status_code == 409
    with owner():
        Job.objects.update(status=Status.FAILED, reason="This took too long.")
    assert client_for(viewer).post(address).status_code == 403
    again = client_for(lead).post(address)
    assert (again.status_code, again.json()["status"]) == (202, "queued")


def test_stranger_gets_not_found(
    client_for: SignIn, stranger: Membership, draft: Assessment, ask: Ask
) -> None:
    report, client = keep(ask(draft)), client_for(stranger)
    assert _post(client, draft, {}).status_code == 404
    for address in (f"/api/v1/reports/{report.pk}/", f"/api/v1/reports/{report.pk}/file/"):
        theirs, none = client.get(address), client.get(address.replace(str(report.pk)[:8], "0" * 8))
        assert theirs.status_code == none.status_code == 404
        assert theirs.content == none.content


def test_nobody_gets_in_without_signing_in(draft: Assessment, ask: Ask) -> None:
    report, client = ask(draft), Client()
    assert _post(client, draft, {}).status_code == 401
    assert client.get(f"/api/v1/reports/{report.pk}/").status_code == 401
    assert client.get(f"/api/v1/reports/{report.pk}/file/").status_code == 401
