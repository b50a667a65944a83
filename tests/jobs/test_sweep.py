"""What is sent again, who may ask for it, and a worker that is known to be dead."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import ProgrammingError, connection, transaction

from agencies.models import Membership
from jobs import engine
from jobs.actions import enqueue
from jobs.models import Job
from jobs.workflow import Status
from tests.conftest import acting
from tests.jobs.conftest import ago, fresh, put

pytestmark = pytest.mark.django_db
Ask = Callable[..., Job]


@pytest.fixture
def other_session() -> Iterator[psycopg.Connection]:
    """Another worker's session in the same database."""
    database = connection.settings_dict
    with psycopg.connect(
        host=database["HOST"],
        port=database["PORT"],
        user=database["USER"],
        password=database["PASSWORD"],
        dbname=settings.DATABASES["default"]["NAME"],
        autocommit=True,
    ) as session:
        yield session


def _holds(session: psycopg.Connection, job_id: uuid.UUID) -> None:
    session.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [str(job_id)])


def _dies(session: psycopg.Connection) -> None:
    """The server notices within moments that the process is gone."""
    backend = session.info.backend_pid
    session.close()
    deadline = time.monotonic() + 5
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE pid = %s", [backend])
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.01)
    raise AssertionError("the session's locks are still held")


def _due() -> set[uuid.UUID]:
    return {job for _, job, _ in engine.due()}


def test_due_is_what_waits_over_a_minute(ask: Ask) -> None:
    new, old = ask(), ask()
    put(old, queued_at=ago(seconds=61))
    assert _due() == {old.pk}
    assert new.pk not in _due()


@pytest.mark.parametrize("status", [Status.DONE, Status.FAILED])
def test_due_is_nothing_that_has_ended(ask: Ask, status: Status) -> None:
    job = ask()
    put(job, status=status, queued_at=ago(hours=1), lease_until=ago(hours=1))
    assert _due() == set()


def test_due_is_a_running_job_whose_lease_ran_out(
    ask: Ask, other_session: psycopg.Connection
) -> None:
    job = ask()
    _holds(other_session, job.pk)
    put(job, status=Status.RUNNING, started_at=ago(minutes=8), lease_until=ago(seconds=1))
    assert _due() == {job.pk}


def test_due_is_a_running_job_whose_worker_died(
    ask: Ask, other_session: psycopg.Connection
) -> None:
    job = ask()
    _holds(other_session, job.pk)
    put(job, status=Status.RUNNING, started_at=ago(seconds=15), lease_until=ago(minutes=-6))
    assert _due() == set()
    _dies(other_session)
    assert _due() == {job.pk}


def test_run_leaves_a_job_whose_worker_lives(ask: Ask, other_session: psycopg.Connection) -> None:
    job = ask()
    _holds(other_session, job.pk)
    put(job, status=Status.RUNNING, fence=1, attempts=1, lease_until=ago(minutes=-6))
    engine.run(job.agency_id, job.pk)
    assert (fresh(job).status, fresh(job).fence) == (Status.RUNNING, 1)
    _dies(other_session)
    engine.run(job.agency_id, job.pk)
    assert (fresh(job).status, fresh(job).fence) == (Status.DONE, 2)


def test_due_covers_every_agency(ask: Ask, stranger: Membership) -> None:
    ours = ask()
    with acting(stranger) as by:
        theirs = enqueue(
            "probe", agency_id=by.agency_id, subject_id=uuid.uuid4(), content_key="theirs", by=by
        )
    for job in (ours, theirs):
        put(job, queued_at=ago(seconds=61))
    assert {(agency, job) for agency, job, _ in engine.due()} == {
        (job.agency_id, job.pk) for job in (ours, theirs)
    }


def test_person_may_not_ask_what_is_due(lead: Membership) -> None:
    refused = pytest.raises(ProgrammingError, match="permission denied")
    with acting(lead), refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ctx.due_jobs()")


def test_lock_is_given_back_after_a_run(ask: Ask, other_session: psycopg.Connection) -> None:
    job = ask()
    engine.run(job.agency_id, job.pk)
    asked = other_session.execute(
        "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [str(job.pk)]
    )
    assert asked.fetchone() == (True,)
