"""The worker's side of a report, as jobs.handlers.Handler. Nothing heavy is imported up here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jobs.models import Job


@dataclass(frozen=True)
class Payload:
    """What was read in one snapshot: the paper's content and the key of exactly that content."""

    kind: str
    content_key: str
    context: dict[str, Any]


@dataclass(frozen=True)
class Made:
    pdf: bytes
    pages: int


CHANGED = (
    "What is stored of this submission no longer fits its fingerprint, so no report was made. "
    "Tell the people who run this service."
)


DESTROYED = "Personal data was removed while this report was being made. Ask for a new one."


def read(job: Job) -> Payload:
    from assessments import snapshot
    from jobs.handlers import JobFailed
    from reports.documents import readiness
    from reports.models import Report

    report = Report.objects.for_work().get(pk=job.subject_id)
    if report.is_destroyed:
        raise JobFailed(DESTROYED)
    if report.submission and not snapshot.is_unchanged(report.submission):
        raise JobFailed(CHANGED)
    found = readiness.source(report.assessment, report.submission)
    return Payload(report.kind, readiness.content_key(found), readiness.context(found))


def work(payload: Payload) -> Made:
    from reports.render import count_pages, render

    pdf = render(payload.kind, payload.context)
    return Made(pdf, count_pages(pdf))


def store(job: Job, payload: Payload, made: Made) -> None:
    from reports.actions import keep

    keep(
        job,
        content_key=payload.content_key,
        made_at=payload.context["generated_at"],
        pdf=made.pdf,
        pages=made.pages,
    )
