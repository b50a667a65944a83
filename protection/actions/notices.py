"""Telling those who decide, and those who answer for it. The mail holds no personal data."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, Role, roles_with
from jobs.actions import enqueue
from protection.models import Redaction

KIND = "redaction_mail"


def notify(redaction: Redaction, *, by: Membership) -> None:
    """A mail to each who may decide while it waits, to the officers when it is decided."""
    for member in _who_may_decide(redaction) if redaction.is_waiting else _officers(redaction):
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


def _who_may_decide(redaction: Redaction) -> list[Membership]:
    """Everybody whose word it can be: not who asked."""
    deciding = _active(redaction).filter(role__in=roles_with(Permission.REDACT_CONFIRM))
    return list(deciding.exclude(pk=redaction.requested_by_id))


def _officers(redaction: Redaction) -> list[Membership]:
    """The data protection officers, or the leads where there is none."""
    active = _active(redaction)
    return list(active.filter(role=Role.DPO)) or list(active.filter(role=Role.LEAD))


def _active(redaction: Redaction) -> QuerySet[Membership]:
    return Membership.objects.filter(agency_id=redaction.agency_id, is_active=True)
