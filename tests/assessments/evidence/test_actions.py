"""The rules of evidence: who, in which state, and what stays readable."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from agencies.models import Membership
from agencies.workflow import NotAllowed
from assessments import files
from assessments.actions.attaching import attach_evidence, change_clauses, detach_evidence
from assessments.actions.describing import edit_evidence
from assessments.actions.evidence import (
    Source,
    add_evidence,
    add_version,
    delete_evidence,
    download,
)
from assessments.models import Answer, Assessment, Evidence, EvidenceLink, ScanState, Status
from assessments.standing import restand
from standards.models import Edition
from tests.assessments.evidence.conftest import (
    DETAILS,
    answer_of,
    begin,
    events,
    locked,
    pdf_source,
    stored_files,
    upload,
)
from tests.assessments.files.samples import HTML
from tests.conftest import acting, owner

LOCKS = [
    {"status": Status.SIGNED_OFF},
    {"status": Status.SUBMITTED},
    {"archived_at": timezone.now()},
]


def test_added_file_has_a_first_version_that_is_not_scanned(evidence: Evidence, lead: Membership):
    with acting(lead):
        version = evidence.versions.get()
        assert (version.number, version.file_name) == (1, "Policy.pdf")
        assert version.scan_state == ScanState.NOT_SCANNED
        assert files.path_of(version.stored_as).is_file()
    assert events(lead)[-1] == "evidence.add"


def test_added_link_has_no_file(lead: Membership, store: Path):
    with acting(lead):
        added = add_evidence(DETAILS, source=Source(url="https://example.org/a?b=1"), by=lead)
        assert added.versions.get().url == "https://example.org/a?b=1"
    assert stored_files(store) == []


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT://example.org/%0aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "ftp://example.org/a",
        "file:///etc/passwd",
        "//example.org/a",
        "example.org",
        "https://",
        "https://lead:secret@example.org/",
        "https://lead@example.org/",
        "https://example.org/\r\nSet-Cookie: a=b",
        "https://example.org/a b",
        "https://example.org/" + "a" * 500,
    ],
)
def test_unsafe_link_is_refused(lead: Membership, url: str):
    with acting(lead), pytest.raises(ValidationError) as refusal:
        add_evidence(DETAILS, source=Source(url=url), by=lead)
    assert set(refusal.value.message_dict) == {"url"}


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (replace(DETAILS, title="  "), "title"),
        (replace(DETAILS, title="a" * 151), "title"),
        (replace(DETAILS, kind="rumour"), "kind"),
        (replace(DETAILS, description=" \n"), "description"),
        (replace(DETAILS, description="a" * 20_000), "description"),
        (replace(DETAILS, period_to=date(2025, 1, 1)), "period_to"),
    ],
)
def test_wrong_details_name_their_field_and_store_no_file(
    lead: Membership, store: Path, details, field
):
    with acting(lead), pytest.raises(ValidationError) as refusal:
        add_evidence(details, source=pdf_source(), by=lead)
    assert set(refusal.value.message_dict) == {field}
    assert stored_files(store) == []


@pytest.mark.parametrize(
    ("source", "field"),
    [
        (Source(), "source"),
        (Source(upload=upload(), url="https://example.org/"), "source"),
        (Source(upload=upload("a.html", HTML)), "upload"),
    ],
)
def test_wrong_source_names_its_field(lead: Membership, source: Source, field: str):
    with acting(lead), pytest.raises(ValidationError) as refusal:
        add_evidence(DETAILS, source=source, by=lead)
    assert set(refusal.value.message_dict) == {field}
    with acting(lead):
        assert not Evidence.objects.exists()


@pytest.mark.parametrize("person", ["approver", "viewer"])
def test_person_without_the_permission_changes_nothing(
    request, person: str, evidence: Evidence, answer: Answer, lead: Membership
):
    by = request.getfixturevalue(person)
    with acting(lead):
        link = attach_evidence(answer, evidence=[evidence.pk], by=lead)[0]
    calls = [
        lambda: add_evidence(DETAILS, source=pdf_source(), by=by),
        lambda: edit_evidence(evidence, details=DETAILS, wording=1, by=by),
        lambda: add_version(evidence, source=pdf_source(), by=by),
        lambda: delete_evidence(evidence, by=by),
        lambda: attach_evidence(answer, evidence=[evidence.pk], by=by),
        lambda: detach_evidence(link, by=by),
    ]
    before = events(lead)
    for call in calls:
        with acting(by), pytest.raises(PermissionDenied):
            call()
    assert events(lead) == before


def test_attaching_counts_for_readiness_and_twice_is_once(
    evidence: Evidence, answer: Answer, lead: Membership
):
    with acting(lead):
        attach_evidence(answer, evidence=[evidence.pk], by=lead)
        attach_evidence(answer, evidence=[evidence.pk], by=lead)
        assert EvidenceLink.objects.count() == 1
        assert answer.assessment.answers.for_overview().get(pk=answer.pk).has_evidence
    assert events(lead)[-1] == "evidence.attach"


@pytest.mark.parametrize("changes", LOCKS)
def test_locked_assessment_refuses_attach_and_detach(
    evidence: Evidence, answer: Answer, lead: Membership, changes: dict
):
    with acting(lead):
        link = attach_evidence(answer, evidence=[evidence.pk], by=lead)[0]
    other = answer_of(answer.assessment, "1.2", lead)
    with locked(answer.assessment, **changes):
        now = answer_of(answer.assessment, "1.1", lead)
        for call in (
            lambda: attach_evidence(other, evidence=[evidence.pk], by=lead),
            lambda: detach_evidence(link, by=lead),
            lambda: change_clauses(
                evidence, assessment=other.assessment, attach=[other.pk], detach=[], by=lead
            ),
            lambda: add_evidence(DETAILS, source=pdf_source(), answer=now, by=lead),
        ):
            with acting(lead), pytest.raises(NotAllowed):
                call()
    with acting(lead):
        assert EvidenceLink.objects.count() == 1


def test_detaching_leaves_the_evidence(evidence: Evidence, answer: Answer, lead: Membership):
    with acting(lead):
        link = attach_evidence(answer, evidence=[evidence.pk], by=lead)[0]
        detach_evidence(link, by=lead)
        assert not EvidenceLink.objects.exists()
        assert Evidence.objects.count() == 1
    assert events(lead)[-1] == "evidence.detach"


def test_ticks_change_only_what_was_ticked(
    evidence: Evidence, assessment: Assessment, lead: Membership
):
    first, second, third = (answer_of(assessment, code, lead) for code in ("1.1", "1.2", "1.3"))
    with acting(lead):
        attach_evidence(first, evidence=[evidence.pk], by=lead)
        attach_evidence(third, evidence=[evidence.pk], by=lead)
        change_clauses(
            evidence, assessment=assessment, attach=[second.pk], detach=[first.pk], by=lead
        )
        assert set(EvidenceLink.objects.values_list("answer", flat=True)) == {second.pk, third.pk}


def test_ticks_of_another_assessment_are_refused(
    evidence: Evidence, answer: Answer, edition: Edition, lead: Membership
):
    other = begin(edition, lead, "Another")
    with acting(lead), pytest.raises(ValidationError):
        change_clauses(evidence, assessment=other, attach=[answer.pk], detach=[], by=lead)


def test_new_version_moves_open_links_and_keeps_the_old_readable(
    evidence: Evidence, answer: Answer, edition: Edition, lead: Membership
):
    done = answer_of(begin(edition, lead, "Last year"), "1.1", lead)
    with acting(lead):
        first = evidence.versions.get()
        attach_evidence(answer, evidence=[evidence.pk], by=lead)
        attach_evidence(done, evidence=[evidence.pk], by=lead)
    with locked(done.assessment, status=Status.SUBMITTED), acting(lead):
        second = add_version(evidence, source=pdf_source("Policy 2.pdf"), by=lead)
        used = dict(EvidenceLink.objects.values_list("answer", "version"))
        assert used == {answer.pk: second.pk, done.pk: first.pk}
        assert (first.number, second.number) == (1, 2)
        assert download(first, by=lead).read_bytes()
    assert "evidence.version" in events(lead)


def test_edit_is_refused_while_a_signed_declaration_covers_it(
    evidence: Evidence, answer: Answer, lead: Membership
):
    new = replace(DETAILS, title="Another title")
    with acting(lead):
        attach_evidence(answer, evidence=[evidence.pk], by=lead)
    with (
        locked(answer.assessment, status=Status.SIGNED_OFF),
        acting(lead),
        pytest.raises(NotAllowed, match="signed off"),
    ):
        edit_evidence(evidence, details=new, wording=1, by=lead)
    with locked(answer.assessment, status=Status.DRAFT), acting(lead):
        assert edit_evidence(evidence, details=new, wording=1, by=lead).title == "Another title"
    assert events(lead)[-1] == "evidence.edit"


def test_attached_evidence_cannot_be_deleted(evidence: Evidence, answer: Answer, lead: Membership):
    with acting(lead):
        attach_evidence(answer, evidence=[evidence.pk], by=lead)
        with pytest.raises(NotAllowed, match="Detach it"):
            delete_evidence(evidence, by=lead)


def test_deleted_evidence_takes_its_files_with_it(
    evidence: Evidence, lead: Membership, store: Path, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True), acting(lead):
        delete_evidence(evidence, by=lead)
        assert not Evidence.objects.exists()
    assert stored_files(store) == []
    assert events(lead)[-1] == "evidence.delete"


@pytest.mark.parametrize("state", [ScanState.RECEIVED, ScanState.REFUSED])
def test_file_is_not_handed_out_before_its_check(evidence: Evidence, lead: Membership, state: str):
    with owner():
        evidence.versions.update(scan_state=state)
    with acting(lead), pytest.raises(NotAllowed):
        download(evidence.versions.get(), by=lead)


def test_version_that_is_not_openable_does_not_count(
    evidence: Evidence, answer: Answer, lead: Membership
):
    with acting(lead):
        attach_evidence(answer, evidence=[evidence.pk], by=lead)
    with owner():
        evidence.versions.update(scan_state=ScanState.REFUSED)
    with acting(lead):
        restand(answer.assessment)
        assert not answer.assessment.answers.for_overview().get(pk=answer.pk).has_evidence


def test_stranger_sees_nothing(evidence: Evidence, stranger: Membership):
    with acting(stranger):
        assert not Evidence.objects.exists()
        with pytest.raises(NotAllowed, match="deleted meanwhile"):
            delete_evidence(evidence, by=stranger)
