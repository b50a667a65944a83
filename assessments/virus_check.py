"""The worker's side of a virus check, as jobs.handlers.Handler."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from jobs.models import Job

if TYPE_CHECKING:
    from assessments.models import EvidenceVersion
    from assessments.scanning import Judgement

GONE = "The file is missing from the store. Tell the people who run this service."


@dataclass(frozen=True)
class Payload:
    version: EvidenceVersion
    path: Path


def read(job: Job) -> Payload | None:
    """None: there is nothing to check any more, since it was deleted or checked meanwhile."""
    from assessments import files
    from assessments.models import EvidenceVersion

    version = EvidenceVersion.objects.select_related("evidence").filter(pk=job.subject_id).first()
    if version is None or not version.is_waiting:
        return None
    return Payload(version, files.path_of(version.stored_as))


def work(payload: Payload | None) -> Judgement | None:
    from assessments import scanning
    from jobs.handlers import JobFailed

    if payload is None:
        return None
    try:
        return scanning.judge(payload.path)
    except FileNotFoundError as error:
        raise JobFailed(GONE) from error


def store(job: Job, payload: Payload | None, judgement: Judgement | None) -> timedelta | None:
    from assessments.actions.scanning import keep_judgement

    if payload is None or judgement is None:
        return None
    return keep_judgement(payload.version, judgement)
