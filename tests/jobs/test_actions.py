"""Asking, asking twice, asking again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied

from agencies.models import Event, Membership
from agencies.workflow import NotAllowed
from jobs.actions import enqueue, retry
from jobs.models import Job
from jobs.workflow import Status
from tests.conftest import acting, owner
from tests.jobs.conftest import fresh, put

pytestmark = pytest.mark.django_db
Ask = Callable[..., Job]


def test_same_content_key_is_the_same_job(ask: Ask) -> None:
    first, second = ask(key="probe:same"), ask(key="probe:same")
    assert first.pk == second.pk
    assert first.subject_id == second.subject_id
    with owner():
        assert Job.objects.count() == 1


def test_same_content_key_in_another_agency_is_another_job(ask: Ask, stranger: Membership) -> None:
    job = ask(key="probe:same")
    with acting(stranger) as by:
        theirs = enqueue(
            "probe",
            agency_id=by.agency_id,
            subject_id=job.subject_id,
            content_key="probe:same",
            by=by,
        )
    assert theirs.pk != job.pk


def test_retry_of_a_failed_job_starts_afresh(ask: Ask, contributor: Membership) -> None:
    job = ask()
    put(job, status=Status.FAILED, attempts=5, fence=5, reason="No.")
    with acting(contributor) as by:
        retry(job, by=by)
        event = Event.objects.first()
    again = fresh(job)
    assert (again.status, again.attempts, again.fence, again.reason) == (Status.QUEUED, 0, 5, "")
    assert event is not None
    assert (event.action, event.about_id) == ("job.retry", job.pk)


def test_retry_by_a_viewer_is_refused(ask: Ask, viewer: Membership) -> None:
    job = ask()
    put(job, status=Status.FAILED)
    with acting(viewer) as by, pytest.raises(PermissionDenied):
        retry(job, by=by)
    assert fresh(job).status == Status.FAILED


@pytest.mark.parametrize("status", [Status.QUEUED, Status.RUNNING, Status.DONE])
def test_retry_of_a_job_that_has_not_failed_is_refused(
    ask: Ask, lead: Membership, status: Status
) -> None:
    job = ask()
    put(job, status=status)
    with acting(lead) as by, pytest.raises(NotAllowed):
        retry(job, by=by)
    assert fresh(job).status == status


def test_retry_from_another_agency_finds_nothing(ask: Ask, stranger: Membership) -> None:
    job = ask()
    put(job, status=Status.FAILED)
    with acting(stranger) as by, pytest.raises(Job.DoesNotExist):
        retry(job, by=by)
