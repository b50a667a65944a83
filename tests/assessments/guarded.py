"""Texts and files that look like personal data, and what people do about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from agencies.models import Event, Membership
from assessments import guarding
from assessments.actions import guarding as actions
from assessments.actions import signoff
from assessments.actions.evidence import Details, Source, add_evidence
from assessments.guarding import Guarded, Suspect
from assessments.models import (
    Answer,
    Assessment,
    Clearance,
    EvidenceVersion,
)
from assessments.models.guard import guarded_answers, with_guard
from tests.assessments.conftest import answer_of
from tests.conftest import acting, owner

ClientFor = Callable[[Membership], Client]
PHONE = "Ring 07700 900123"
TEXT = f"A page.\n{PHONE} or the office at 0800 496 0199.\n"


def write(assessment: Assessment, code: str = "1.1", **texts: str) -> Answer:
    with owner(assessment.agency):
        assessment.answers.filter(clause__code=code).update(**texts)
    return answer_of(assessment, code)


def attached(
    assessment: Assessment,
    by: Membership,
    *,
    name: str = "Policy.txt",
    content: bytes = TEXT.encode(),
    title: str = "Early permanence policy",
    is_anonymised: bool = False,
) -> EvidenceVersion:
    upload = SimpleUploadedFile(name, content)
    with acting(by):
        piece = add_evidence(
            Details(title, "policy", "How we plan"),
            source=Source(upload=upload, is_anonymised=is_anonymised),
            answer=assessment.answers.select_related("assessment").get(clause__code="1.1"),
            by=by,
        )
        return piece.versions.get()


def guarded(assessment: Assessment, by: Membership) -> Guarded:
    with acting(by):
        return guarding.of_assessment(assessment)


def suspect_of(answer: Answer, by: Membership) -> Suspect:
    with acting(by):
        rows = guarded_answers(Answer.objects.select_related("clause"))
        return guarding.of_answer(rows.get(pk=answer.pk))


def file_of(version: EvidenceVersion, by: Membership) -> Suspect:
    with acting(by):
        return guarding.of_version(with_guard(EvidenceVersion.objects.all()).get(pk=version.pk))


def clear(place: Any, suspect: Suspect, by: Membership) -> list[Clearance]:
    with acting(by):
        return actions.clear(place, seen=suspect.mark, by=by)


def sign(assessment: Assessment, by: Membership) -> Assessment:
    with acting(by):
        return signoff.sign_off(assessment, name="Head of service", has_agreed=True, by=by)


def events(by: Membership, action: str) -> list[Event]:
    with acting(by):
        return list(Event.objects.filter(agency_id=by.agency_id, action=action).order_by("seq"))
