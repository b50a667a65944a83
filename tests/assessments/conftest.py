"""Self-assessments to work on, made by the real actions."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.urls import reverse

from agencies.models import Membership
from assessments.actions import signoff
from assessments.actions.assessments import start
from assessments.actions.submission import submit
from assessments.models import Answer, Assessment
from assessments.standing import restand
from standards.models import Edition
from tests.conftest import acting, owner

PERIOD = {"period_from": date(2026, 4, 1), "period_to": date(2027, 3, 31)}


@pytest.fixture
def store(settings: object, tmp_path: Path) -> Path:
    """A folder of the test's own for files, and no virus check."""
    settings.FILES_ROOT, settings.SCANNER = tmp_path, "none"  # type: ignore[attr-defined]
    return tmp_path / "evidence"


def make_draft(edition: Edition, lead: Membership, title: str = "Year one") -> Assessment:
    with acting(lead) as by:
        return start(edition, title=title, **PERIOD, by=by)


def fill(assessment: Assessment, *, level: int = 2) -> None:
    """Every clause scored, as if people had done so."""
    with owner(assessment.agency):
        assessment.answers.update(level=level, how="We meet every week.", version=1)
        restand(Assessment.objects.get(pk=assessment.pk))


def reread(assessment: Assessment) -> Assessment:
    with owner():
        return Assessment.objects.select_related("agency", "edition").get(pk=assessment.pk)


def answer_of(assessment: Assessment, code: str = "1.1") -> Answer:
    with owner():
        return Answer.objects.for_page().get(assessment=assessment, clause__code=code)


def url(name, assessment, *args):
    return reverse(f"assessments:{name}", args=[assessment.pk, *args])


def sent(assessment, code="1.1", **fields):
    said = {"level": "2", "na_reason": "", "how": "", "difference": "", "then": "next"}
    return {"version": answer_of(assessment, code).version, **said, **fields}


@pytest.fixture
def draft(edition: Edition, lead: Membership) -> Assessment:
    return make_draft(edition, lead)


@pytest.fixture
def complete(draft: Assessment) -> Assessment:
    fill(draft)
    return reread(draft)


@pytest.fixture
def signed(complete: Assessment, approver: Membership) -> Assessment:
    with acting(approver) as by:
        signoff.sign_off(complete, name="Head of service", has_agreed=True, by=by)
    return reread(complete)


@pytest.fixture
def submitted(signed: Assessment, lead: Membership) -> Assessment:
    with acting(lead) as by:
        submit(signed, by=by)
    return reread(signed)
