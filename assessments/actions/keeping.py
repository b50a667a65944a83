"""Keeping evidence beyond its time: placing a hold and lifting it."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, require
from agencies.workflow import NotAllowed, lock
from assessments.models import Evidence, Hold, HoldReason

LONGEST = timedelta(days=36525)
LIFTED = "This hold has ended already."
DISPOSED = "This evidence was disposed of when its time of keeping was over."


@transaction.atomic
def hold(evidence: Evidence, *, until: date, because: str, by: Membership) -> Hold:
    """Keep it at least to the end of this day. It can be linked and read as before."""
    require(by, Permission.DISPOSE_REQUEST)
    locked = lock(Evidence.objects.select_for_update(), evidence.pk)
    require_kept(locked)
    placed = Hold.objects.create(
        agency_id=locked.agency_id,
        evidence=locked,
        until=_checked_day(until),
        because=_checked_reason(because),
        placed_by=by,
    )
    audit.record("evidence.hold", locked, until=until)
    return placed


@transaction.atomic
def lift(placed: Hold, *, by: Membership) -> Hold:
    """End a hold before its last day. What is over then waits for two people to decide."""
    require(by, Permission.DISPOSE_REQUEST)
    locked = lock(
        Hold.objects.select_related("evidence").select_for_update(of=("self",)), placed.pk
    )
    if not locked.is_in_force:
        raise NotAllowed(LIFTED)
    locked.lifted_by, locked.lifted_at = by, timezone.now()
    locked.save(update_fields=["lifted_by", "lifted_at"])
    audit.record("evidence.lift_hold", locked.evidence)
    return locked


def require_kept(evidence: Evidence) -> None:
    """Raise NotAllowed for what was disposed of: nothing is done with it any more."""
    if evidence.disposed_at is not None:
        raise NotAllowed(DISPOSED)


def _checked_day(until: date) -> date:
    today = timezone.localdate()
    if until <= today:
        raise ValidationError({"until": "The day must be in the future"})
    if until > today + LONGEST:
        raise ValidationError({"until": "The day must be within the next 100 years"})
    return until


def _checked_reason(because: str) -> str:
    if because not in HoldReason.values:
        raise ValidationError({"because": "Choose why it is kept longer"})
    return because
