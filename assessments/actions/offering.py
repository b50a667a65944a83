"""Offering answers to partners: published copies, version after version, withdrawn at will."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from agencies import audit
from agencies.models import Agency, Membership
from agencies.partners import HOSTS, Partnership, partnerships
from agencies.permissions import Permission, require
from agencies.workflow import NotAllowed, lock
from assessments import guarding
from assessments.models import Answer, Assessment, Offer, OfferedAnswer
from assessments.models.guard import guarded_answers
from assessments.workflow import require_current, require_real

CHANGED = "An answer was changed since you looked at it. Look at the copies again"
NOT_A_HOST = "Only a regional adoption agency can offer answers to partners."


@transaction.atomic
def publish(
    assessment: Assessment,
    *,
    answers: Collection[UUID],
    partners: Collection[UUID],
    seen: str | None = None,
    by: Membership,
) -> list[Offer]:
    """Copy the texts of these answers as the next version for each of these partners. Who sees
    exactly these copies already keeps that version: sent twice, nothing is published anew.

    seen: mark_of() what was shown before; None: nothing was.
    """
    require(by, Permission.MANAGE_PARTNERS)
    locked = lock(Assessment.objects.locked(), assessment.pk)
    require_offerable(locked, by.agency)
    chosen = chosen_answers(locked, answers)
    others = _partners(by.agency, partners)
    check_texts(chosen)
    if seen is not None and seen != mark_of(chosen):
        raise ValidationError(CHANGED)
    return [_publish(locked, chosen, other, by) for other in others]


@transaction.atomic
def withdraw(offer: Offer, *, by: Membership) -> Offer:
    """Take back all versions for the partner and edition of this one, at once."""
    require(by, Permission.MANAGE_PARTNERS)
    rows = Offer.objects.series(offer).order_by("pk").select_for_update()
    locked = {row.pk: row for row in rows}
    if offer.pk not in locked:
        raise NotAllowed("This offer has been withdrawn already.")
    now = timezone.now()
    Offer.objects.filter(pk__in=locked).update(withdrawn_at=now, withdrawn_by=by)
    facts = {"partner": offer.partner_id, "versions": len(locked)}
    audit.record_with([offer.partner_id], "offer.withdraw", offer, **facts)
    return locked[offer.pk]


def require_offerable(assessment: Assessment, agency: Agency) -> None:
    """Raise NotAllowed unless its answers can be offered, whoever asks."""
    if agency.kind not in HOSTS:
        raise NotAllowed(NOT_A_HOST)
    require_real(assessment)
    require_current(assessment)


def chosen_answers(assessment: Assessment, ids: Collection[UUID]) -> list[Any]:
    """The answers with these ids, with what the guard needs, in order. Raises ValidationError."""
    rows = guarded_answers(assessment.answers.select_related("clause").defer("words"))
    found = list(rows.filter(pk__in=ids))
    if not found or len(found) < len(set(ids)):
        raise ValidationError({"answers": "Select at least one clause of this self-assessment"})
    return found


def check_texts(answers: Iterable[Any]) -> None:
    """Raise ValidationError for answers that have nothing to offer, that nobody has checked since
    they were carried over, or that may hold personal data."""
    empty = [answer.clause.code for answer in answers if not (answer.how or answer.difference)]
    if empty:
        raise ValidationError({"answers": f"Nothing is written to {_clauses(empty)}"})
    unchecked = [answer.clause.code for answer in answers if answer.is_to_check]
    if unchecked:
        message = "Check first that what was carried over is still true, at "
        raise ValidationError({"answers": f"{message}{_clauses(unchecked)}"})
    suspect = [answer.clause.code for answer in answers if guarding.of_answer(answer).open_ones]
    if suspect:
        message = "Mend, or check and confirm, what looks like personal data in "
        raise ValidationError({"answers": f"{message}{_clauses(suspect)}"})


def mark_of(answers: Iterable[Answer]) -> str:
    """Stands for exactly these texts."""
    said = [(str(answer.pk), answer.how, answer.difference) for answer in answers]
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _clauses(codes: list[str]) -> str:
    return f"clause {codes[0]}" if len(codes) == 1 else f"clauses {', '.join(codes)}"


def _partners(host: Agency, ids: Collection[UUID]) -> list[Partnership]:
    agreed = {one.other.pk: one for one in partnerships(host) if one.is_agreed}
    if not ids or not set(ids) <= set(agreed):
        raise ValidationError({"partners": "Select at least one of your partners"})
    return [one for pk, one in agreed.items() if pk in set(ids)]


def _publish(
    assessment: Assessment, answers: Sequence[Answer], partnership: Partnership, by: Membership
) -> Offer:
    """The assessment is locked, but another one of the same edition is not: a unique constraint
    keeps two people from publishing the same number."""
    partner = partnership.other
    series = {"agency": by.agency, "partner": partner, "edition": assessment.edition}
    last = Offer.objects.filter(**series).order_by("-number").first()
    if last and last.assessment_id == assessment.pk and _is_seen(last, answers, partnership):
        return last
    number = last.number + 1 if last else 1
    offer = Offer.objects.create(**series, assessment=assessment, number=number, published_by=by)
    copies = [
        OfferedAnswer(
            agency=by.agency,
            offer=offer,
            clause=answer.clause,
            **{name: getattr(answer, name) for name in OfferedAnswer.TEXTS},
        )
        for answer in answers
    ]
    OfferedAnswer.objects.bulk_create(copies)
    facts = {"partner": partner.pk, "version": offer.number, "clauses": len(copies)}
    audit.record_with([partner.pk], "offer.publish", offer, assessment=assessment.pk, **facts)
    return offer


def _is_seen(offer: Offer, answers: Iterable[Answer], partnership: Partnership) -> bool:
    """Whether the partner sees exactly these copies in it."""
    since = partnership.since
    if offer.withdrawn_at or since is None or offer.published_at < since:
        return False
    said = {(answer.clause_id, answer.how, answer.difference) for answer in answers}
    return said == set(offer.answers.values_list("clause", *OfferedAnswer.TEXTS))
