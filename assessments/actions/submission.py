"""Submitting a signed assessment, and taking a submission back."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from agencies.models import Membership
from agencies.workflow import NotAllowed, move
from assessments import snapshot
from assessments.actions.noticing import of_step, tell
from assessments.actions.signoff import lock_for, void_sign_off
from assessments.models import (
    About,
    Answer,
    Assessment,
    SignOff,
    Submission,
    SubmittedAnswer,
    SubmittedEvidence,
)
from assessments.standing import restand
from assessments.workflow import ASSESSMENT
from standards.models import Clause, Guidance, ReadinessRules


@transaction.atomic
def submit(assessment: Assessment, *, by: Membership) -> Submission:
    """Freeze exactly what was signed, as a new round."""
    locked = lock_for(assessment, "submit", by=by)
    sign_off = locked.sign_offs.get(voided_at=None)
    content = snapshot.of_draft(locked)
    if snapshot.digest(content) != sign_off.content_sha256:
        raise NotAllowed(
            "Something in this self-assessment changed after it was signed, such as the details "
            "of a piece of evidence. Reopen it, check it, and ask for a new sign-off."
        )
    submission = _new_round(locked, sign_off, by)
    submission.sha256 = snapshot.digest(snapshot.of_submission(submission, content))
    submission.save(force_insert=True)
    _freeze(content, submission)
    facts = {"round": submission.round, "sha256": submission.sha256}
    move(locked, ASSESSMENT, "submit", by=by, submission=submission.pk, **facts)
    return submission


@transaction.atomic
def withdraw(assessment: Assessment, *, by: Membership) -> Submission:
    """Take the last round back and make the assessment a draft, until a review has started."""
    locked = lock_for(assessment, "withdraw", by=by)
    submission = locked.submissions.select_for_update().get(withdrawn_at=None)
    if submission.is_under_review:
        raise NotAllowed(
            "Someone has started to review this submission, so it can no longer be withdrawn."
        )
    submission.withdrawn_at = timezone.now()
    submission.save(update_fields=["withdrawn_at"])
    void_sign_off(locked)
    moved = move(locked, ASSESSMENT, "withdraw", by=by, submission=submission.pk)
    restand(moved)  # nothing counted while it was frozen, such as the removal of a file
    tell(of_step(moved, About.REOPENED), by=by)
    return submission


def _new_round(assessment: Assessment, sign_off: SignOff, by: Membership) -> Submission:
    last = assessment.submissions.aggregate(last=Max("round"))["last"] or 0
    return Submission(
        agency_id=assessment.agency_id,
        assessment=assessment,
        round=last + 1,
        title=assessment.title,
        agency_name=assessment.agency.name,
        agency_kind=assessment.agency.kind,
        period_from=assessment.period_from,
        period_to=assessment.period_to,
        sign_off=sign_off,
        guidance=Guidance.objects.get(edition=assessment.edition_id, is_current=True),
        rules=ReadinessRules.objects.get(edition=assessment.edition_id, is_current=True),
        by=by,
    )


def _freeze(content: snapshot.Document, submission: Submission) -> None:
    """Rows from the very document that was hashed, so that nothing can slip in between."""
    edition = submission.assessment.edition_id
    clauses = {clause.code: clause for clause in Clause.objects.filter(standard__edition=edition)}
    answers = [
        (_answer(said, clauses[said["clause"]], submission), said["evidence"])
        for said in content["answers"]
    ]
    SubmittedAnswer.objects.bulk_create(answer for answer, _ in answers)
    SubmittedEvidence.objects.bulk_create(
        _evidence(shown, answer) for answer, evidence in answers for shown in evidence
    )


def _answer(said: snapshot.Document, clause: Clause, submission: Submission) -> SubmittedAnswer:
    partner = said.get("answered_by", {})
    return SubmittedAnswer(
        agency_id=submission.agency_id,
        submission=submission,
        clause=clause,
        clause_code=said["clause"],
        clause_sha256=said["clause_sha256"],
        answered_by=partner.get("agency", ""),
        answered_version=partner.get("version"),
        offered_how=partner.get("how", ""),
        offered_difference=partner.get("difference", ""),
        **{field: said[field] for field in Answer.FIELDS},
    )


def _evidence(shown: snapshot.Document, answer: SubmittedAnswer) -> SubmittedEvidence:
    period_from, period_to = (day and date.fromisoformat(day) for day in shown["period"])
    same = ("title", "kind", "file_name", "url", "sha256", "scan_state")
    until = shown.get("valid_until")
    return SubmittedEvidence(
        agency_id=answer.agency_id,
        answer=answer,
        version_id=shown["version"],
        period_from=period_from,
        period_to=period_to,
        valid_until=until and date.fromisoformat(until),
        description=shown["shows"],
        place=shown.get("place", ""),
        shows=shown.get("shows_there", ""),
        **{field: shown[field] for field in same},
    )
