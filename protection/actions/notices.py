"""Telling those who answer for data protection. The mail holds no personal data."""

from __future__ import annotations

from uuid import UUID

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Role
from jobs.actions import enqueue
from protection.models import Redaction

KIND = "redaction_mail"


def notify(redaction: Redaction, *, by: Membership) -> None:
    """A mail to each data protection officer, or to the leads where there is none, after commit."""
    for member in _who_is_told(redaction.agency_id):
        enqueue(
            KIND,
            agency_id=redaction.agency_id,
            subject_id=redaction.pk,
            content_key=f"{KIND}:{redaction.pk}:{redaction.status}:{member.pk}",
            by=by,
        )


def noted(redaction_id: UUID, *, member_id: UUID) -> None:
    """The worker's word that a mail went out."""
    redaction = Redaction.objects.get(pk=redaction_id)
    audit.record("redaction.notify", redaction, member=member_id)


def _who_is_told(agency_id: UUID) -> list[Membership]:
    active = Membership.objects.filter(agency_id=agency_id, is_active=True)
    return list(active.filter(role=Role.DPO)) or list(active.filter(role=Role.LEAD))
