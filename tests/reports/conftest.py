"""Self-assessments in each state, and a worker in this very process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from agencies.models import Membership
from agencies.tenancy import acting_for
from assessments.models import Assessment
from jobs import engine
from jobs.models import Job
from jobs.workflow import Status as JobStatus
from reports import actions
from reports.actions import request_report
from reports.models import Report
from tests.assessments.conftest import complete, draft, reread, signed, submitted
from tests.conftest import acting, owner

__all__ = ["complete", "draft", "signed", "submitted"]


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path


@pytest.fixture
def ask(lead: Membership) -> Callable[..., Report]:
    """Ask for a report as the lead: of the draft, or of the last round."""

    def make(assessment: Assessment, *, by: Membership = lead, is_draft: bool = False) -> Report:
        current = reread(assessment)
        with acting(by) as member:
            rounds = current.submissions.select_related(
                "assessment__edition", "sign_off", "rules", "guidance", "by"
            )
            latest = None if is_draft else rounds.first()
            return request_report(current, submission=latest, by=member)

    return make


def do(report: Report) -> Report:
    """What a worker does with it; returns the row as it is then."""
    engine.run(report.agency_id, report.job_id)
    return fresh(report)


def keep(report: Report, pdf: bytes = b"%PDF-1.7 a small one") -> Report:
    """As if a worker had made it just so."""
    with acting_for(report.agency_id, realm="worker"):
        actions.keep(
            report.job,
            content_key=report.content_key,
            made_at=timezone.now(),
            pdf=pdf,
            pages=1,
        )
        Job.objects.filter(pk=report.job_id).update(status=JobStatus.DONE)
    return fresh(report)


def fresh(report: Report) -> Report:
    with owner():
        return Report.objects.for_page().get(pk=report.pk)
