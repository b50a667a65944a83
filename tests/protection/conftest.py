"""A submitted round and a draft that hold a name, and a file that holds it too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from agencies.models import Membership
from assessments.actions.answers import Said, answer_clause
from assessments.actions.describing import Details
from assessments.actions.evidence import Source, add_evidence
from assessments.actions.placing import Where
from assessments.models import Answer, Assessment, EvidenceVersion
from jobs import engine
from protection.actions.redaction import request_for_answer, request_for_evidence
from protection.models import Part, Reason, Redaction
from tests.assessments.conftest import answer_of, complete, draft, reread, signed, submitted
from tests.assessments.offers.conftest import friends, host, theirs
from tests.conftest import acting, owner

__all__ = ["complete", "draft", "friends", "host", "reread", "signed", "submitted", "theirs"]

NAME = "Xanthippe Quillfeather"


@pytest.fixture(autouse=True)
def files_root(settings: Any, tmp_path: Path) -> Path:
    settings.FILES_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def spoken(complete: Assessment, contributor: Membership) -> Answer:
    """An answer that names a child, in two revisions."""
    answer = answer_of(complete)
    with acting(contributor) as by:
        for version, text in ((1, f"We placed {NAME}."), (2, f"We placed {NAME} in May.")):
            answer_clause(answer, version=version, said=Said(level=2, how=text), by=by)
    return answer_of(complete)


@pytest.fixture
def piece(complete: Assessment, lead: Membership) -> EvidenceVersion:
    """Evidence that names a child in its file, its title, its name and what it shows."""
    upload = SimpleUploadedFile(f"{NAME}.txt", f"About {NAME}.\n".encode())
    answer = answer_of(complete)
    details = Details(f"Letter about {NAME}", "policy", f"How we met {NAME}", tags=[NAME])
    with acting(lead) as by:
        where = Where(f"Letter of {NAME}", f"How {NAME} writes")
        source = Source(upload=upload)
        found = add_evidence(details, source=source, answer=answer, where=where, by=by)
    with owner():
        return EvidenceVersion.objects.select_related("evidence").get(evidence=found)


def ask(answer: Answer, by: Membership, part: str = Part.HOW, **said: Any) -> Redaction:
    with acting(by) as member:
        return request_for_answer(answer, part=part, reason=Reason.CHILD, by=member, **said)


def ask_for(version: EvidenceVersion, by: Membership, part: str = Part.EVIDENCE) -> Redaction:
    with acting(by) as member:
        return request_for_evidence(version, part=part, reason=Reason.CHILD, by=member)


def fresh(record: Any) -> Any:
    with owner():
        return type(record).objects.for_page().get(pk=record.pk)


def work_off(kind: str) -> None:
    """What workers do with the open jobs of a kind."""
    from jobs.models import Job

    with owner():
        jobs = list(Job.objects.filter(kind=kind, finished_at=None))
    for job in jobs:
        engine.run(job.agency_id, job.pk)
