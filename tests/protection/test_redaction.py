"""Two people remove personal data: what is destroyed where, and what stays."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from agencies.models import AnsweredRequest
from agencies.workflow import NotAllowed, Stale
from assessments import files, snapshot
from assessments.actions.answers import Said, answer_clause
from assessments.actions.describing import Details, edit_evidence
from assessments.actions.evidence import Source, add_version, delete_evidence, download
from assessments.actions.placing import Where, place_evidence, where_of
from assessments.actions.signoff import sign_off
from assessments.actions.submission import submit
from assessments.models import (
    Answer,
    EvidenceFinding,
    EvidenceLink,
    EvidenceVersion,
    RoundRedaction,
    Submission,
    SubmittedAnswer,
    SubmittedEvidence,
)
from assessments.reconciling import reconcile
from assessments.redacted import MARK
from jobs.models import Job
from protection.actions import redaction as actions
from protection.actions.exports import request_export
from protection.models import Export, Part, Reason, Tombstone
from protection.places import keyed
from reports.models import Report
from reports.store import path_of
from tests.assessments.conftest import answer_of, reread
from tests.conftest import acting, owner
from tests.protection.conftest import NAME, ask, ask_for, work_off
from tests.protection.removing import (
    clear_wrongly,
    confirm,
    files_with,
    hand_in,
    request,
    round_of,
    say,
    tables_with,
    take_back,
    texts_of,
)
from tests.reports.conftest import keep

pytestmark = pytest.mark.django_db


def test_every_place_is_destroyed_and_the_rest_still_fits(
    spoken, piece, contributor, lead, approver, dpo, files_root, django_capture_on_commit_callbacks
):
    """The name in a draft, revisions, a withdrawn round, the round in force, evidence, PDFs and
    an export: afterwards it is nowhere, the hashes still fit and the audit chain verifies."""
    assessment = spoken.assessment
    hand_in(assessment, approver, lead)
    take_back(assessment, lead)
    with acting(lead) as by:
        AnsweredRequest.objects.create(
            agency_id=by.agency_id, by=by, key="1", code=200, body=f'{{"how": "{NAME}"}}'
        )
    with django_capture_on_commit_callbacks(execute=True):
        hand_in(assessment, approver, lead)
        made = request(assessment, lead, is_round=True)
        with acting(lead) as by:
            exported = request_export(by=by)
    work_off("report")
    work_off("export")
    assert files_with(NAME, files_root), "the test would not see it"
    assert {"assessments_submittedanswer", "assessments_answerrevision"} <= set(tables_with(NAME))
    with owner():
        original = round_of(assessment).sha256
        old_pdf = path_of(Report.objects.get(pk=made.pk).stored_as)
        assert old_pdf.is_file()
    for redaction in (ask(spoken, contributor, Part.TEXTS), ask_for(piece, contributor)):
        with django_capture_on_commit_callbacks(execute=True):
            confirm(redaction, dpo)
    assert tables_with(NAME) == []
    assert files_with(NAME, files_root) == []
    assert not old_pdf.exists()
    with owner():
        for submission in Submission.objects.select_related(
            "assessment__edition", "sign_off", "guidance", "rules", "by"
        ):
            assert snapshot.is_unchanged(submission)
        assert round_of(assessment).sha256 == original
        assert RoundRedaction.objects.count() == 4
        assert MARK.fullmatch(SubmittedAnswer.objects.filter(clause_code="1.1")[0].how)
        assert Report.objects.get(pk=made.pk).is_destroyed
        assert Export.objects.get(pk=exported.pk).removed_at
    with owner():
        call_command("verify_audit")


def test_report_of_a_redacted_round_says_so(spoken, lead, approver, dpo, files_root):
    hand_in(spoken.assessment, approver, lead)
    confirm(ask(spoken, lead), dpo)
    request(spoken.assessment, lead, is_round=True)
    work_off("report")
    (text,) = [text for _, text in texts_of(files_root / "reports")]
    plain = " ".join(text.split())
    assert "Redacted" in plain
    assert "personal data was removed" in plain
    assert NAME not in plain


def test_same_text_again_gets_a_new_report(spoken, lead, dpo):
    first = keep(request(spoken.assessment, lead))
    confirm(ask(spoken, lead), dpo)
    say(spoken.assessment, lead, how=spoken.how)
    second = request(spoken.assessment, lead)
    assert second.pk != first.pk


def test_report_being_made_meanwhile_comes_to_nothing(spoken, lead, dpo, files_root):
    report = request(spoken.assessment, lead)
    confirm(ask(spoken, lead), dpo)
    work_off("report")
    with owner():
        job = Job.objects.get(pk=report.job_id)
        assert job.has_failed
        assert "Ask for a new one" in job.reason
        assert not Report.objects.get(pk=report.pk).stored_as
    assert list(texts_of(files_root)) == []


def test_open_page_of_a_colleague_is_told_and_overwrites_nothing(spoken, contributor, lead, dpo):
    confirm(ask(spoken, lead), dpo)
    said = Said(level=3, how=f"We placed {NAME} in May.")
    with acting(contributor) as by, pytest.raises(Stale):
        answer_clause(spoken, version=spoken.version, said=said, by=by)
    assert tables_with(NAME) == []


def test_second_removal_continues_the_chain(spoken, lead, approver, dpo):
    """A text that comes back is removed again; older marks stay as they are."""
    hand_in(spoken.assessment, approver, lead)
    confirm(ask(spoken, lead), dpo)
    take_back(spoken.assessment, lead)
    say(spoken.assessment, lead, difference=f"Good for {NAME}")
    hand_in(spoken.assessment, approver, lead)
    confirm(ask(spoken, lead, Part.DIFFERENCE), dpo)
    assert tables_with(NAME) == []
    with owner():
        assert all(
            snapshot.is_unchanged(one)
            for one in Submission.objects.select_related(
                "assessment__edition", "sign_off", "guidance", "rules", "by"
            )
        )


def test_tampering_is_seen_before_and_after(spoken, lead, approver, dpo):
    hand_in(spoken.assessment, approver, lead)
    confirm(ask(spoken, lead), dpo)
    with owner(spoken.assessment.agency):
        SubmittedAnswer.objects.filter(clause_code="3.3").update(how="We meet every day.")
        assert not snapshot.is_unchanged(round_of(spoken.assessment))


def test_removal_does_not_whitewash_what_was_tampered_with(spoken, lead, approver, dpo):
    hand_in(spoken.assessment, approver, lead)
    with owner(spoken.assessment.agency):
        SubmittedAnswer.objects.filter(clause_code="3.3").update(how="We meet every day.")
    confirm(ask(spoken, lead), dpo)
    with owner():
        assert not snapshot.is_unchanged(round_of(spoken.assessment))


def test_evidence_keeps_its_checksum_and_is_no_longer_handed_out(
    spoken, piece, lead, approver, dpo, django_capture_on_commit_callbacks
):
    path = files.path_of(piece.stored_as)
    hand_in(spoken.assessment, approver, lead)
    with django_capture_on_commit_callbacks(execute=True):
        confirm(ask_for(piece, lead, Part.FILE), dpo)
    assert not path.exists()
    with owner():
        stored = EvidenceVersion.objects.get(pk=piece.pk)
        shown = SubmittedEvidence.objects.get(version=piece)
        assert (stored.sha256, stored.size) == (piece.sha256, piece.size)
        assert stored.redacted_at
        assert MARK.fullmatch(stored.file_name) and MARK.fullmatch(shown.file_name)
        assert shown.sha256 == piece.sha256
        assert shown.title == f"Letter about {NAME}", "only the file was asked for"
        assert Tombstone.objects.get(field="bytes").digest == piece.sha256
    with acting(lead) as by, pytest.raises(NotAllowed, match="destroyed"):
        download(stored, by=by)
    assert reconcile(is_hashing=True).is_sound


def test_removed_file_no_longer_counts_as_evidence(spoken, piece, lead, dpo):
    with owner():
        assert Answer.objects.with_evidence().get(pk=spoken.pk).has_evidence
    confirm(ask_for(piece, lead, Part.FILE), dpo)
    with owner():
        assert not Answer.objects.with_evidence().get(pk=spoken.pk).has_evidence


def test_what_the_guard_found_in_a_file_goes_with_it(piece, lead, dpo):
    upload = SimpleUploadedFile("Letter.txt", b"Ring 07700 900123.")
    with acting(lead) as by:
        piece = add_version(piece.evidence, source=Source(upload=upload), by=by)
    with owner():
        assert EvidenceFinding.objects.filter(version=piece).exists()
    confirm(ask_for(piece, lead, Part.FILE), dpo)
    with owner():
        assert not EvidenceFinding.objects.filter(version=piece).exists()


def test_evidence_on_record_is_not_deleted(spoken, piece, lead, dpo):
    ask_for(piece, lead)
    with acting(lead) as by:
        from assessments.actions.attaching import detach_evidence

        link = EvidenceLink.objects.select_related("answer", "version").get(version=piece)
        detach_evidence(link, by=by)
        with pytest.raises(NotAllowed, match="is kept"):
            delete_evidence(piece.evidence, by=by)


def test_signed_assessment_has_to_be_signed_again(spoken, lead, approver, dpo):
    assessment = reread(spoken.assessment)
    clear_wrongly(assessment, lead)
    with acting(approver) as by:
        sign_off(assessment, name="Head", has_agreed=True, by=by)
    confirm(ask(spoken, lead), dpo)
    with acting(lead) as by, pytest.raises(NotAllowed, match="changed after it was signed"):
        submit(assessment, by=by)


def test_tombstones_cannot_be_guessed(spoken, lead, dpo):
    """A keyed hash: a plain sha256 of a short name would be found by trying names."""
    import hashlib

    confirm(ask(spoken, lead), dpo)
    with owner():
        digests = set(Tombstone.objects.values_list("digest", flat=True))
    assert keyed(f"We placed {NAME} in May.") in digests
    assert hashlib.sha256(f"We placed {NAME} in May.".encode()).hexdigest() not in digests


def test_what_was_put_right_stays_and_older_versions_go(spoken, lead, approver, dpo):
    hand_in(spoken.assessment, approver, lead)
    take_back(spoken.assessment, lead)
    say(spoken.assessment, lead, how="We placed a child.")
    hand_in(spoken.assessment, approver, lead)
    confirm(ask(spoken, lead, spares_current=True), dpo)
    assert tables_with(NAME) == []
    assert answer_of(spoken.assessment).how == "We placed a child."
    with owner():
        first, second = SubmittedAnswer.objects.filter(clause_code="1.1").order_by(
            "submission__round"
        )
        assert MARK.fullmatch(first.how)
        assert second.how == "We placed a child."
        assert RoundRedaction.objects.count() == 1
        rounds = Submission.objects.select_related(
            "assessment__edition", "sign_off", "guidance", "rules", "by"
        )
        assert all(snapshot.is_unchanged(one) for one in rounds)


def test_nothing_is_left_to_remove_when_only_the_clean_text_stands(complete, lead):
    """Every version says the same: sparing it leaves nothing."""
    answer = answer_of(complete)
    with pytest.raises(ValidationError, match="nothing of this to remove"):
        ask(answer, lead, spares_current=True)


def test_title_that_was_put_right_stays(spoken, piece, lead, approver, dpo):
    hand_in(spoken.assessment, approver, lead)
    take_back(spoken.assessment, lead)
    with acting(lead) as by:
        details = Details("A letter", "policy", "How we met a child")
        edit_evidence(piece.evidence, details=details, wording=1, by=by)
        link = EvidenceLink.objects.select_related("answer", "version").get(version=piece)
        where = Where("Page 1", f"How {NAME} writes")
        place_evidence(link, where=where, by=by)
        redaction = actions.request_for_evidence(
            piece, part=Part.EVIDENCE, reason=Reason.CHILD, spares_current=True, by=by
        )
    confirm(redaction, dpo)
    with owner():
        shown = SubmittedEvidence.objects.get(version=piece)
        stored = EvidenceVersion.objects.select_related("evidence").get(pk=piece.pk)
        now = EvidenceLink.objects.get()
    assert where_of(now) == where, "said now, so it is clean"
    assert stored.evidence.title == "A letter"
    assert MARK.fullmatch(shown.title) and MARK.fullmatch(shown.file_name)
    assert MARK.fullmatch(shown.place), "said before"
    assert shown.shows == where.shows, "said before and now"
    assert stored.is_removed
