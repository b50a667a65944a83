"""The worker's side of an invitation: read the row, send the mail, note that it went out."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from agencies.actions.invitations import mark_sent
from agencies.models import Invitation
from agencies.offers import link_of


class Job(Protocol):
    """What this handler needs of a jobs.models.Job."""

    subject_id: uuid.UUID
    content_key: str


@dataclass(frozen=True)
class Letter:
    """All that the mail says."""

    invitation_id: uuid.UUID
    nonce: uuid.UUID
    to: str
    agency_name: str
    role: str
    link: str
    expires_at: datetime.datetime


def read(job: Job) -> Letter | None:
    """The letter; None when the invitation was used, withdrawn or sent again since."""
    invitation = Invitation.objects.select_related("agency").get(pk=job.subject_id)
    if not invitation.is_open or str(invitation.nonce) not in job.content_key:
        return None
    return Letter(
        invitation_id=invitation.pk,
        nonce=invitation.nonce,
        to=invitation.email,
        agency_name=invitation.agency.name,
        role=invitation.get_role_display(),
        link=link_of(invitation),
        expires_at=invitation.expires_at,
    )


def work(letter: Letter | None) -> None:
    """Send it. A mail server that does not answer raises, and the job is tried again."""
    if letter is None:
        return
    context: dict[str, Any] = {"letter": letter, "service_name": settings.SERVICE_NAME}
    subject = render_to_string("agencies/mail/invitation_subject.txt", context)
    body = render_to_string("agencies/mail/invitation.txt", context)
    EmailMessage(" ".join(subject.split()), body, to=[letter.to]).send()


def store(job: Job, letter: Letter | None, result: None) -> None:
    if letter is not None:
        mark_sent(letter.invitation_id, nonce=letter.nonce)
