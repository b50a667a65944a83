"""Asking for a report, keeping what the worker made, and handing it out."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from functools import partial
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, require
from agencies.workflow import NotAllowed
from assessments.models import Assessment, Submission
from jobs.actions import enqueue, retry
from jobs.handlers import JobFailed
from jobs.models import Job
from reports import store
from reports.documents import readiness
from reports.models import Kind, Report
from reports.tasks import DESTROYED


@transaction.atomic
def request_report(
    assessment: Assessment, *, submission: Submission | None = None, by: Membership
) -> Report:
    """Ask for the readiness report of a round, or of the draft as it stands.

    While nothing has changed it is the report that was asked for before, whoever asked.
    """
    require(by, Permission.REQUEST_REPORT)
    key = readiness.content_key(readiness.source(assessment, submission))
    wanted = uuid.uuid4()
    job = enqueue(
        "report", agency_id=assessment.agency_id, subject_id=wanted, content_key=key, by=by
    )
    if job.subject_id != wanted:
        return Report.objects.for_page().get(pk=job.subject_id)
    report = Report.objects.create(
        pk=wanted,
        agency_id=assessment.agency_id,
        assessment=assessment,
        submission=submission,
        kind=Kind.READINESS,
        content_key=key,
        job=job,
        requested_by=by,
    )
    audit.record("report.request", report, assessment=assessment.pk, round=_round(report))
    return report


@transaction.atomic
def try_again(report: Report, *, by: Membership) -> Report:
    """Start the work of a failed report anew. Raises NotAllowed when it has not failed."""
    report.job = retry(report.job, by=by)
    return report


@transaction.atomic
def download(report: Report, *, by: Membership) -> Path:
    """The file, after asking again whether `by` may read it. Every download is an event."""
    require(by, Permission.READ_REPORT)
    if report.is_destroyed:
        raise NotAllowed("This report was destroyed: personal data was removed. Ask for a new one.")
    path = store.path_of(report.stored_as)
    if not report.is_ready:
        raise NotAllowed("This report is not ready yet. Its page tells when it is.")
    if not path.is_file():
        raise NotAllowed("The file of this report is missing. Tell the people who run the service.")
    audit.record("report.download", report, assessment=report.assessment_id)
    return path


@transaction.atomic
def keep(job: Job, *, content_key: str, made_at: datetime, pdf: bytes, pages: int) -> Report:
    """Store what a worker made, while the job is still its own.

    What changed between the request and the reading makes it another content: then the job gives
    up its key, so that a later request for the first content is not answered with the second.
    """
    report = Report.objects.select_for_update(of=("self",)).get(pk=job.subject_id)
    if report.is_destroyed:
        raise JobFailed(DESTROYED)
    report.stored_as = store.keep(pdf)
    report.sha256, report.size = hashlib.sha256(pdf).hexdigest(), len(pdf)
    report.content_key, report.made_at, report.pages = content_key, made_at, pages
    report.save(update_fields=["stored_as", "sha256", "size", "content_key", "made_at", "pages"])
    if job.content_key != content_key:
        job.content_key = f"{content_key}:{job.pk}"
        job.save(update_fields=["content_key"])
    audit.record("report.finish", report, sha256=report.sha256, pages=pages)
    return report


@transaction.atomic
def destroy(reports: QuerySet[Report], *, by: Membership) -> list[Report]:
    """Destroy the files of these reports, for they could hold personal data that was removed.

    Those that are still being made come to nothing. Their jobs give up their keys: whoever asks
    again gets a new report. The files go once the transaction is committed.
    """
    require(by, Permission.REDACT_CONFIRM)
    wanted = reports.filter(destroyed_at=None)
    # Jobs first, as a worker does that keeps its report.
    jobs = Job.objects.select_for_update(of=("self",)).filter(pk__in=wanted.values("job"))
    for job in jobs.order_by("pk"):
        job.content_key = f"destroyed:{job.pk}"
        job.save(update_fields=["content_key"])
    found = list(wanted.select_for_update(of=("self",)).order_by("pk"))
    names = [report.stored_as for report in found if report.stored_as]
    reports.filter(pk__in=[report.pk for report in found]).update(
        destroyed_at=timezone.now(), stored_as=""
    )
    transaction.on_commit(partial(store.remove, names))
    return found


def _round(report: Report) -> int | None:
    return report.submission.round if report.submission else None
