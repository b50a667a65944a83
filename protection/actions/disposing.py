"""Disposing of evidence whose time is over: proposed by one person, decided by another."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, require
from agencies.workflow import NotAllowed, lock, move
from assessments import files
from assessments.models import Evidence, EvidenceFinding, EvidenceVersion, ScanState, Storage
from assessments.retention import due_for_disposal, keeping_of
from protection.actions.exports import destroy_exports
from protection.models import Disposal, DisposalItem
from protection.workflow import DISPOSAL

MOST = 100
NOT_DUE = (
    "Some of these are kept longer now, or somebody proposed them already. Nothing was proposed. "
    "Look at the list again and choose from it."
)
TWO_PEOPLE = (
    "You proposed this yourself, so another person has to decide: a lead, an approver or a data "
    "protection officer of your agency."
)


@transaction.atomic
def propose(evidence: Collection[UUID], *, by: Membership) -> Disposal:
    """Ask that these pieces (their ids) are disposed of. Nothing goes before a second person
    has confirmed it."""
    require(by, Permission.DISPOSE_REQUEST)
    if not evidence:
        raise ValidationError({"evidence": "Choose at least one piece of evidence"})
    if len(evidence) > MOST:
        raise ValidationError({"evidence": f"Choose {MOST} pieces or fewer at a time"})
    list(_locked(evidence))
    due = list(to_propose().filter(pk__in=evidence))
    if len(due) != len(set(evidence)):
        raise NotAllowed(NOT_DUE)
    disposal = Disposal.objects.create(agency_id=by.agency_id, requested_by=by)
    DisposalItem.objects.bulk_create(
        DisposalItem(
            agency_id=by.agency_id,
            disposal=disposal,
            evidence=piece,
            kept_until=piece.kept_until,
            why=keeping_of(piece).why,
        )
        for piece in due
    )
    audit.record("disposal.request", disposal, pieces=len(due))
    return disposal


@transaction.atomic
def confirm(disposal: Disposal, *, has_understood: bool, by: Membership) -> Disposal:
    """Destroy the files for good. What is said about the evidence, the address of a link among it,
    stays on record, and so does what was submitted. What is no longer over is spared."""
    locked = _decide(disposal, by)
    if not has_understood:
        raise ValidationError({"has_understood": "Confirm that you want these disposed of"})
    locked.save(update_fields=["decided_by", "decided_at"])
    moved = move(locked, DISPOSAL, "confirm", by=by)
    audit.record("disposal.destroy", moved, **_destroy(moved, by))
    return moved


@transaction.atomic
def refuse(disposal: Disposal, *, by: Membership) -> Disposal:
    """Decide that they stay for now. Their time stays over: they can be proposed again."""
    locked = _decide(disposal, by)
    locked.save(update_fields=["decided_by", "decided_at"])
    return move(locked, DISPOSAL, "refuse", by=by)


@transaction.atomic
def withdraw(disposal: Disposal, *, by: Membership) -> Disposal:
    """Take a proposal back before it is decided."""
    return move(disposal, DISPOSAL, "withdraw", by=by)


def to_propose() -> QuerySet[Evidence, Any]:
    """Evidence whose time is over and that nobody has proposed yet, the longest over first."""
    proposed = DisposalItem.objects.filter(disposal__in=Disposal.objects.waiting())
    return due_for_disposal(Evidence.objects.exclude(pk__in=proposed.values("evidence")))


def require_decidable(disposal: Disposal, *, by: Membership) -> None:
    """Raise NotAllowed unless it waits, and PermissionDenied for the person who proposed it."""
    require(by, Permission.DISPOSE_CONFIRM)
    if not disposal.is_waiting:
        raise NotAllowed("This has been decided already. Reload the page to see how.")
    if disposal.requested_by_id == by.pk:
        raise PermissionDenied(TWO_PEOPLE)


def _decide(disposal: Disposal, by: Membership) -> Disposal:
    """The locked proposal, with who decides."""
    locked = lock(Disposal.objects.select_for_update(), disposal.pk)
    require_decidable(locked, by=by)
    locked.decided_by, locked.decided_at = by, timezone.now()
    return locked


def _locked(evidence: Collection[UUID]) -> QuerySet[Evidence]:
    """Attaching locks the piece too: it is either seen here or refused there."""
    return Evidence.objects.select_for_update().filter(pk__in=evidence).order_by("pk")


def _destroy(disposal: Disposal, by: Membership) -> dict[str, int]:
    wanted = [item.evidence_id for item in disposal.items.all()]
    Storage.objects.hold(by.agency_id)
    list(_locked(wanted))
    going = list(
        due_for_disposal(Evidence.objects.filter(pk__in=wanted)).values_list("pk", flat=True)
    )
    versions = EvidenceVersion.objects.filter(evidence__in=going)
    stored = dict(versions.exclude(stored_as="").values_list("stored_as", "size"))
    EvidenceFinding.objects.filter(version__in=versions).delete()
    versions.update(stored_as="", scan_state=ScanState.REMOVED)
    Evidence.objects.filter(pk__in=going).update(disposed_at=timezone.now())
    spared = disposal.items.exclude(evidence__in=going).update(is_spared=True)
    Storage.objects.give_back(by.agency_id, sum(stored.values()))
    transaction.on_commit(partial(files.remove, list(stored)))
    exports = destroy_exports(by=by)
    return {"pieces": len(going), "files": len(stored), "spared": spared, "exports": exports}
