"""Claim, lease, fence, attempts: one final state a job, reached once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from jobs import engine
from jobs.handlers import JobFailed
from jobs.models import Job
from jobs.workflow import Status
from tests.jobs import probe
from tests.jobs.conftest import ago, fresh, put

pytestmark = pytest.mark.django_db
Ask = Callable[..., Job]


def _run(job: Job) -> None:
    engine.run(job.agency_id, job.pk)


def _claim(job: Job, *, holder_is_gone: bool = False) -> Job | None:
    return engine.claim(job.agency_id, job.pk, holder_is_gone=holder_is_gone)


def _raises(error: Exception) -> Callable[[], Any]:
    def work() -> None:
        raise error

    return work


def test_run_queued_job_is_done_once(ask: Ask) -> None:
    job = ask(lambda: "made")
    _run(job)
    _run(job)
    done = fresh(job)
    assert (done.status, done.attempts, done.fence) == (Status.DONE, 1, 1)
    assert done.finished_at
    assert done.started_at
    assert done.lease_until is None
    assert probe.stored == [(job.subject_id, 1, "made")]


def test_claim_takes_a_lease_longer_than_the_time_limit(ask: Ask) -> None:
    claimed = _claim(ask())
    assert claimed is not None
    assert claimed.started_at
    assert claimed.lease_until
    assert (claimed.lease_until - claimed.started_at).total_seconds() == 420


def test_claim_of_a_running_job_whose_worker_lives_is_refused(ask: Ask) -> None:
    job = ask()
    assert _claim(job) is not None
    assert _claim(job) is None
    assert fresh(job).fence == 1


@pytest.mark.parametrize("how", ["lease ran out", "worker is gone"])
def test_claim_of_an_abandoned_job_makes_a_new_fence(ask: Ask, how: str) -> None:
    job = ask()
    _claim(job)
    if how == "lease ran out":
        put(job, lease_until=ago(seconds=1))
    again = _claim(job, holder_is_gone=how == "worker is gone")
    assert again is not None
    assert (again.fence, again.attempts) == (2, 2)


def test_worker_that_lost_its_claim_stores_nothing(ask: Ask) -> None:
    """The first worker hangs, the second takes over and finishes, the first wakes up."""

    def slow() -> str:
        put(job, lease_until=ago(seconds=1))
        probe.works[job.subject_id] = lambda: "second"
        _run(job)
        return "first"

    job = ask(slow)
    _run(job)
    done = fresh(job)
    assert probe.stored == [(job.subject_id, 2, "second")]
    assert (done.status, done.fence, done.attempts) == (Status.DONE, 2, 2)


def test_worker_that_lost_its_claim_cannot_fail_the_job(ask: Ask) -> None:
    def slow() -> None:
        put(job, fence=7)
        raise JobFailed("The first worker says no.")

    job = ask(slow)
    _run(job)
    assert (fresh(job).status, fresh(job).reason) == (Status.RUNNING, "")


def test_known_failure_is_final_and_says_why(ask: Ask) -> None:
    job = ask(_raises(JobFailed("There is nothing to print.")))
    _run(job)
    failed = fresh(job)
    assert (failed.status, failed.reason) == (Status.FAILED, "There is nothing to print.")
    assert failed.finished_at
    assert failed.attempts == 1


def test_time_limit_is_final_and_says_so(ask: Ask) -> None:
    job = ask(_raises(SoftTimeLimitExceeded()))
    _run(job)
    assert (fresh(job).status, fresh(job).reason) == (Status.FAILED, engine.TOO_LONG)


def test_unexpected_error_reaches_the_log_and_the_job_goes_back(ask: Ask) -> None:
    job = ask(_raises(ZeroDivisionError("secret detail")))
    with pytest.raises(ZeroDivisionError):
        _run(job)
    back = fresh(job)
    assert (back.status, back.attempts, back.reason) == (Status.QUEUED, 1, "")
    assert back.lease_until is None


def test_fifth_unexpected_error_is_final_without_its_details(ask: Ask) -> None:
    job = ask(_raises(ZeroDivisionError("secret detail")))
    for _ in range(engine.MAX_ATTEMPTS):
        with pytest.raises(ZeroDivisionError):
            _run(job)
    failed = fresh(job)
    assert (failed.status, failed.attempts, failed.reason) == (Status.FAILED, 5, engine.GAVE_UP)
    _run(job)
    assert fresh(job).attempts == 5


def test_job_that_kills_its_worker_five_times_fails(ask: Ask) -> None:
    """Nothing is raised when a process dies: the row stays as the claim left it."""
    job = ask()
    for attempt in range(1, 6):
        claimed = _claim(job, holder_is_gone=True)
        assert claimed is not None
        assert claimed.attempts == attempt
    assert _claim(job, holder_is_gone=True) is None
    assert (fresh(job).status, fresh(job).reason) == (Status.FAILED, engine.GAVE_UP)


def test_kind_that_nobody_does_is_tried_and_then_fails(ask: Ask, settings: Any) -> None:
    job = ask()
    settings.JOB_KINDS = {}
    with pytest.raises(KeyError):
        _run(job)
    assert fresh(job).status == Status.QUEUED


def test_another_agency_cannot_claim(ask: Ask, other_agency: Any) -> None:
    job = ask()
    assert engine.claim(other_agency.pk, job.pk, holder_is_gone=True) is None
    assert fresh(job).status == Status.QUEUED
