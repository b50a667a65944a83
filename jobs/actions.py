"""Asking for work, and asking again."""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from agencies import audit
from agencies.permissions import Permission, require
from agencies.workflow import NotAllowed
from jobs.models import Job
from jobs.queue import send_hint
from jobs.workflow import Status

if TYPE_CHECKING:
    from agencies.models import Membership


@transaction.atomic
def enqueue(
    kind: str,
    *,
    agency_id: uuid.UUID,
    subject_id: uuid.UUID,
    content_key: str,
    by: Membership | None = None,
) -> Job:
    """Ask for work in the caller's transaction. The same content_key is the same job.

    Whoever asks first names the subject: compare `job.subject_id` to see whether that was you.
    """
    wanted = Job(
        agency_id=agency_id,
        kind=kind,
        subject_id=subject_id,
        content_key=content_key,
        requested_by=by,
    )
    Job.objects.bulk_create([wanted], ignore_conflicts=True)
    job = Job.objects.get(agency_id=agency_id, content_key=content_key)
    if job.pk == wanted.pk:
        _hint_after_commit(job)
    return job


@transaction.atomic
def retry(job: Job, *, by: Membership) -> Job:
    """Put a failed job back in the queue with a fresh count of attempts.

    Raises PermissionDenied, or NotAllowed when it has not failed.
    """
    require(by, Permission.RETRY_JOB)
    locked = Job.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if locked.status != Status.FAILED:
        raise NotAllowed("This is already being done again. Reload the page to see how it goes.")
    _begin_anew(locked)
    audit.record("job.retry", locked)
    return locked


@transaction.atomic
def hasten(content_key: str, *, agency_id: uuid.UUID) -> Job | None:
    """Let work that is put off, or was given up, be done now. Part of an action that has asked
    for the permission and writes the event. None: there is no such job."""
    rows = Job.objects.select_for_update(of=("self",))
    job = rows.filter(agency_id=agency_id, content_key=content_key).first()
    if job is not None and job.status != Status.RUNNING:
        _begin_anew(job)
    return job


def _begin_anew(locked: Job) -> None:
    locked.status, locked.attempts, locked.reason = Status.QUEUED, 0, ""
    locked.finished_at, locked.lease_until, locked.queued_at = None, None, timezone.now()
    locked.save(
        update_fields=["status", "attempts", "reason", "finished_at", "lease_until", "queued_at"]
    )
    _hint_after_commit(locked)


def _hint_after_commit(job: Job) -> None:
    transaction.on_commit(partial(send_hint, job.agency_id, job.pk, job.kind))
