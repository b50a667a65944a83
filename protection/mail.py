"""The worker's side of a notice about a removal (jobs.handlers.Handler)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from agencies.models import Membership
from agencies.permissions import Permission, can
from jobs.models import Job
from protection.actions.notices import noted
from protection.models import Redaction


@dataclass(frozen=True)
class Letter:
    """All that the mail says: no text, no name of a file."""

    redaction_id: uuid.UUID
    member_id: uuid.UUID
    to: str
    agency_name: str
    status: str
    is_waiting: bool
    link: str


def read(job: Job) -> Letter | None:
    """The letter; None when the person has left or may not decide, or the state has moved on."""
    status, member_id = job.content_key.split(":")[-2:]
    redaction = Redaction.objects.select_related("agency").get(pk=job.subject_id)
    member = Membership.objects.filter(pk=member_id, is_active=True).first()
    if member is None or redaction.status != status:
        return None
    if redaction.is_waiting and not can(member, Permission.REDACT_CONFIRM):
        return None
    path = reverse("protection:detail", args=[redaction.pk])
    return Letter(
        redaction_id=redaction.pk,
        member_id=member.pk,
        to=member.email,
        agency_name=redaction.agency.name,
        status=redaction.get_status_display(),
        is_waiting=redaction.is_waiting,
        link=settings.SERVICE_URL.rstrip("/") + path,
    )


def work(letter: Letter | None) -> None:
    """Send it. A mail server that does not answer raises, and the job is tried again."""
    if letter is None:
        return
    context = {"letter": letter, "service_name": settings.SERVICE_NAME}
    subject = render_to_string("protection/mail/redaction_subject.txt", context)
    body = render_to_string("protection/mail/redaction.txt", context)
    EmailMessage(" ".join(subject.split()), body, to=[letter.to]).send()


def store(job: Job, letter: Letter | None, result: None) -> None:
    if letter is not None:
        noted(letter.redaction_id, member_id=letter.member_id)
