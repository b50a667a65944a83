"""The worker's side of a request about a lost second factor: officers hear that it waits."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from agencies.actions.factors import VALID_HOURS, still_open
from agencies.models import Membership
from agencies.permissions import Permission, can


class Job(Protocol):
    """What this handler needs of a jobs.models.Job."""

    subject_id: uuid.UUID
    content_key: str


@dataclass(frozen=True)
class Letter:
    """All that the mail says: neither who asked nor whose factor it is."""

    to: str
    agency_name: str
    link: str
    hours: int


def read(job: Job) -> Letter | None:
    """The letter; None when the request is over, or the officer no longer is one."""
    reset = still_open().select_related("agency").filter(pk=job.subject_id).first()
    officer = Membership.objects.get(pk=job.content_key.rpartition(":")[2])
    if reset is None or not can(officer, Permission.RESET_FACTOR):
        return None
    return Letter(
        to=officer.email,
        agency_name=reset.agency.name,
        link=settings.SERVICE_URL.rstrip("/") + reverse("agencies:factor_resets"),
        hours=VALID_HOURS,
    )


def work(letter: Letter | None) -> None:
    """Send it. A mail server that does not answer raises, and the job is tried again."""
    if letter is None:
        return
    context = {"letter": letter, "service_name": settings.SERVICE_NAME}
    body = render_to_string("agencies/mail/factor_requested.txt", context)
    EmailMessage("A lost second factor waits for you", body, to=[letter.to]).send()


def store(job: Job, letter: Letter | None, result: None) -> None:
    """Nothing to keep: the job says that it is done."""
