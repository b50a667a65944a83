"""Two people remove personal data: who may, what goes where, and what stays."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from agencies.models import AnsweredRequest, Event, Membership
from agencies.permissions import AGENCY_ROLES, ROLES, Permission, Role
from agencies.workflow import NotAllowed, Stale
from assessments import files, snapshot
from assessments.actions.answers import Said, answer_clause
from assessments.actions.evidence import Details, delete_evidence, download, edit_evidence
from assessments.actions.signoff import sign_off
from assessments.actions.submission import submit, withdraw
from assessments.models import (
    Answer,
    EvidenceVersion,
    RoundRedaction,
    Submission,
    SubmittedAnswer,
    SubmittedEvidence,
)
from assessments.reconciling import reconcile
from jobs.models import Job
from protection.actions import redaction as actions
from protection.actions.exports import request_export
from protection.models import Export, Part, Reason, Redaction, Tombstone
from protection.places import MARK, keyed
from protection.workflow import Status
from reports.actions import request_report
from reports.models import Report
from reports.store import path_of
from tests.assessments.conftest import answer_of, reread
from tests.conftest import acting, owner
from tests.factories import make_member
from tests.protection.conftest import NAME, ask, ask_for, fresh, work_off
from tests.reports.conftest import keep

pytestmark = pytest.mark.django_db


def confirm(redaction, by):
    with acting(by) as member:
        return actions.confirm(redaction, has_understood=True, by=member)


def hand_in(assessment, approver, lead):
    assessment = reread(assessment)
    with acting(approver) as by:
        sign_off(assessment, name="Head", has_agreed=True, by=by)
    with acting(lead) as by:
        return submit(assessment, by=by)


def take_back(assessment, lead):
    assessment = reread(assessment)
    with acting(lead) as by:
        withdraw(assessment, by=by)


def request(assessment, lead, *, is_round=False):
    assessment = reread(assessment)
    with acting(lead) as by:
        submission = round_of(assessment) if is_round else None
        return request_report(assessment, submission=submission, by=by)


def say(assessment, lead, **said):
    answer = answer_of(assessment)
    with acting(lead) as by:
        answer_clause(answer, version=answer.version, said=Said(level=2, **said), by=by)


def round_of(assessment):
    rounds = Submission.objects.select_related(
        "assessment__edition", "sign_off", "guidance", "rules", "by"
    )
    return rounds.filter(assessment=assessment).order_by("-round")[0]


def tables_with(word):
    """Every table of the database, read as text: where the word stands."""
    found = []
    with owner(), connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.oid::regclass::text FROM pg_class c
               JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE c.relkind = 'r' AND n.nspname = 'public'"""
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE %s", [f"%{word}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


def texts_of(root: Path):
    """Every file of the store, PDFs as the text on their pages."""
    for path in root.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            if raw.startswith(b"%PDF"):
                raw = subprocess.run(
                    ["pdftotext", path, "-"], capture_output=True, check=True
                ).stdout
            yield path, raw.decode(errors="replace")


def files_with(word, root):
    words = word.split()
    return [path for path, text in texts_of(root) if all(one in text for one in words)]


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


def test_who_asked_cannot_decide(spoken, lead, approver):
    redaction = ask(spoken, lead)
    for action in (confirm, lambda r, m: _refuse(r, m)):
        with pytest.raises(PermissionDenied, match="another person has to decide"):
            action(redaction, lead)
    assert fresh(redaction).is_waiting
    assert tables_with(NAME)
    confirm(redaction, approver)
    assert fresh(redaction).is_confirmed


def _refuse(redaction, by):
    with acting(by) as member:
        return actions.refuse(redaction, by=member)


def test_confirming_needs_the_tick(spoken, lead, dpo):
    redaction = ask(spoken, lead)
    with acting(dpo) as by, pytest.raises(ValidationError) as refusal:
        actions.confirm(redaction, has_understood=False, by=by)
    assert set(refusal.value.message_dict) == {"has_understood"}
    assert fresh(redaction).is_waiting


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("part", {"part": "file"}),
        ("part", {"part": "everything"}),
        ("part", {"part": Part.DIFFERENCE}),
        ("reason", {"reason": "because"}),
        ("note", {"note": "x" * 201}),
    ],
)
def test_request_that_cannot_be_is_refused(field, said, spoken, lead):
    wanted = {"part": Part.HOW, "reason": Reason.CHILD, "note": ""} | said
    with acting(lead) as by, pytest.raises(ValidationError) as refusal:
        actions.request_for_answer(spoken, **wanted, by=by)
    assert set(refusal.value.message_dict) == {field}


def test_second_request_for_the_same_is_told(spoken, lead, contributor):
    ask(spoken, lead)
    with pytest.raises(NotAllowed, match="asked for this already"):
        ask(spoken, contributor)


def test_decided_is_decided(spoken, lead, approver, dpo):
    redaction = ask(spoken, lead)
    _refuse(redaction, dpo)
    with pytest.raises(NotAllowed, match="refused"):
        confirm(redaction, approver)
    assert tables_with(NAME)
    with acting(lead) as by, pytest.raises(NotAllowed):
        actions.withdraw(redaction, by=by)


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


