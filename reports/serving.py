"""What page and API share: which round is asked for, and the file."""

from __future__ import annotations

import re
from typing import Any

from django.http import FileResponse
from django.shortcuts import get_object_or_404

from assessments.models import Assessment, Status, Submission
from reports import actions
from reports.models import Report
from reports.presenting import file_name


def round_of(assessment: Assessment, number: str) -> Submission | None:
    """The round with this number (not found when there is none). Without a number: the round in
    force while it is submitted, else None for the draft."""
    rounds = Submission.objects.filter(assessment=assessment).select_related(
        "assessment__edition", "sign_off", "rules", "guidance", "by"
    )
    if number:
        return get_object_or_404(
            rounds, round=int(number) if re.fullmatch(r"[0-9]{1,4}", number) else -1
        )
    if assessment.status != Status.SUBMITTED:
        return None
    return rounds.get(withdrawn_at=None)


def file_response(report: Report, *, by: Any) -> FileResponse:
    """Always saved, never shown inside the service's own pages."""
    response = FileResponse(
        actions.download(report, by=by).open("rb"),
        as_attachment=True,
        filename=file_name(report),
        content_type="application/pdf",
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
