"""How a worker does a job: claim, read, work, store, and give back what it could not finish."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection
from django.db.models.functions import Now

from agencies.tenancy import acting_for, working
from jobs.handlers import JobFailed, handler_for
from jobs.models import SLOW_AFTER, Job
from jobs.queue import LEASE, SWEEP_EVERY, send_hint
from jobs.sessions import sign_of_life, snapshot
from jobs.workflow import OPEN, Status

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 5
LEASE_TIME = datetime.timedelta(seconds=LEASE)
TOO_LONG = "This took longer than 5 minutes, so it was stopped."
GAVE_UP = f"This did not work, although it was tried {MAX_ATTEMPTS} times."

__all__ = ["JobFailed", "claim", "due", "run", "sweep"]


def run(agency_id: uuid.UUID, job_id: uuid.UUID) -> None:
    """Do the job if it is free. Safe to call any number of times, from any number of workers."""
    with sign_of_life(job_id) as holder_is_gone:
        job = claim(agency_id, job_id, holder_is_gone=holder_is_gone)
        if job is None:
            log.info("job.not_free", job=str(job_id))
            return
        with _held(job):
            try:
                _carry_out(job)
            except JobFailed as failure:
                _settle(job, Status.FAILED, reason=str(failure))
            except SoftTimeLimitExceeded:
                _settle(job, Status.FAILED, reason=TOO_LONG)


def claim(agency_id: uuid.UUID, job_id: uuid.UUID, *, holder_is_gone: bool) -> Job | None:
    """Take the job under a lease and a new fencing token, or return None when it is not free.

    Free: queued; or running while its lease ran out or its worker is known to be gone. A job that
    has used up its attempts fails here. Times are the database's.
    """
    with acting_for(agency_id, realm="worker"):
        rows = Job.objects.select_for_update(of=("self",)).annotate(now=Now())
        job = rows.filter(pk=job_id, status__in=OPEN).first()
        if job is None or not _is_free(job, job.now, holder_is_gone=holder_is_gone):
            return None
        if job.attempts >= MAX_ATTEMPTS:
            _finish(job, Status.FAILED, reason=GAVE_UP)
            return None
        job.status = Status.RUNNING
        job.attempts += 1
        job.fence += 1
        job.started_at, job.lease_until = job.now, job.now + LEASE_TIME
        job.save(update_fields=["status", "attempts", "fence", "started_at", "lease_until"])
        log.info("job.claimed", **_facts(job))
        return job


def sweep() -> int:
    """Send again what waits too long or whose worker is gone; return how many were sent.

    These hints run out before the next sweep, so that a long wait does not fill the queue.
    """
    jobs = due()
    sent = sum(send_hint(agency, job, kind, expires=SWEEP_EVERY) for agency, job, kind in jobs)
    if jobs:
        log.info("job.sweep", due=len(jobs), sent=sent)
    return sent


def due() -> list[tuple[uuid.UUID, uuid.UUID, str]]:
    """(agency, job, kind) of every job that should be sent again: ids only, over all agencies."""
    with working(), connection.cursor() as cursor:
        cursor.execute("SELECT agency_id, job_id, kind FROM ctx.due_jobs()")
        return list(cursor.fetchall())


def _is_free(job: Job, now: datetime.datetime, *, holder_is_gone: bool) -> bool:
    if job.status == Status.QUEUED or holder_is_gone:
        return True
    return job.lease_until is None or job.lease_until < now


def _carry_out(job: Job) -> None:
    handler = handler_for(job.kind)
    with snapshot(), acting_for(job.agency_id, realm="worker"):
        payload = handler.read(job)
    result = handler.work(payload)
    with acting_for(job.agency_id, realm="worker"):
        ours = _still_ours(job)
        if ours is None:
            log.warning("job.superseded", **_facts(job))
            return
        pause = handler.store(ours, payload, result)
        if pause is None:
            _finish(ours, Status.DONE)
        else:
            _put_off(ours, pause)


@contextmanager
def _held(job: Job) -> Iterator[None]:
    """Whatever goes wrong inside passes on to the log; the job goes back to the queue."""
    is_settled = False
    try:
        yield
        is_settled = True
    finally:
        if not is_settled:
            has_tries = job.attempts < MAX_ATTEMPTS
            _settle(job, Status.QUEUED if has_tries else Status.FAILED, reason=GAVE_UP)


def _settle(job: Job, status: Status, *, reason: str) -> None:
    with acting_for(job.agency_id, realm="worker"):
        ours = _still_ours(job)
        if ours is not None:
            _finish(ours, status, reason="" if status == Status.QUEUED else reason)


def _still_ours(job: Job) -> Job | None:
    """The locked row, while nobody has claimed it after us."""
    rows = Job.objects.select_for_update(of=("self",)).annotate(now=Now())
    return rows.filter(pk=job.pk, fence=job.fence, status=Status.RUNNING).first()


def _finish(job: Job, status: Status, *, reason: str = "") -> None:
    """Write where a locked job ended: done, failed, or back in the queue."""
    job.status, job.reason, job.lease_until = status, reason, None
    if status == Status.QUEUED:
        job.queued_at = job.now  # type: ignore[attr-defined]
    else:
        job.finished_at = job.now  # type: ignore[attr-defined]
    job.save(update_fields=["status", "reason", "lease_until", "queued_at", "finished_at"])
    log.info(f"job.{status.value}", **_facts(job), reason=reason)


def _put_off(job: Job, pause: datetime.timedelta) -> None:
    """Back in the queue, where the sweep finds it after the pause. A try that ended in good order
    is no crash: it uses up none of the attempts."""
    now: datetime.datetime = job.now  # type: ignore[attr-defined]
    job.status, job.attempts, job.lease_until = Status.QUEUED, 0, None
    job.queued_at = now + pause - SLOW_AFTER
    job.save(update_fields=["status", "attempts", "lease_until", "queued_at"])
    log.info("job.put_off", **_facts(job), seconds=pause.total_seconds())


def _facts(job: Job) -> dict[str, str | int]:
    return {
        "job": str(job.pk),
        "agency": str(job.agency_id),
        "kind": job.kind,
        "attempt": job.attempts,
        "fence": job.fence,
    }
