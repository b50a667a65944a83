"""Practice: marked everywhere, never signed off or submitted, in no figure, deleted whole."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.urls import reverse

from agencies.workflow import NotAllowed
from assessments.actions import assessments as actions
from assessments.actions.answers import Said, answer_clause
from assessments.actions.attaching import attach_evidence
from assessments.actions.commenting import resolve, start_thread
from assessments.actions.describing import Details
from assessments.actions.evidence import Source, add_evidence
from assessments.actions.signoff import sign_off
from assessments.actions.submission import submit
from assessments.models import (
    Answer,
    AnswerRevision,
    Assessment,
    Comment,
    Evidence,
    EvidenceLink,
    Mention,
    Status,
    Thread,
    ThreadStage,
)
from protection.actions.redaction import request_for_answer
from protection.models import Part, Reason
from reports.actions import request_report
from reports.models import Report
from reports.presenting import file_name
from tests.assessments.conftest import PERIOD, answer_of, fill, make_draft, reread, url
from tests.conftest import acting, owner

pytestmark = pytest.mark.django_db
MARK = "for trying things out"
SENT = {
    "title": "Trying out", "edition": "neps-2022", "is_practice": True,
    **{name: str(day) for name, day in PERIOD.items()},
}  # fmt: skip


@pytest.fixture
def practice(edition, lead):
    with acting(lead) as by:
        return actions.start(edition, title="Trying out", **PERIOD, is_practice=True, by=by)


@pytest.fixture
def used(practice, lead, contributor):
    """With an answer saved twice, evidence attached to it, a comment and a report asked for."""
    answer = answer_of(practice)
    with acting(lead) as by:
        answer_clause(answer, version=0, said=Said(level=1, how="We try."), by=by)
        answer_clause(answer, version=1, said=Said(level=2, how="We try."), by=by)
        details = Details(title="Minutes", kind="meeting_record", description="Of the board.")
        source = Source(url="https://agency.example/minutes")
        piece = add_evidence(details, source=source, answer=answer, by=by)
        request_report(practice, by=by)
        said = start_thread(answer, text="Shall we?", told=[contributor.pk], by=by)
        resolve(said.thread, by=by)
    return reread(practice), piece


def pages_of(practice):
    of_one = ("overview", "progress", "gaps", "team", "rename", "archive", "delete", "check")
    yield from (url(name, practice) for name in of_one)
    yield from (url(name, practice, "S1") for name in ("standard", "table"))
    yield from (url(name, practice, "1.1") for name in ("clause", "history", "assign"))
    answer = answer_of(practice)
    with owner():
        report, link = Report.objects.get(), EvidenceLink.objects.get()
        piece, comment = Evidence.objects.get(), Comment.objects.get()
    yield url("comments", practice, "1.1")
    yield reverse("assessments:thread", args=[comment.thread_id])
    yield reverse("assessments:comment_withdraw", args=[comment.pk])
    yield reverse("reports:list", args=[practice.pk])
    yield reverse("reports:detail", args=[report.pk])
    yield reverse("assessments:evidence_attach", args=[answer.pk])
    yield f"{reverse('assessments:evidence_add')}?answer={answer.pk}"
    yield reverse("assessments:evidence_place", args=[link.pk])
    yield reverse("assessments:evidence_clauses", args=[piece.pk, practice.pk])


def test_every_page_of_it_says_that_it_is_practice(used, lead, client_for):
    practice, _ = used
    client = client_for(lead)
    for page in pages_of(practice):
        shown = client.get(page)
        assert shown.status_code == 200, page
        assert MARK in shown.content.decode(), page


def test_no_page_of_a_real_one_says_so(draft, lead, client_for):
    client = client_for(lead)
    for name in ("overview", "team", "check"):
        assert MARK not in client.get(url(name, draft)).content.decode()


def test_the_list_marks_the_practice_one_alone(draft, practice, lead, client_for):
    page = client_for(lead).get(reverse("assessments:list")).content.decode()
    assert re.findall(r"govuk-tag--orange[^>]*>\s*(\w+)", page) == ["Practice"]


def test_the_form_starts_one_for_practice(edition, lead, client_for):
    form = {"title": "Trying out", "edition": edition.pk, "is_practice": "on"}
    for name, day in PERIOD.items():
        form |= {f"{name}_{part}": getattr(day, part) for part in ("day", "month", "year")}
    assert client_for(lead).post(reverse("assessments:start"), form).status_code == 302
    with owner():
        assert Assessment.objects.get().is_practice


@pytest.mark.parametrize("step", ["sign_off", "submit", "reopen", "withdraw"])
def test_no_step_leads_out_of_practice(step, practice, approver, lead, client_for):
    fill(practice)
    client = client_for(lead if step == "submit" else approver)
    page = client.get(url(step, practice))
    assert page.status_code in (302, 409)  # 302: the password is asked for first
    sent = {"name": "Head of service", "has_agreed": True} if step == "sign_off" else {}
    address = f"/api/v1/assessments/{practice.pk}/{step.replace('_', '-')}/"
    refused = client.post(address, sent, content_type="application/json")
    assert refused.status_code == 409
    assert "practice self-assessment" in refused.json()["detail"]
    assert reread(practice).status == Status.DRAFT


def test_the_actions_refuse_before_anything_is_written(practice, approver, lead):
    fill(practice)
    with acting(approver) as by, pytest.raises(NotAllowed, match="practice"):
        sign_off(practice, name="Head of service", has_agreed=True, by=by)
    with acting(lead) as by, pytest.raises(NotAllowed, match="practice"):
        submit(practice, by=by)
    with owner():
        assert not practice.sign_offs.exists()


def refused_by_database(error, statement, *values):
    with pytest.raises(error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_the_database_keeps_practice_what_it_is(practice, draft, lead):
    table = "UPDATE assessments_assessment SET"
    with acting(lead):
        for status in ("signed_off", "submitted"):
            refused_by_database(
                IntegrityError, f"{table} status = %s WHERE id = %s", status, practice.pk
            )
        for found in (practice, draft):
            refused_by_database(
                IntegrityError, f"{table} is_practice = NOT is_practice WHERE id = %s", found.pk
            )
        refused_by_database(
            ProgrammingError,
            "INSERT INTO assessments_signoff (id, agency_id, assessment_id, by_id, name,"
            " declaration, content_sha256, at)"
            " VALUES (gen_random_uuid(), %s, %s, %s, '', '', '', now())",
            practice.agency_id, practice.pk, lead.pk,
        )  # fmt: skip


def test_the_database_lets_nobody_delete_the_history_of_a_real_one(draft, used, lead, contributor):
    answer = answer_of(draft)
    with acting(lead) as by:
        answer_clause(answer, version=0, said=Said(how="For good"), by=by)
        request_report(draft, by=by)
        said = start_thread(answer, text="For good", told=[contributor.pk], by=by)
        resolve(said.thread, by=by)
        AnswerRevision.objects.filter(answer__assessment=draft).delete()
        Report.objects.filter(assessment=draft).delete()
        Mention.objects.filter(comment=said)._raw_delete("default")
        Comment.objects.filter(pk=said.pk)._raw_delete("default")
        ThreadStage.objects.filter(record=said.thread)._raw_delete("default")
        Thread.objects.filter(pk=said.thread_id)._raw_delete("default")
    with owner():
        assert said.mentions.exists()
        assert said.thread.stages.exists()
        assert AnswerRevision.objects.filter(answer__assessment=draft).exists()
        assert Report.objects.filter(assessment=draft).exists()


def test_delete_takes_all_of_it_and_leaves_the_evidence(draft, used, lead, client_for):
    practice, piece = used
    page = client_for(lead).get(url("delete", practice)).content.decode()
    assert "Delete this practice self-assessment?" in page
    assert client_for(lead).post(url("delete", practice)).status_code == 302
    with owner():
        assert list(Assessment.objects.all()) == [draft]
        assert Answer.objects.count() == 70
        assert not (AnswerRevision.objects.exists() or Report.objects.exists())
        assert not any(m.objects.exists() for m in (Thread, ThreadStage, Comment, Mention))
        assert list(Evidence.objects.all()) == [piece]


def test_delete_through_the_api_and_not_by_a_contributor(used, lead, contributor, client_for):
    practice, _ = used
    with acting(contributor) as by, pytest.raises(PermissionDenied):
        actions.delete(practice, by=by)
    here = f"/api/v1/assessments/{practice.pk}/"
    assert client_for(lead).delete(here).status_code == 204


def test_delete_keeps_one_with_a_record_of_removed_personal_data(used, lead):
    practice, _ = used
    answer = answer_of(practice)
    with acting(lead) as by:
        request_for_answer(answer, part=Part.HOW, reason=Reason.CHILD, by=by)
        with pytest.raises(NotAllowed, match="record that must be kept"):
            actions.delete(practice, by=by)
    with owner():
        assert AnswerRevision.objects.filter(answer__assessment=practice).count() == 2


def test_evidence_counts_no_clause_of_practice(used, edition, lead, client_for):
    _, piece = used
    here = reverse("assessments:evidence_detail", args=[piece.pk])
    page = client_for(lead).get(here).content.decode()
    assert "Supports 0 clauses" in page
    assert "Trying out (practice, not counted)" in page
    answer = answer_of(make_draft(edition, lead))
    with acting(lead) as by:
        attach_evidence(answer, evidence=[piece.pk], by=by)
        assert Evidence.objects.for_list().get().clause_count == 1
    assert "Supports 1 clause " in client_for(lead).get(here).content.decode()


def test_a_report_of_practice_is_named_so(used, lead):
    with owner():
        report = Report.objects.for_page().get()
    assert file_name(report).endswith("-practice.pdf")


def test_the_api_starts_and_shows_practice(edition, lead, client_for):
    client, address = client_for(lead), "/api/v1/assessments/"
    started = client.post(address, SENT, content_type="application/json")
    assert (started.status_code, started.json()["is_practice"]) == (201, True)
    assert len(client.get(f"{address}?is_practice=true").json()["results"]) == 1
    assert client.get(f"{address}?is_practice=false").json()["results"] == []
    refused = client.post(address, SENT | {"is_practice": "maybe"}, content_type="application/json")
    assert refused.status_code == 400
