"""Evidence and the clauses it supports: attaching and detaching while an assessment is open."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
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
from assessments.models import Answer, Assessment, Evidence, EvidenceLink, EvidenceVersion
from assessments.models.link import LinkQuerySet, newest_versions
from assessments.standing import restand
from assessments.workflow import require_open, why_locked

NO_SUCH = "Choose evidence from the list"
MEANWHILE = "Somebody attached this evidence at the same moment. Reload the page and try again."


@transaction.atomic
def attach_evidence(
    answer: Answer, *, evidence: Collection[UUID], where: Where | None = None, by: Membership
) -> list[EvidenceLink]:
    """Let the latest version of each piece (its id) support the answer. What is attached stays so.

    `where` to look in it, if it is said at once.
    """
    assessment = _open(answer.assessment_id, by)
    where = where and checked(where)
    if not evidence:
        raise ValidationError({"evidence": "Choose at least one piece of evidence"})
    pieces = Evidence.objects.filter(pk__in=evidence).order_by("pk")
    locked = list(pieces.select_for_update())
    if len(locked) != len(set(evidence)):
        raise ValidationError({"evidence": NO_SUCH})
    links = _attach(locked, [answer], by, where)
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
    _attach([piece], [own[pk] for pk in attach], by)
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


def adopt(version: EvidenceVersion, assessments: Iterable[Assessment]) -> int:
    """Those of the assessments (locked) that are open mean this version from now on, if it may be
    opened and is the newest of those. Returns how many links moved."""
    ((newest, _),) = newest_versions([version.evidence], [])
    if newest != version or not version.may_be_opened:
        return 0
    open_ones = [assessment for assessment in assessments if not why_locked(assessment)]
    return links_of(version.evidence).filter(answer__assessment__in=open_ones).move_to(version)


def links_of(evidence: Evidence) -> LinkQuerySet:
    """What ties any of its versions to answers."""
    return EvidenceLink.objects.filter(version__evidence=evidence)


def _open(assessment_id: UUID, by: Membership) -> Assessment:
    require(by, Permission.MANAGE_EVIDENCE)
    assessment = lock(Assessment.objects.locked(), assessment_id)
    require_open(assessment)
    return assessment


def _attach(
    evidence: Sequence[Evidence],
    answers: Iterable[Answer],
    by: Membership,
    where: Where | None = None,
) -> list[EvidenceLink]:
    """One link for each piece and answer; an older version gives way to the latest.

    The number of statements depends only on how many pieces were attached before.
    """
    for piece in evidence:
        require_kept(piece)
    own = {answer.pk: answer for answer in answers}
    said = asdict(where) if where else {}
    links, new = [], []
    for latest, attached in newest_versions(evidence, own):
        links += _stay(latest, attached, said) if attached else []
        new += [
            EvidenceLink(agency_id=answer.agency_id, answer=answer, version=latest, by=by, **said)
            for pk, answer in own.items()
            if pk not in attached
        ]
    return links + EvidenceLink.objects.bulk_create(new)


def _stay(
    latest: EvidenceVersion, attached: Collection[UUID], said: dict[str, str]
) -> list[EvidenceLink]:
    """What is attached already means the latest version; what is `said` now replaces the place."""
    links = EvidenceLink.objects.filter(version__evidence=latest.evidence_id, answer__in=attached)
    links.move_to(latest)
    if said:
        links.update(**said, is_place_to_check=False)
    return list(links.select_related("version"))
