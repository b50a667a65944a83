"""Accepting what a partner offers for a clause, and going back to one's own answer."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, require
from agencies.workflow import NotAllowed, lock
from assessments.models import Acceptance, Answer, OfferedAnswer
from assessments.workflow import require_open

GONE = "This is no longer offered. Go back to the clause to see what is."


@transaction.atomic
def accept(answer: Answer, *, offered: OfferedAnswer, by: Membership) -> Acceptance:
    """Let the answer be answered by a partner too, in this version in place of any other.

    Level, own texts and evidence stay as they are: the partner's level is not offered.
    """
    require(by, Permission.ANSWER_CLAUSE)
    locked = lock(Answer.objects.locked(), answer.pk)
    require_open(locked.assessment)
    rows = OfferedAnswer.objects.filter(offer__partner=locked.agency_id, clause=locked.clause_id)
    found = rows.select_related("offer").filter(pk=offered.pk).first()
    if found is None:
        raise NotAllowed(GONE)
    standing = _standing(locked)
    if standing and standing.offered == found.pk:
        raise NotAllowed("This is accepted already.")
    if standing:
        _end(standing, by)
    accepted = Acceptance.objects.create(
        agency_id=locked.agency_id,
        answer=locked,
        offered=found.pk,
        host_id=found.agency_id,
        number=found.offer.number,
        by=by,
    )
    _record("acceptance.accept", accepted, locked)
    return accepted


@transaction.atomic
def stop(answer: Answer, *, by: Membership) -> Acceptance:
    """Answer for oneself again. That it was accepted stays in the history."""
    require(by, Permission.ANSWER_CLAUSE)
    locked = lock(Answer.objects.locked(), answer.pk)
    require_open(locked.assessment)
    standing = _standing(locked)
    if standing is None:
        raise NotAllowed("No partner's answer is accepted for this clause.")
    _end(standing, by)
    _record("acceptance.stop", standing, locked)
    return standing


def _standing(answer: Answer) -> Acceptance | None:
    """The answer is locked: there is no other writer."""
    return Acceptance.objects.standing().filter(answer=answer).first()


def _end(acceptance: Acceptance, by: Membership) -> None:
    acceptance.ended_at, acceptance.ended_by = timezone.now(), by
    acceptance.save(update_fields=["ended_at", "ended_by"])


def _record(event: str, acceptance: Acceptance, answer: Answer) -> None:
    """Also in the host's trail, unless it is practice: of that the host learns nothing."""
    partners = [] if answer.assessment.is_practice else [acceptance.host_id]
    facts = {"assessment": answer.assessment_id, "version": acceptance.number}
    audit.record_with(partners, event, acceptance, partner=acceptance.host_id, **facts)
