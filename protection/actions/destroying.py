"""Destroying what two people decided to destroy. Called by the confirming action alone."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from agencies.models import AnsweredRequest, Membership
from agencies.permissions import Permission, require
from agencies.workflow import lock
from assessments import files, snapshot
from assessments.actions.attaching import lock_with_assessments
from assessments.models import (
    Answer,
    AnswerRevision,
    Assessment,
    Evidence,
    EvidenceLink,
    EvidenceVersion,
    OfferedAnswer,
    RoundRedaction,
    ScanState,
    Status,
    Storage,
    Submission,
)
from assessments.standing import restand
from protection.actions.exports import destroy_exports
from protection.models import Part, Redaction, Tombstone
from protection.places import (
    BESIDE,
    LINK_FIELDS,
    Extent,
    beside,
    copies_offered,
    extent,
    holds_something,
    is_spared,
)
from reports.actions import destroy as destroy_reports

FORGOTTEN = {
    "detail": "What was answered to this request was destroyed, since personal data was removed. "
    "The request itself was carried out."
}


def destroy(redaction: Redaction, *, by: Membership) -> dict[str, Any]:
    """Leave marks and tombstones wherever it stood; returns facts for the audit trail."""
    require(by, Permission.REDACT_CONFIRM)
    assessments = _lock_subject(redaction)
    reach = extent(redaction)
    _lock_rounds(reach.rounds)
    before = {one.pk: _hash(one) for one in reach.rounds}
    mark = _redact_frozen_rows(redaction)
    if Part(redaction.part).is_beside:
        _redact_beside(redaction, mark)
    elif redaction.version_id:
        _redact_evidence(redaction, mark, assessments)
    elif Part(redaction.part).fields:  # else it stands in frozen rows alone
        _redact_answer(redaction, mark, by)
    _bury(redaction, reach)
    after = [_chain(redaction, one, before[one.pk]) for one in reach.rounds]
    _forget_answered_requests(redaction)
    return {
        "places": len(reach.places),
        "rounds": after,
        "reports": len(destroy_reports(reach.reports, by=by)),
        "exports": destroy_exports(by=by),
    }


def _lock_subject(redaction: Redaction) -> list[Assessment]:
    """What is about to change, locked as saving and submitting lock it."""
    if redaction.answer_id:
        lock(Answer.objects.locked(), redaction.answer_id)
        return []
    Storage.objects.hold(redaction.agency_id)
    evidence = Evidence.objects.get(versions=redaction.version_id)
    return lock_with_assessments(evidence)[1]


def _lock_rounds(rounds: list[Submission]) -> None:
    """Two removals from one round follow each other: each link continues the one before."""
    ids = {submission.assessment_id for submission in rounds}
    list(Assessment.objects.select_for_update().filter(pk__in=ids).order_by("pk"))


def _redact_frozen_rows(redaction: Redaction) -> str:
    """The only way to a frozen row: the database asks again whether two people decided."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.redact(%s)", [redaction.pk])
        mark: str = cursor.fetchone()[0]
    return mark


def _redact_answer(redaction: Redaction, mark: str, by: Membership) -> None:
    """The answer and all its revisions. It counts as a save: whoever has the page open is told."""
    answer = Answer.objects.get(redactions=redaction)
    fields, now = Part(redaction.part).fields, timezone.now()
    spared = Answer.objects.get(pk=answer.pk) if redaction.spares_current else None
    for revision in AnswerRevision.objects.filter(answer=answer):
        _mark(revision, fields, mark, spared)
        revision.is_open = False
        revision.save(update_fields=[*fields, "is_open"])
    copied = tuple(field for field in fields if field in OfferedAnswer.TEXTS)
    for copy in copies_offered(answer) if copied else ():
        _mark(copy, copied, mark, spared)
        copy.save(update_fields=copied)
    _mark(answer, fields, mark, spared)
    answer.version += 1
    answer.updated_by, answer.updated_at = by, now
    answer.save(update_fields=[*fields, "version", "updated_by", "updated_at"])
    AnswerRevision.objects.create(
        agency_id=answer.agency_id,
        answer=answer,
        version=answer.version,
        by=by,
        **{field: getattr(answer, field) for field in Answer.FIELDS},
    )


def _redact_beside(redaction: Redaction, mark: str) -> None:
    """Of an action it counts as a change: whoever has its form open is told. A comment is never
    changed by anybody."""
    answer, part = Answer.objects.get(redactions=redaction), Part(redaction.part)
    counted = ["version", "updated_at"] if part == Part.PLAN else []
    for row in beside(answer, part).select_for_update():
        for field in BESIDE[part]:
            if holds_something(getattr(row, field)):
                setattr(row, field, mark)
        if counted:
            row.version += 1
        row.save(update_fields=[*BESIDE[part], *counted])


def _redact_evidence(redaction: Redaction, mark: str, assessments: list[Assessment]) -> None:
    part = Part(redaction.part)
    version = EvidenceVersion.objects.select_related("evidence").get(redactions=redaction)
    if part.has_details and not redaction.spares_current:
        Evidence.objects.filter(pk=version.evidence_id).update(
            title=mark, description=mark, tags=[], wording=F("wording") + 1
        )
        for field in LINK_FIELDS:
            links = EvidenceLink.objects.filter(version__evidence=version.evidence_id)
            links.exclude(**{field: ""}).update(**{field: mark})
    if not part.has_file or version.is_removed:
        return
    stored_as, version.stored_as = version.stored_as, ""
    version.file_name, version.url = mark, ""
    version.scan_state, version.redacted_at = ScanState.REMOVED, timezone.now()
    version.save(update_fields=["stored_as", "file_name", "url", "scan_state", "redacted_at"])
    version.findings.all().delete()
    if stored_as:
        Storage.objects.give_back(version.agency_id, version.size)
        transaction.on_commit(partial(files.remove, [stored_as]))
    for assessment in assessments:
        if assessment.status != Status.SUBMITTED:
            restand(assessment)


def _mark(
    row: Answer | AnswerRevision | OfferedAnswer,
    fields: tuple[str, ...],
    mark: str,
    spared: Answer | None,
) -> None:
    for field in fields:
        text = getattr(row, field)
        if holds_something(text) and not is_spared(text, field, spared):
            setattr(row, field, mark)


def _bury(redaction: Redaction, reach: Extent) -> None:
    Tombstone.objects.bulk_create(
        Tombstone(
            agency_id=redaction.agency_id,
            redaction=redaction,
            table=place.table,
            record_id=place.record_id,
            field=place.field,
            digest=place.digest,
        )
        for place in reach.places
    )


def _forget_answered_requests(redaction: Redaction) -> None:
    """An answer of the API that is kept for repeated requests may hold the text."""
    kept = AnsweredRequest.objects.filter(agency_id=redaction.agency_id).exclude(body="")
    kept.update(body=json.dumps(FORGOTTEN), headers={})


def _hash(submission: Submission) -> str:
    return snapshot.digest(snapshot.of_submission(submission))


def _chain(redaction: Redaction, submission: Submission, before: str) -> str:
    """Continue the round's chain of hashes. Rows that were tampered with before do not fit it."""
    link = RoundRedaction.objects.create(
        agency_id=redaction.agency_id,
        submission=submission,
        redaction_id=redaction.pk,
        sha256_before=before,
        sha256_after=_hash(submission),
    )
    return link.sha256_after
