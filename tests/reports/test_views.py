"""The pages of reports: who may, what they say, and what nobody else sees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Membership
from assessments.models import Assessment
from jobs.models import Job
from jobs.workflow import Status
from reports import store
from reports.models import Report
from tests.conftest import count_queries, owner
from tests.jobs.conftest import ago
from tests.reports.conftest import fresh, keep

pytestmark = pytest.mark.django_db
Ask = Callable[..., Report]
SignIn = Callable[[Membership], Client]


def _job(report: Report, **values: Any) -> None:
    with owner():
        Job.objects.filter(pk=report.job_id).update(**values)


def _page(client: Client, report: Report) -> str:
    response = client.get(reverse("reports:detail", args=[report.pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_button_asks_for_a_report_and_leads_to_its_page(
    client_for: SignIn, viewer: Membership, draft: Assessment
) -> None:
    response = client_for(viewer).post(reverse("reports:request", args=[draft.pk]))
    with owner():
        report = Report.objects.get()
    assert response.status_code == 302
    assert response.url == reverse("reports:detail", args=[report.pk])
    assert report.is_draft
    assert report.requested_by_id == viewer.pk


def test_button_of_a_submitted_assessment_asks_for_the_round(
    client_for: SignIn, lead: Membership, submitted: Assessment
) -> None:
    client_for(lead).post(reverse("reports:request", args=[submitted.pk]))
    with owner():
        report = Report.objects.select_related("submission").get()
    assert report.submission is not None
    assert report.submission.round == 1


@pytest.mark.parametrize("number", ["7", "-1", "x", "1.5", "9" * 30])
def test_button_with_a_round_that_is_not_there_is_not_found(
    client_for: SignIn, lead: Membership, submitted: Assessment, number: str
) -> None:
    address = reverse("reports:request", args=[submitted.pk])
    assert client_for(lead).post(address, {"round": number}).status_code == 404


def test_opening_the_button_s_address_leads_to_the_list(
    client_for: SignIn, lead: Membership, draft: Assessment
) -> None:
    response = client_for(lead).get(reverse("reports:request", args=[draft.pk]))
    assert response.url == reverse("reports:list", args=[draft.pk])
    with owner():
        assert not Report.objects.exists()


def test_list_shows_each_report_with_its_state(
    client_for: SignIn, lead: Membership, submitted: Assessment, ask: Ask
) -> None:
    keep(ask(submitted))
    ask(submitted, is_draft=True)
    page = client_for(lead).get(reverse("reports:list", args=[submitted.pk])).content.decode()
    assert "What was submitted in round 1" in page
    assert "Ready" in page
    assert "Waiting" in page
    assert "Make a report of round 1" in page
    assert "Make a report of the draft" not in page


def test_page_of_a_waiting_report_refreshes_itself_with_and_without_script(
    client_for: SignIn, lead: Membership, draft: Assessment, ask: Ask
) -> None:
    report = ask(draft)
    page = _page(client_for(lead), report)
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in page
    assert f'data-status-url="{reverse("reports:status", args=[report.pk])}"' in page
    assert "Your request is kept" not in page


def test_page_says_when_no_worker_answers(
    client_for: SignIn, lead: Membership, draft: Assessment, ask: Ask
) -> None:
    report = ask(draft)
    _job(report, queued_at=ago(seconds=61))
    assert "Your request is kept" in _page(client_for(lead), report)


def test_page_of_a_failed_report_gives_the_reason_and_a_button(
    client_for: SignIn, lead: Membership, viewer: Membership, draft: Assessment, ask: Ask
) -> None:
    report = ask(draft)
    _job(report, status=Status.FAILED, reason="There is <b>nothing</b> to print.")
    page, seen_by_viewer = _page(client_for(lead), report), _page(client_for(viewer), report)
    assert "There is &lt;b&gt;nothing&lt;/b&gt; to print." in page
    assert "Try again" in page
    assert "http-equiv" not in page
    assert reverse("reports:retry", args=[report.pk]) not in seen_by_viewer


def test_try_again_puts_it_back(
    client_for: SignIn, lead: Membership, viewer: Membership, draft: Assessment, ask: Ask
) -> None:
    report = ask(draft)
    _job(report, status=Status.FAILED, attempts=5)
    address = reverse("reports:retry", args=[report.pk])
    assert client_for(viewer).post(address).status_code == 403
    assert client_for(lead).post(address).status_code == 302
    assert fresh(report).job.status == Status.QUEUED
    assert client_for(lead).post(address).status_code == 409


def test_status_as_data_leads_on_once_it_stands_still(
    client_for: SignIn, lead: Membership, draft: Assessment, ask: Ask
) -> None:
    report, client = ask(draft), client_for(lead)
    address = reverse("reports:status", args=[report.pk])
    waiting = client.get(address).json()
    keep(report)
    assert waiting == {"status": "queued", "title": "Your report is waiting to be made"}
    assert client.get(address).json() == {
        "status": "done",
        "title": "Your report is ready",
        "url": reverse("reports:detail", args=[report.pk]),
    }


def test_file_is_sent_as_an_attachment_under_a_plain_name(
    client_for: SignIn, lead: Membership, draft: Assessment, ask: Ask
) -> None:
    with owner():
        Assessment.objects.update(title='Übersicht "2026"; ../../etc/passwd\r\nX: 1')
    report = keep(ask(draft), b"%PDF-1.7 bytes")
    response = client_for(lead).get(reverse("reports:download", args=[report.pk]))
    assert b"".join(response.streaming_content) == b"%PDF-1.7 bytes"
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    kind, _, name = response["Content-Disposition"].partition("; ")
    assert kind == "attachment"
    assert name.isascii()
    assert name.startswith('filename="agency-')
    assert name.endswith('-draft.pdf"')
    assert "/" not in name


def test_file_that_is_not_ready_is_a_conflict(
    client_for: SignIn, lead: Membership, draft: Assessment, ask: Ask
) -> None:
    report = ask(draft)
    address = reverse("reports:download", args=[report.pk])
    assert client_for(lead).get(address).status_code == 409


def test_file_of_an_unguessable_name_lies_in_a_closed_folder(draft: Assessment, ask: Ask) -> None:
    report = keep(ask(draft))
    path = store.path_of(report.stored_as)
    assert len(path.stem) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("name", ["detail", "status", "download"])
def test_stranger_gets_not_found(
    client_for: SignIn, stranger: Membership, draft: Assessment, ask: Ask, name: str
) -> None:
    report = keep(ask(draft))
    client = client_for(stranger)
    theirs = client.get(reverse(f"reports:{name}", args=[report.pk]))
    none = client.get(reverse(f"reports:{name}", args=[draft.pk]))
    assert theirs.status_code == none.status_code == 404


def test_stranger_cannot_ask_list_or_retry(
    client_for: SignIn, stranger: Membership, draft: Assessment, ask: Ask
) -> None:
    report = ask(draft)
    _job(report, status=Status.FAILED)
    client = client_for(stranger)
    assert client.post(reverse("reports:request", args=[draft.pk])).status_code == 404
    assert client.get(reverse("reports:list", args=[draft.pk])).status_code == 404
    assert client.post(reverse("reports:retry", args=[report.pk])).status_code == 404
    assert fresh(report).job.status == Status.FAILED


@pytest.mark.parametrize("name", ["retry", "request"])
def test_change_by_get_is_not_possible(
    client_for: SignIn, lead: Membership, draft: Assessment, ask: Ask, name: str
) -> None:
    report = ask(draft)
    _job(report, status=Status.FAILED)
    target = report.pk if name == "retry" else draft.pk
    response = client_for(lead).get(reverse(f"reports:{name}", args=[target]))
    assert response.status_code in {302, 405}
    assert fresh(report).job.status == Status.FAILED


def test_list_takes_as_many_queries_with_three_reports_as_with_one(
    client_for: SignIn, lead: Membership, draft: Assessment, ask: Ask
) -> None:
    client, address = client_for(lead), reverse("reports:list", args=[draft.pk])
    ask(draft)
    client.get(address)
    with_one = count_queries(lambda: client.get(address))
    for text in ("Second.", "Third."):
        with owner():
            draft.answers.filter(clause__code="1.1").update(how=text)
        ask(draft)
    with_three = count_queries(lambda: client.get(address))
    with owner():
        assert Report.objects.count() == 3
    assert with_three == with_one


@pytest.mark.parametrize("has_report", [False, True])
def test_delete_is_offered_only_where_no_report_was_made(
    client_for: SignIn, lead: Membership, draft: Assessment, ask: Ask, has_report: bool
) -> None:
    if has_report:
        ask(draft)
    client, address = client_for(lead), reverse("assessments:delete", args=[draft.pk])
    overview = client.get(reverse("assessments:overview", args=[draft.pk])).content.decode()
    assert (f'href="{address}"' in overview) is not has_report
    assert client.post(address).status_code == (409 if has_report else 302)
    with owner():
        assert Assessment.objects.filter(pk=draft.pk).exists() is has_report