def test_evidence_on_record_is_not_deleted(spoken, piece, lead, dpo):
    ask_for(piece, lead)
    with acting(lead) as by:
        from assessments.actions.attaching import detach_evidence
        from assessments.models import EvidenceLink

        link = EvidenceLink.objects.select_related("answer", "version").get(version=piece)
        detach_evidence(link, by=by)
        with pytest.raises(NotAllowed, match="record is kept"):
            delete_evidence(piece.evidence, by=by)


def test_signed_assessment_has_to_be_signed_again(spoken, lead, approver, dpo):
    assessment = reread(spoken.assessment)
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


def test_events_hold_no_text(spoken, lead, dpo):
    confirm(ask(spoken, lead, note="second paragraph"), dpo)
    with acting(dpo):
        events = list(Event.objects.filter(action__startswith="redaction."))
        assert {e.action for e in events} == {
            "redaction.request", "redaction.confirm", "redaction.destroy",
        }  # fmt: skip
        assert not [e for e in events if NAME in str(e.facts) or "paragraph" in str(e.facts)]


def test_officers_get_a_mail_without_personal_data(
    spoken, lead, dpo, approver, django_capture_on_commit_callbacks
):
    redaction = ask(spoken, lead, note="Look at May")
    work_off("redaction_mail")
    assert sorted(letter.to for letter in mail.outbox) == sorted([[dpo.email], [approver.email]])
    assert all("you may decide" in letter.body for letter in mail.outbox)
    confirm(redaction, dpo)
    work_off("redaction_mail")
    assert [letter.to for letter in mail.outbox[2:]] == [[dpo.email]]
    assert "you answer for data protection" in mail.outbox[2].body
    for letter in mail.outbox:
        said = f"{letter.subject} {letter.body}"
        assert str(redaction.pk) in said
        assert NAME not in said and "May" not in said and spoken.assessment.title not in said


def test_leads_get_the_mail_where_there_is_no_officer(spoken, lead, contributor, approver):
    redaction = ask(spoken, contributor)
    confirm(redaction, approver)
    work_off("redaction_mail")
    assert [letter.to for letter in mail.outbox] == [[lead.email]], "who may decide need not now"


@pytest.mark.parametrize(
    "asker", [r for r in AGENCY_ROLES if Permission.REDACT_REQUEST in ROLES[r]]
)
def test_all_who_may_decide_hear_of_a_request_except_who_asked(
    asker, spoken, lead, approver, dpo, contributor, viewer, stranger, request
):
    """Also a second lead; not one who has left, nor one who lost the role since."""
    by = request.getfixturevalue(asker)
    with owner():
        second, left, changed = (make_member(spoken.agency) for _ in range(3))
        Membership.objects.filter(pk=left.pk).update(is_active=False)
    ask(spoken, by)
    with owner():
        Membership.objects.filter(pk=changed.pk).update(role=Role.VIEWER)
    work_off("redaction_mail")
    told = {member.email for member in (lead, approver, dpo, second) if member.pk != by.pk}
    assert sorted(address for letter in mail.outbox for address in letter.to) == sorted(told)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE assessments_submittedanswer SET how = 'x'",
        "UPDATE protection_redaction SET requested_by_id = decided_by_id",
        "UPDATE protection_redaction SET destroyed_at = NULL",
        "DELETE FROM protection_redaction",
        "UPDATE protection_tombstone SET digest = 'x'",
        "DELETE FROM assessments_roundredaction",
        "UPDATE assessments_roundredaction SET sha256_after = 'x'",
        "DELETE FROM protection_export",
    ],
)
def test_database_refuses_to_alter_what_is_on_record(statement, spoken, lead, dpo):
    confirm(ask(spoken, lead), dpo)
    refused = pytest.raises(DatabaseError, match="permission denied")
    with acting(lead), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_database_asks_for_two_people_itself(spoken, lead, dpo, approver, stranger):
    """Even code of ours that forgot to ask could not change a frozen row."""
    redaction = ask(spoken, lead)
    for who in (lead, dpo, stranger):
        refused = pytest.raises(DatabaseError, match="not confirmed by a second person")
        with acting(who), refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT ctx.redact(%s)", [redaction.pk])
    done = confirm(redaction, dpo)
    refused = pytest.raises(DatabaseError, match="not confirmed by a second person")
    with acting(dpo), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT ctx.redact(%s)", [done.pk])
    say(spoken.assessment, lead, difference="Something new")
    other = ask(spoken, lead, Part.DIFFERENCE)
    with acting(lead), pytest.raises(DatabaseError, match="two_people"), transaction.atomic():
        Redaction.objects.filter(pk=other.pk).update(decided_by=lead)


def test_status_is_what_was_decided(spoken, lead, dpo):
    redaction = confirm(ask(spoken, lead), dpo)
    stored = fresh(redaction)
    assert (stored.status, stored.decided_by_id) == (Status.CONFIRMED, dpo.pk)
    assert stored.destroyed_at


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
        edit_evidence(piece.evidence, details=details, by=by)
        redaction = actions.request_for_evidence(
            piece, part=Part.EVIDENCE, reason=Reason.CHILD, spares_current=True, by=by
        )
    confirm(redaction, dpo)
    with owner():
        shown = SubmittedEvidence.objects.get(version=piece)
        stored = EvidenceVersion.objects.select_related("evidence").get(pk=piece.pk)
    assert stored.evidence.title == "A letter"
    assert MARK.fullmatch(shown.title) and MARK.fullmatch(shown.file_name)
    assert stored.is_removed
