"""Declaration, submission, and the way back."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from agencies.workflow import NotAllowed
from assessments import snapshot
from assessments.actions.answers import Said, answer_clause
from assessments.actions.placing import Where, place_evidence
from assessments.actions.signoff import reopen, sign_off
from assessments.actions.submission import submit, withdraw
from assessments.models import (
    Answer,
    AnswerRevision,
    Evidence,
    EvidenceLink,
    EvidenceVersion,
    FileDeclaration,
    ScanState,
    SignOff,
    Status,
    Submission,
    SubmittedAnswer,
    SubmittedEvidence,
)
from tests.assessments.conftest import answer_of, reread
from tests.conftest import acting, owner

pytestmark = pytest.mark.django_db


def sign(assessment, approver, name="Head of service", has_agreed=True):
    with acting(approver) as by:
        return sign_off(assessment, name=name, has_agreed=has_agreed, by=by)


def attach(assessment, by, state=ScanState.NOT_SCANNED, code="1.1"):
    with owner(assessment.agency):
        shared = {"agency_id": by.agency_id}
        evidence = Evidence.objects.create(
            title="Matching policy", kind="policy", description="Matching", created_by=by, **shared
        )
        version = EvidenceVersion.objects.create(
            evidence=evidence, number=1, file_name="policy.pdf", scan_state=state, by=by, **shared
        )
        FileDeclaration.objects.create(version=version, by=by, **shared)
        answer = Answer.objects.get(assessment=assessment, clause__code=code)
        return EvidenceLink.objects.create(answer=answer, version=version, by=by, **shared)


def test_sign_off_locks_and_records_who_when_and_what(complete, approver):
    sign(complete, approver, name="  Head of   service ")
    signed = reread(complete)
    with owner():
        declaration = SignOff.objects.get()
        content = snapshot.digest(snapshot.of_draft(signed))
    assert signed.status == Status.SIGNED_OFF
    assert (declaration.name, declaration.by_id) == ("Head of service", approver.pk)
    assert declaration.declaration
    assert declaration.content_sha256 == content


def test_sign_off_names_every_blocker(draft, lead, approver):
    answer = answer_of(draft, "2.1")
    with acting(lead) as by:
        answer_clause(answer, version=0, said=Said(is_not_applicable=True), by=by)
    attach(draft, lead, ScanState.REFUSED)
    attach(draft, lead, ScanState.RECEIVED, code="1.2")
    with pytest.raises(ValidationError) as refusal:
        sign(draft, approver)
    said = " ".join(refusal.value.messages)
    for words in ("Answer ", "Say why 1 clause does not apply: 2.1", "refused", "virus check"):
        assert words in said
    assert reread(draft).status == Status.DRAFT


@pytest.mark.parametrize(
    ("name", "has_agreed", "field"),
    [("", True, "name"), ("x" * 121, True, "name"), ("Head", False, "has_agreed")],
)
def test_sign_off_needs_a_name_and_consent(name, has_agreed, field, complete, approver):
    with pytest.raises(ValidationError) as refusal:
        sign(complete, approver, name=name, has_agreed=has_agreed)
    assert set(refusal.value.message_dict) == {field}


def test_sign_off_closes_open_autosaves(complete, contributor, approver):
    answer = answer_of(complete)
    with acting(contributor) as by:
        said = Said(level=2, how="New")
        answer_clause(answer, version=1, said=said, is_autosave=True, by=by)
    sign(complete, approver)
    with owner():
        assert not AnswerRevision.objects.filter(is_open=True).exists()


def test_clauses_addressed_to_others_may_stay_unanswered(complete, approver):
    with owner(complete.agency):
        others = [
            answer.pk
            for answer in complete.answers.select_related("clause")
            if not answer.clause.is_addressed_to("LA")
        ]
        Answer.objects.filter(pk__in=others).update(level=None)
    assert others
    sign(complete, approver)
    assert reread(complete).status == Status.SIGNED_OFF


def test_reopening_voids_the_sign_off(signed, lead, approver):
    with acting(lead) as by:
        reopen(signed, by=by)
    assert reread(signed).status == Status.DRAFT
    with owner():
        assert SignOff.objects.get().voided_at
    sign(signed, approver)
    with owner():
        assert SignOff.objects.filter(voided_at=None).count() == 1


def test_submission_freezes_what_was_signed(complete, lead, approver):
    attach(complete, lead)
    sign(complete, approver)
    with acting(lead) as by:
        made = submit(reread_in(complete), by=by)
    assert reread(complete).status == Status.SUBMITTED
    with owner():
        submission = Submission.objects.select_related("sign_off").get()
        assert (submission.round, submission.sha256) == (1, made.sha256)
        assert SubmittedAnswer.objects.count() == 70
        shown = SubmittedEvidence.objects.get()
        assert (shown.title, shown.scan_state) == ("Matching policy", ScanState.NOT_SCANNED)
        assert snapshot.is_unchanged(submission)
        signed_for = snapshot.digest(snapshot.of_round(submission))
    assert signed_for == submission.sign_off.content_sha256


def reread_in(assessment):
    return type(assessment).objects.get(pk=assessment.pk)


def test_frozen_rows_do_not_follow_later_changes(submitted, lead, contributor):
    with acting(lead) as by:
        withdraw(submitted, by=by)
    answer = answer_of(submitted)
    with acting(contributor) as by:
        answer_clause(answer, version=1, said=Said(level=0, how="Changed"), by=by)
    with owner():
        frozen = SubmittedAnswer.objects.get(clause_code="1.1")
        assert (frozen.level, frozen.how) == (2, "We meet every week.")
        assert snapshot.is_unchanged(Submission.objects.get())


def test_any_change_of_a_frozen_row_is_noticed(submitted):
    with owner(submitted.agency):
        SubmittedAnswer.objects.filter(clause_code="3.3").update(how="We meet every day.")
        assert not snapshot.is_unchanged(Submission.objects.get())


def test_round_pins_where_to_look_and_until_when_it_is_valid(complete, lead, approver, client_for):
    link = attach(complete, lead)
    with acting(lead) as by:
        place_evidence(link, where=Where("Page 12", "Who is asked, and when."), by=by)
        Evidence.objects.update(valid_until=datetime.date(2031, 3, 31))
    sign(complete, approver)
    with acting(lead) as by:
        submission = submit(complete, by=by)
    with owner(complete.agency):
        frozen = SubmittedEvidence.objects.get()
        assert (frozen.place, frozen.shows) == ("Page 12", "Who is asked, and when.")
        EvidenceLink.objects.update(place="Page 1")
        assert snapshot.is_unchanged(submission)
    shown = client_for(lead).get(reverse("assessments:submission", args=[complete.pk, 1])).text
    for words in ("Page 12", "Who is asked, and when.", "valid to 31 March 2031"):
        assert words in shown
    for change in ({"place": "Page 13"}, {"shows": ""}, {"valid_until": None}):
        with owner(complete.agency), transaction.atomic():
            SubmittedEvidence.objects.update(**change)
            assert not snapshot.is_unchanged(submission), change
            transaction.set_rollback(True)


def test_change_after_signing_stops_the_submission(complete, lead, approver):
    link = attach(complete, lead)
    sign(complete, approver)
    with owner(complete.agency):
        Evidence.objects.filter(versions=link.version_id).update(description="Something else")
    with acting(lead) as by, pytest.raises(NotAllowed, match="changed after it was signed"):
        submit(complete, by=by)
    with owner():
        assert not Submission.objects.exists()


def test_second_submission_is_told_who_was_first(submitted, approver, lead):
    with acting(approver) as by, pytest.raises(NotAllowed) as refusal:
        submit(submitted, by=by)
    assert lead.display_name in str(refusal.value)


def test_withdrawn_round_is_kept_and_the_next_one_counts_on(submitted, lead, approver):
    with acting(lead) as by:
        withdraw(submitted, by=by)
    sign(submitted, approver)
    with acting(approver) as by:
        assert submit(submitted, by=by).round == 2
    with owner():
        first, second = Submission.objects.order_by("round")
        assert first.withdrawn_at
        assert not second.withdrawn_at
        assert [stage.action for stage in submitted.stages.all()] == [
            "sign_off",
            "submit",
            "withdraw",
            "sign_off",
            "submit",
        ]


def test_withdrawal_after_review_started_is_refused(submitted, lead):
    with owner(submitted.agency):
        Submission.objects.update(review_started_at=timezone.now())
    with acting(lead) as by, pytest.raises(NotAllowed, match="review"):
        withdraw(submitted, by=by)
    assert reread(submitted).status == Status.SUBMITTED


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assessments_submittedanswer SET how = 'x'",
        "DELETE FROM assessments_submittedanswer",
        "DELETE FROM assessments_submittedevidence",
        "UPDATE assessments_submission SET sha256 = 'x'",
        "UPDATE assessments_submission SET review_started_at = now()",
        "DELETE FROM assessments_submission",
        "UPDATE assessments_signoff SET name = 'x'",
        "DELETE FROM assessments_signoff",
        "UPDATE assessments_assessmentstage SET action = 'x'",
    ],
)
def test_database_refuses_to_alter_what_is_on_record(statement, submitted, lead):
    refused = pytest.raises(DatabaseError, match="permission denied")
    with acting(lead), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
