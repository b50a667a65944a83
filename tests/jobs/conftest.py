"""A job of the probe kind, and looking at it from behind the wall."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from agencies.models import Membership
from jobs.actions import enqueue
from jobs.models import Job
from tests.conftest import acting, owner
from tests.jobs import probe


@pytest.fixture(autouse=True)
def _probe_kind(settings: Any) -> Iterator[None]:
    settings.JOB_KINDS = {**settings.JOB_KINDS, **probe.KIND}
    yield
    probe.works.clear()
    probe.stored.clear()


@pytest.fixture
def ask(lead: Membership) -> Callable[..., Job]:
    """Ask for a probe job as the lead; `does` is its work."""

    def make(does: Callable[[], Any] = lambda: "made", key: str = "") -> Job:
        subject = uuid.uuid4()
        probe.works[subject] = does
        with acting(lead) as by:
            return enqueue(
                "probe",
                agency_id=by.agency_id,
                subject_id=subject,
                content_key=key or f"probe:{subject}",
                by=by,
            )

    return make


def fresh(job: Job) -> Job:
    with owner():
        return Job.objects.get(pk=job.pk)


def put(job: Job, **values: Any) -> None:
    """Make the row as a crash or the passing of time would have left it."""
    with owner():
        Job.objects.filter(pk=job.pk).update(**values)


def ago(**length: float) -> Any:
    return timezone.now() - timedelta(**length)
