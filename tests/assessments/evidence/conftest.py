"""A self-assessment in progress, an evidence store of its own, and files to put into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.models import Event, Membership
from assessments.actions.assessments import start
from assessments.actions.describing import Details
from assessments.actions.evidence import Source, add_evidence
from assessments.models import Answer, Assessment, Evidence
from standards.models import Edition
from tests.assessments.files import pdfs
from tests.conftest import acting, owner

DETAILS = Details(
    title="Early permanence policy",
    kind="policy",
    description="How we plan from the first referral.",
    period_from=date(2026, 4, 1),
    period_to=date(2026, 9, 30),
)


@pytest.fixture(autouse=True)
def files(store: Path) -> Path:
    return store


@pytest.fixture
def assessment(edition: Edition, lead: Membership) -> Assessment:
    return begin(edition, lead)


@pytest.fixture
def answer(assessment: Assessment, lead: Membership) -> Answer:
    return answer_of(assessment, "1.1", lead)


@pytest.fixture
def evidence(lead: Membership) -> Evidence:
    """A PDF, attached to nothing."""
    with acting(lead):
        return add_evidence(DETAILS, source=pdf_source(), by=lead)


def begin(edition: Edition, by: Membership, title: str = "Self-assessment 2026") -> Assessment:
    with acting(by):
        return start(
            edition,
            title=title,
            period_from=date(2026, 4, 1),
            period_to=date(2027, 3, 31),
            by=by,
        )


def answer_of(assessment: Assessment, code: str, by: Membership) -> Answer:
    with acting(by):
        return Answer.objects.select_related("assessment", "clause").get(
            assessment=assessment, clause__code=code
        )


def upload(name: str = "Policy.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdfs.pdf() if content is None else content)


def pdf_source(name: str = "Policy.pdf") -> Source:
    return Source(upload=upload(name))


@contextmanager
def locked(assessment: Assessment, **changes: object) -> Iterator[None]:
    """The assessment in a state in which its content may not change."""
    with owner():
        Assessment.objects.filter(pk=assessment.pk).update(**changes)
    yield


def events(by: Membership) -> list[str]:
    with acting(by):
        found = Event.objects.filter(agency_id=by.agency_id).order_by("seq")
        return list(found.values_list("action", flat=True))


def stored_files(store: Path) -> list[Path]:
    return [path for path in store.glob("*/*") if path.is_file()]
