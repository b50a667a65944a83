"""Asking for the removal of personal data, and deciding on it: two different people."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, require
from agencies.text import one_line
from agencies.workflow import NotAllowed, lock, move
from assessments.models import Answer, Evidence, EvidenceVersion
from protection.actions.destroying import destroy
from protection.actions.notices import notify
from protection.models import ANSWER_PARTS, EVIDENCE_PARTS, Part, Reason, Redaction
from protection.places import extent
from protection.workflow import REDACTION

MAX_NOTE = 200
ASKED_ALREADY = "Somebody has asked for this already. It waits for a second person to decide."
NOTHING_THERE = "There is nothing of this to remove"
TWO_PEOPLE = (
    "You asked for this yourself, so another person has to decide: a lead, an approver or a data "
    "protection officer of your agency."
)


@transaction.atomic
def request_for_answer(
    answer: Answer,
    *,
    part: str,
    reason: str,
    note: str = "",
    spares_current: bool = False,
    by: Membership,
) -> Redaction:
    """Ask that the texts of an answer are destroyed wherever they stand.

    spares_current: somebody has put right what stands there now, so that it may stay.
    """
    require(by, Permission.REDACT_REQUEST)
    if part not in ANSWER_PARTS:
        raise ValidationError({"part": "Choose what is to be removed"})
    locked = lock(Answer.objects.select_for_update(), answer.pk)
    wanted = Redaction(agency_id=locked.agency_id, answer=locked, spares_current=spares_current)
    return _request(wanted, part, reason, note, by)


@transaction.atomic
def request_for_evidence(
    version: EvidenceVersion,
    *,
    part: str,
    reason: str,
    note: str = "",
    spares_current: bool = False,
    by: Membership,
) -> Redaction:
    """Ask that a version's file or link, or what is said about the evidence, is destroyed.

    spares_current: title and description were put right and may stay; a file is never spared.
    """
    require(by, Permission.REDACT_REQUEST)
    if part not in EVIDENCE_PARTS:
        raise ValidationError({"part": "Choose what is to be removed"})
    lock(Evidence.objects.select_for_update(), version.evidence_id)
    wanted = Redaction(agency_id=version.agency_id, version=version, spares_current=spares_current)
    return _request(wanted, part, reason, note, by)


@transaction.atomic
def confirm(redaction: Redaction, *, has_understood: bool, by: Membership) -> Redaction:
    """Destroy it for good, everywhere, in this transaction; files go when it is committed."""
    locked = _decide(redaction, by)
    if not has_understood:
        raise ValidationError({"has_understood": "Confirm that you want this removed for good"})
    locked.save(update_fields=["decided_by", "decided_at"])
    moved = move(locked, REDACTION, "confirm", by=by, part=locked.part, reason=locked.reason)
    facts = destroy(moved, by=by)
    notify(moved, by=by)
    audit.record("redaction.destroy", moved, **facts)
    return moved


@transaction.atomic
def refuse(redaction: Redaction, *, by: Membership) -> Redaction:
    """Decide that it stays."""
    locked = _decide(redaction, by)
    locked.save(update_fields=["decided_by", "decided_at"])
    moved = move(locked, REDACTION, "refuse", by=by)
    notify(moved, by=by)
    return moved


@transaction.atomic
def withdraw(redaction: Redaction, *, by: Membership) -> Redaction:
    """Take a request back before it is decided."""
    return move(redaction, REDACTION, "withdraw", by=by)


def require_decidable(redaction: Redaction, *, by: Membership) -> None:
    """Raise NotAllowed unless it waits, and PermissionDenied for the person who asked."""
    require(by, Permission.REDACT_CONFIRM)
    if not redaction.is_waiting:
        raise NotAllowed(f"This has been decided: {redaction.get_status_display().lower()}.")
    if redaction.requested_by_id == by.pk:
        raise PermissionDenied(TWO_PEOPLE)


def _request(wanted: Redaction, part: str, reason: str, note: str, by: Membership) -> Redaction:
    """Store the request. The row it is about is locked: two people ask one after the other."""
    if reason not in Reason.values:
        raise ValidationError({"reason": "Choose why"})
    wanted.note = one_line(note)
    if len(wanted.note) > MAX_NOTE:
        raise ValidationError({"note": f"The note must be {MAX_NOTE} characters or fewer"})
    same = {"answer": wanted.answer, "version": wanted.version, "part": part}
    if Redaction.objects.waiting().filter(**same).exists():
        raise NotAllowed(ASKED_ALREADY)
    wanted.part, wanted.reason, wanted.requested_by = part, reason, by
    if not extent(wanted).places:
        raise ValidationError({"part": NOTHING_THERE})
    wanted.save(force_insert=True)
    notify(wanted, by=by)
    audit.record("redaction.request", wanted, **_facts(wanted))
    return wanted


def _decide(redaction: Redaction, by: Membership) -> Redaction:
    """The locked request, with who decides. What it is about is locked when it is destroyed."""
    locked = lock(Redaction.objects.for_page().select_for_update(of=("self",)), redaction.pk)
    require_decidable(locked, by=by)
    locked.decided_by, locked.decided_at = by, timezone.now()
    return locked


def _facts(redaction: Redaction) -> dict[str, str]:
    about = redaction.answer or redaction.version
    return {
        "part": Part(redaction.part).value,
        "reason": redaction.reason,
        "of": str(about and about.pk),
    }
