"""How a report's state is put into words, for pages and API, and what its file is called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.text import slugify

from assessments.models import Assessment, Submission
from assessments.models import Status as Stands
from jobs.models import Job
from jobs.workflow import Status
from reports.models import Report

SLOW = (
    "Nobody has begun it for over a minute. Either many reports are being made, or the part of "
    "the service that makes them is not answering. Your request is kept and will be done as soon "
    "as it answers: you do not need to ask again or to keep this page open."
)
DESTROYED = (
    "Personal data was removed from what it shows, so the file was destroyed. Ask for a new "
    "report: it shows what is left."
)
GONE_QUIET = (
    "The part of the service that was making it stopped answering. Your request is kept and will "
    "be taken up again by itself."
)


@dataclass(frozen=True)
class Progress:
    """status: queued, running, done, failed or destroyed · is_moving: look again soon."""

    status: str
    title: str
    text: str
    tag: str
    colour: str
    is_moving: bool


@dataclass(frozen=True)
class Choice:
    """A report that can be asked for. round "": what stands now."""

    text: str
    round: str
    is_past: bool


def choices(assessment: Assessment, rounds: Iterable[Submission]) -> list[Choice]:
    """The draft while there is one, then the rounds, the latest first."""
    draft = [Choice("Make a report of the draft", "", False)]
    of_rounds = [
        Choice(
            f"Make a report of round {row.round}{' (withdrawn)' if row.withdrawn_at else ''}",
            str(row.round),
            row.withdrawn_at is not None,
        )
        for row in rounds
    ]
    return (draft if assessment.status != Stands.SUBMITTED else []) + of_rounds


def progress(report: Report) -> Progress:
    if report.is_destroyed:
        return Progress(
            "destroyed", "This report was destroyed", DESTROYED, "Destroyed", "grey", False
        )
    job = report.job
    match job.status:
        case Status.DONE:
            return Progress(job.status, "Your report is ready", "", "Ready", "green", False)
        case Status.FAILED:
            title = "The report could not be made"
            return Progress(job.status, title, job.reason, "Failed", "red", False)
        case Status.RUNNING:
            title = "Your report is being made"
            return Progress(job.status, title, _running(job), "Being made", "blue", True)
        case _:
            title = "Your report is waiting to be made"
            return Progress(job.status, title, _queued(job), "Waiting", "yellow", True)


def _queued(job: Job) -> str:
    return SLOW if job.is_slow else "It usually takes less than half a minute."


def _running(job: Job) -> str:
    is_quiet = job.lease_until is not None and job.lease_until < timezone.now()
    return GONE_QUIET if is_quiet else "This usually takes a few seconds."


def file_name(report: Report) -> str:
    """agency-title-date-draft.pdf (-practice, -round-2): plain letters, figures and dashes."""
    covered = report.submission or report.assessment
    made = timezone.localtime(report.made_at or report.created_at)
    of_draft = "practice" if report.assessment.is_practice else "draft"
    state = f"round-{report.submission.round}" if report.submission else of_draft
    name = slugify(f"{report.agency.name}-{covered.title}")[:90].strip("-")
    return f"{name or 'report'}-{made:%Y-%m-%d}-{state}.pdf"
