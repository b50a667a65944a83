"""A kind of job for tests: what its steps do is decided by the test, per subject."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from jobs.models import Job

KIND = {"probe": {"handler": "tests.jobs.probe", "queue": "default"}}
works: dict[uuid.UUID, Callable[[], Any]] = {}
stored: list[tuple[uuid.UUID, int, Any]] = []


def read(job: Job) -> uuid.UUID:
    return job.subject_id


def work(subject_id: uuid.UUID) -> Any:
    return works[subject_id]()


def store(job: Job, subject_id: uuid.UUID, result: Any) -> None:
    stored.append((subject_id, job.fence, result))
