"""Carrying over from an earlier assessment, and saying that what was carried is still true."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, require
from agencies.workflow import NotAllowed, Stale, lock
from assessments.actions.answers import STORED, Said, new_revision, put, stale
from assessments.carrying import Legacy, inheritance, legacies, mapping_of, mark
from assessments.models import (
    Answer,
    AnswerRevision,
    Assessment,
    Evidence,
    EvidenceLink,
    EvidenceVersion,
)
from assessments.standing import restand
from assessments.workflow import require_open
from standards import published

UNSEEN = "The texts of this answer are others than those you saw. Nothing was confirmed."
NO_MORE = "The earlier self-assessment has nothing to this clause that could be taken over."
HAS_TEXT = (
    "Something is written here already, and taking over would replace it. Copy what you need from "
    "the earlier answer instead."
)


def fill(assessment: Assessment, *, by: Membership) -> int:
    """Part of starting it: an answer for each clause, with what is carried over from the one it
    continues, where the clause has the same wording. Returns how many have something to check.

    The number of statements does not depend on how much there is.
    """
    carried = _carried(assessment)
    answers, revisions, links, now = [], [], [], timezone.now()
    for clause in published.clauses(assessment.edition_id):
        answer = Answer(agency_id=assessment.agency_id, assessment=assessment, clause=clause)
        legacy = carried.get(clause.pk, Legacy())
        if legacy.has_text:
            revisions.append(_write(answer, legacy, by, now))
        answer.is_to_check = bool(legacy)
        links += [_of(answer, link, by) for link in legacy.links]
        answers.append(answer)
    Answer.objects.bulk_create(answers)
    AnswerRevision.objects.bulk_create(revisions)
    EvidenceLink.objects.bulk_create(links)
    return sum(answer.is_to_check for answer in answers)


@transaction.atomic
def confirm(answer: Answer, *, seen: str, by: Membership) -> Answer:
    """Say of an answer that was carried over that it is still true. Whoever is second changes
    nothing.

    `seen` is the mark() of the texts as the person was shown them.
    """
    require(by, Permission.ANSWER_CLAUSE)
    locked = lock(Answer.objects.locked(), answer.pk)
    require_open(locked.assessment)
    if not locked.is_to_check:
        return locked
    if seen != mark(locked):
        raise Stale(UNSEEN, current=locked, ours={})
    locked.is_to_check = locked.is_reworked = False
    locked.confirmed_by, locked.confirmed_at = by, timezone.now()
    locked.save(update_fields=["is_to_check", "is_reworked", "confirmed_by", "confirmed_at"])
    locked.assessment.save(update_fields=["updated_at"])
    _record("answer.confirm", locked, answer)
    return locked


@transaction.atomic
def take_over(answer: Answer, *, version: int, by: Membership) -> Answer:
    """Take texts and evidence of the earlier answer, where the clause was reworded or the earlier
    one was written later. It is to be checked then, as all that is carried over.

    Raises Stale for somebody who has not seen `version`.
    """
    require(by, Permission.ANSWER_CLAUSE)
    locked = lock(Answer.objects.locked(), answer.pk)
    require_open(locked.assessment)
    found = inheritance(locked)
    if found is None or not found.legacy:
        raise NotAllowed(NO_MORE)
    if version != locked.version:
        raise stale(locked, _said(locked, found.legacy), by=by)
    if not found.is_free:
        raise NotAllowed(HAS_TEXT)
    if found.legacy.has_text:
        _write(locked, found.legacy, by, timezone.now()).save(force_insert=True)
    locked.is_to_check = True
    locked.save(update_fields=STORED)
    _attach(locked, found.legacy, by)
    restand(locked.assessment)
    _record("answer.take_over", locked, answer, version=locked.version)
    return locked


def _carried(assessment: Assessment) -> dict[UUID, Legacy]:
    """By the clauses of this one."""
    mapping = mapping_of(assessment)
    if mapping is None or assessment.continues is None:
        return {}
    _hold(Evidence.objects.filter(versions__links__answer__assessment=assessment.continues))
    found = legacies(assessment.continues)
    same = [pair for pair in mapping.pairs if pair.is_same_text and pair.before]
    return {pair.after.pk: found[pair.before.pk] for pair in same if pair.before}


def _hold(pieces: models.QuerySet[Evidence]) -> None:
    """Nobody deletes or replaces them until the transaction ends."""
    held = Evidence.objects.filter(pk__in=pieces.values("pk")).order_by("pk")
    list(held.select_for_update().values_list("pk"))


def _said(answer: Answer, legacy: Legacy) -> Said:
    return replace(
        Said.stored_in(answer),
        na_reason=legacy.na_reason,
        how=legacy.how,
        difference=legacy.difference,
    )


def _write(answer: Answer, legacy: Legacy, by: Membership, now: datetime) -> AnswerRevision:
    """Set the texts on the row; returns the revision, not stored yet."""
    put(answer, _said(answer, legacy), by=by, now=now)
    return new_revision(answer, is_open=False, by=by, now=now)


def _of(answer: Answer, link: EvidenceLink, by: Membership) -> EvidenceLink:
    link.answer, link.by = answer, by
    return link


def _attach(answer: Answer, legacy: Legacy, by: Membership) -> None:
    """What is attached already, in whatever version, stays as it is."""
    _hold(Evidence.objects.filter(versions__in=[link.version_id for link in legacy.links]))
    versions = EvidenceVersion.objects.filter(pk__in=[link.version_id for link in legacy.links])
    attached = Evidence.objects.filter(versions__links__answer=answer).values("pk")
    wanted = set(versions.exclude(evidence__in=attached).values_list("pk", flat=True))
    links = [_of(answer, link, by) for link in legacy.links if link.version_id in wanted]
    EvidenceLink.objects.bulk_create(links)


def _record(verb: str, answer: Answer, read: Answer, **facts: int) -> None:
    audit.record(verb, answer, assessment=answer.assessment_id, clause=read.clause.code, **facts)
