"""The worker's side of a removed second factor: the person is told, whoever asked for it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from agencies.models import FactorReset


class Job(Protocol):
    """What this handler needs of a jobs.models.Job."""

    subject_id: uuid.UUID


@dataclass(frozen=True)
class Letter:
    """All that the mail says."""

    to: str
    agency_name: str


def read(job: Job) -> Letter:
    reset = FactorReset.objects.select_related("agency", "member").get(pk=job.subject_id)
    return Letter(to=reset.member.email, agency_name=reset.agency.name)


def work(letter: Letter) -> None:
    """Send it. A mail server that does not answer raises, and the job is tried again."""
    context = {
        "letter": letter,
        "service_name": settings.SERVICE_NAME,
        "service_url": settings.SERVICE_URL,
        "contact_email": settings.CONTACT_EMAIL,
    }
    body = render_to_string("agencies/mail/factor_removed.txt", context)
    EmailMessage("Your second factor was removed", body, to=[letter.to]).send()


def store(job: Job, letter: Letter, result: None) -> None:
    """Nothing to keep: the job says that it is done."""
