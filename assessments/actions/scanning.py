"""The virus check of a file: asked for with its row, kept when it is over, asked for anew."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.db import transaction

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, require
from agencies.workflow import NotAllowed, lock
from assessments import files
from assessments.actions.attaching import adopt, lock_with_assessments
from assessments.models import EvidenceVersion, ScanState, Status, Storage
from assessments.scanning import Judgement
from assessments.standing import restand
from jobs.actions import enqueue, hasten
from jobs.models import Job
from jobs.workflow import Status as JobStatus

KIND = "scan"
LONGEST_PAUSE = timedelta(hours=1)
MOST_TRIES = 9999
IS_OVER = "The virus check of this file has come to an end. Reload the page to see how."
FOUND = "The virus check found {name}. The file was deleted; nobody could open it."


def ask_for_scan(version: EvidenceVersion, *, by: Membership) -> None:
    """Part of adding a file: a worker checks it once this is committed."""
    enqueue(
        KIND,
        agency_id=version.agency_id,
        subject_id=version.pk,
        content_key=_key(version),
        by=by,
    )


@transaction.atomic
def keep_judgement(version: EvidenceVersion, judgement: Judgement) -> timedelta | None:
    """For the worker. Returns after how long to try again, where the scanner could not judge.

    What is refused is deleted; its row stays, with the reason, and open self-assessments keep the
    version they had. A file that can be opened now takes its place there, and may be the evidence
    that a clause was waiting for.
    """
    Storage.objects.hold(version.agency_id)
    evidence, assessments = lock_with_assessments(version.evidence)
    waiting = EvidenceVersion.objects.select_for_update().filter(scan_state=ScanState.RECEIVED)
    locked = waiting.filter(pk=version.pk).first()
    if locked is None:
        return None
    locked.scan_tries = min(locked.scan_tries + 1, MOST_TRIES)
    if judgement.state == ScanState.RECEIVED:
        locked.save(update_fields=["scan_tries"])
        return pause_after(locked.scan_tries)
    _settle(locked, judgement)
    adopt(locked, assessments)
    for assessment in assessments:
        if assessment.status != Status.SUBMITTED:
            restand(assessment)
    audit.record("evidence.scan", locked, evidence=evidence.pk, state=locked.scan_state)
    return None


@transaction.atomic
def scan_again(version: EvidenceVersion, *, by: Membership) -> EvidenceVersion:
    """Have a waiting file checked now, and not only after its pause."""
    require(by, Permission.MANAGE_EVIDENCE)
    locked = lock(EvidenceVersion.objects.select_for_update(), version.pk)
    if not locked.is_waiting:
        raise NotAllowed(IS_OVER)
    if hasten(_key(locked), agency_id=locked.agency_id) is None:
        ask_for_scan(locked, by=by)
    audit.record("evidence.rescan", locked, evidence=locked.evidence_id)
    return locked


def resume_given_up() -> int:
    """For the worker, at night: what failed for another reason than the scanner's silence, such
    as a worker that was killed five times, is not left waiting for ever. Returns how many."""
    waiting = EvidenceVersion.objects.filter(scan_state=ScanState.RECEIVED).values("pk")
    failed = Job.objects.filter(kind=KIND, status=JobStatus.FAILED, subject_id__in=waiting)
    found = list(failed.values_list("content_key", "agency_id"))
    for content_key, agency_id in found:
        hasten(content_key, agency_id=agency_id)
    return len(found)


def pause_after(tries: int) -> timedelta:
    """One minute, two, four … up to an hour."""
    return min(timedelta(minutes=2 ** min(tries - 1, 10)), LONGEST_PAUSE)


def _settle(locked: EvidenceVersion, judgement: Judgement) -> None:
    locked.scan_state = judgement.state
    if judgement.state == ScanState.REFUSED:
        transaction.on_commit(partial(files.remove, [locked.stored_as]))
        Storage.objects.give_back(locked.agency_id, locked.size)
        locked.stored_as, locked.refused_because = "", FOUND.format(name=judgement.found)
    locked.save(update_fields=["scan_state", "scan_tries", "stored_as", "refused_because"])


def _key(version: EvidenceVersion) -> str:
    return f"{KIND}:{version.pk}"
