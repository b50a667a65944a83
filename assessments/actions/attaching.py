"""Evidence and the clauses it supports: attaching and detaching while an assessment is open."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, require
from agencies.workflow import NotAllowed, lock
from assessments.actions.keeping import require_kept
from assessments.actions.placing import Where, checked
from assessments.models import Answer, Assessment, Evidence, EvidenceLink
from assessments.models.link import LinkQuerySet
from assessments.standing import restand
from assessments.workflow import require_open

MEANWHILE = "Somebody attached this evidence at the same moment. Reload the page and try again."


@transaction.atomic
def attach_evidence(
    answer: Answer, *, evidence: Sequence[Evidence], where: Where | None = None, by: Membership
) -> list[EvidenceLink]:
    """Let the latest version of each piece support the answer. What is attached stays so.

    `where` to look in it, if it is said at once.
    """
    assessment = _open(answer.assessment_id, by)
    where = where and checked(where)
    if not evidence:
        raise ValidationError({"evidence": "Choose at least one piece of evidence"})
    locked = Evidence.objects.select_for_update().filter(pk__in=[piece.pk for piece in evidence])
    links = [_attach(piece, answer, by, where) for piece in locked.order_by("pk")]
    restand(assessment)
    audit.record(
        "evidence.attach",
        answer,
        assessment=assessment.pk,
        evidence=[link.version.evidence_id for link in links],
    )
    return links


@transaction.atomic
def detach_evidence(link: EvidenceLink, *, by: Membership) -> EvidenceLink:
    """Take it away from the answer; the evidence itself stays. Returns what is no longer stored."""
    assessment = _open(link.answer.assessment_id, by)
    if not EvidenceLink.objects.filter(pk=link.pk).delete()[0]:
        raise NotAllowed("This has been detached already.")
    restand(assessment)
    audit.record(
        "evidence.detach",
        link.answer,
        assessment=assessment.pk,
        evidence=[link.version.evidence_id],
    )
    return link


@transaction.atomic
def change_clauses(
    evidence: Evidence,
    *,
    assessment: Assessment,
    attach: Collection[UUID],
    detach: Collection[UUID],
    by: Membership,
) -> Evidence:
    """Attach it to some answers of an assessment and detach it from others (their ids).

    Only what was ticked and unticked is given, so that two people who tick at once lose nothing.
    """
    locked = _open(assessment.pk, by)
    piece = lock(Evidence.objects.select_for_update(), evidence.pk)
    own = {answer.pk: answer for answer in Answer.objects.filter(assessment=locked)}
    if not own.keys() >= {*attach, *detach}:
        raise ValidationError({"clauses": "Choose clauses of this self-assessment"})
    for pk in attach:
        _attach(piece, own[pk], by)
    links_of(piece).filter(answer__in=detach, answer__assessment=locked).delete()
    restand(locked)
    facts = {"attached": sorted(map(str, attach)), "detached": sorted(map(str, detach))}
    audit.record("evidence.change_clauses", piece, assessment=locked.pk, **facts)
    return piece


def lock_with_assessments(evidence: Evidence) -> tuple[Evidence, list[Assessment]]:
    """The evidence and every assessment it supports, locked: assessments first, as everywhere.

    Raises NotAllowed if somebody attached it to another one in between.
    """
    supported = Assessment.objects.filter(answers__evidence_links__version__evidence=evidence)
    ids = set(supported.values_list("pk", flat=True))
    assessments = list(Assessment.objects.locked().filter(pk__in=ids).order_by("pk"))
    locked = lock(Evidence.objects.select_for_update(), evidence.pk)
    if set(supported.values_list("pk", flat=True)) - ids:
        raise NotAllowed(MEANWHILE)
    return locked, assessments


def links_of(evidence: Evidence) -> LinkQuerySet:
    """What ties any of its versions to answers."""
    return EvidenceLink.objects.filter(version__evidence=evidence)


def _open(assessment_id: UUID, by: Membership) -> Assessment:
    require(by, Permission.MANAGE_EVIDENCE)
    assessment = lock(Assessment.objects.locked(), assessment_id)
    require_open(assessment)
    return assessment


def _attach(
    evidence: Evidence, answer: Answer, by: Membership, where: Where | None = None
) -> EvidenceLink:
    """One link for each piece and answer; an older version gives way to the latest."""
    require_kept(evidence)
    latest = evidence.latest
    links = links_of(evidence).filter(answer=answer)
    said = asdict(where) if where else {}
    if not links.move_to(latest):
        return EvidenceLink.objects.create(
            agency_id=answer.agency_id, answer=answer, version=latest, by=by, **said
        )
    if said:
        links.update(**said, is_place_to_check=False)
    return links.select_related("version").get()
