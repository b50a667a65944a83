"""Where a text or file stands: what a decision to remove it destroys, found by queries alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import product
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.crypto import salted_hmac

from assessments.models import (
    Answer,
    AnswerRevision,
    Assessment,
    Comment,
    Evidence,
    EvidenceLink,
    EvidenceVersion,
    Improvement,
    OfferedAnswer,
    Submission,
    SubmittedAnswer,
    SubmittedEvidence,
    Thread,
)
from assessments.redacted import WHOLE_MARK, is_mark
from protection.models import FILE_PARTS, TEXT_FIELDS, Part, Redaction
from reports.models import Report

BYTES = "bytes"
OFFERED_FIELDS = ("offered_how", "offered_difference")
LINK_FIELDS = ("place", "shows")
BESIDE = {Part.PLAN: ("what", "why"), Part.COMMENTS: ("text",)}
"""The texts of what stands beside an answer."""


@dataclass(frozen=True)
class Place:
    """A field of a row that holds something to be destroyed, and the tombstone that will stay."""

    table: str
    record_id: UUID
    field: str
    digest: str


@dataclass(frozen=True)
class Extent:
    """How far a removal reaches. rounds: submissions whose frozen rows change."""

    places: list[Place]
    rounds: list[Submission]
    reports: QuerySet[Report]

    def count(self, *tables: type[Model]) -> int:
        """Rows of these tables, not fields."""
        names = {table._meta.db_table for table in tables}
        return len({place.record_id for place in self.places if place.table in names})


def holds_something(text: str) -> bool:
    """Whether there is anything but the mark of an earlier removal."""
    return bool(text) and not is_mark(text)


def keyed(text: str) -> str:
    """A hash that only this service can make: nobody can try names against it."""
    return salted_hmac("protection.tombstone", text, algorithm="sha256").hexdigest()


def extent(redaction: Redaction) -> Extent:
    part = Part(redaction.part)
    if redaction.answer is not None:
        return _of_answer(redaction.answer, part, spares=redaction.spares_current)
    if redaction.version is not None:
        return _of_evidence(redaction.version, part, spares=redaction.spares_current)
    raise ValueError("a removal is of an answer or of evidence")


def copies(redaction: Redaction) -> QuerySet[EvidenceVersion]:
    """Other versions with the same bytes as the file: they stay unless they are asked for too.

    is_asked_for: their removal waits already.
    """
    version = redaction.version
    if version is None or not version.sha256 or not Part(redaction.part).has_file:
        return EvidenceVersion.objects.none()
    asked = Redaction.objects.waiting().filter(version=OuterRef("pk"), part__in=FILE_PARTS)
    same = EvidenceVersion.objects.filter(agency_id=version.agency_id, sha256=version.sha256)
    others = same.exclude(pk=version.pk).exclude(stored_as="")
    return (
        others.select_related("evidence")
        .annotate(is_asked_for=Exists(asked))
        .order_by("evidence__title", "evidence", "number")
    )


def relatives(redaction: Redaction) -> QuerySet[Answer]:
    """Answers to the same clause in assessments that continue another or are continued: what is to
    be removed may have been carried over. They stay unless they are asked for too.

    is_asked_for: a removal of them waits already.
    """
    answer, fields = redaction.answer, Part(redaction.part).fields
    if answer is None or not fields:
        return Answer.objects.none()
    says = reduce(or_, (~Q(**{name: ""}) & ~Q(**{f"{name}__regex": WHOLE_MARK}) for name in fields))
    asked = Redaction.objects.waiting().filter(answer=OuterRef("pk"))
    follows = Assessment.objects.filter(continues=OuterRef("assessment"))
    clause = answer.clause
    return (
        Answer.objects.filter(Q(assessment__continues__isnull=False) | Exists(follows))
        .filter(Q(clause__text_sha256=clause.text_sha256) | Q(clause__code=clause.code))
        .filter(Exists(AnswerRevision.objects.filter(says, answer=OuterRef("pk"))))
        .exclude(pk=answer.pk)
        .annotate(is_asked_for=Exists(asked))
        .select_related("assessment", "clause")
        .only("assessment__title", "clause__code")
        .order_by("assessment__created_at", "pk")
    )


def has_text(answer: Answer) -> set[str]:
    """The fields of this answer that hold text in any of its places."""
    return {place.field for place in _answer_places(answer, TEXT_FIELDS)}


def beside(answer: Answer, part: Part) -> QuerySet[Any]:
    """The actions that were planned for its clause, or what was said about it."""
    if part == Part.PLAN:
        return Improvement.objects.filter(assessment=answer.assessment_id, clause=answer.clause_id)
    threads = Thread.objects.of_clause(answer.assessment_id, answer.clause_id)
    return Comment.objects.filter(thread__in=threads).defer("words")


def parts_beside(answer: Answer) -> set[Part]:
    """Those that hold text."""
    return {part for part in BESIDE if any(_texts(beside(answer, part), BESIDE[part]))}


def copies_offered(answer: Answer) -> QuerySet[OfferedAnswer]:
    """What was copied of it for partners, withdrawn or not."""
    rows = OfferedAnswer.objects.filter(agency_id=answer.agency_id, clause=answer.clause_id)
    return rows.filter(offer__assessment=answer.assessment_id)


def frozen_of(answer: Answer) -> QuerySet[SubmittedAnswer]:
    """What was submitted of it, round by round."""
    rows = SubmittedAnswer.objects.filter(submission__assessment=answer.assessment_id)
    return rows.filter(clause=answer.clause_id)


def holds_offered(answer: Answer) -> bool:
    """Whether a partner's text was submitted with it."""
    return any(_texts(frozen_of(answer), OFFERED_FIELDS))


def _of_answer(answer: Answer, part: Part, *, spares: bool) -> Extent:
    """Of what stands beside it nothing but the present text is kept, and no report holds it:
    spared, nothing of it is reached."""
    if part.is_beside:
        rows = beside(answer, part)
        found = _texts(rows.none() if spares else rows, BESIDE[part])
        return Extent(list(found), [], Report.objects.none())
    if part == Part.OFFERED:
        places = list(_texts(frozen_of(answer), OFFERED_FIELDS))
    else:
        places = list(_answer_places(answer, part.fields, spared=answer if spares else None))
    return Extent(
        places,
        _rounds(places, SubmittedAnswer, "answers"),
        Report.objects.filter(assessment=answer.assessment_id),
    )


def _answer_places(
    answer: Answer, fields: Iterable[str], *, spared: Answer | None = None
) -> Iterator[Place]:
    yield from _texts([answer], fields, spared)
    yield from _texts(AnswerRevision.objects.filter(answer=answer), fields, spared)
    yield from _texts(frozen_of(answer), fields, spared)
    copied = [field for field in fields if field in OfferedAnswer.TEXTS]
    yield from _texts(copies_offered(answer), copied, spared)


def _of_evidence(version: EvidenceVersion, part: Part, *, spares: bool) -> Extent:
    """Reports: all that were made, or are being made, since the evidence was added."""
    evidence = version.evidence
    places: list[Place] = []
    if part.has_file:
        frozen = SubmittedEvidence.objects.filter(version=version)
        places += [*_texts([version], ("file_name", "url")), *_file(version)]
        places += _texts(frozen, ("file_name", "url"))
    if part.has_details:
        frozen = SubmittedEvidence.objects.filter(version__evidence=evidence)
        spared = evidence if spares else None
        places += _texts([evidence, *frozen], ("title", "description"), spared)
        places += _located(evidence, frozen, spares=spares)
        places += [] if spares else _tags(evidence)
    since = Q(made_at=None) | Q(made_at__gte=evidence.created_at)
    return Extent(
        places,
        _rounds(places, SubmittedEvidence, "answers__evidence"),
        Report.objects.filter(since, agency_id=version.agency_id),
    )


def is_spared(text: str, field: str, spared: Any) -> bool:
    """`spared`: the row as it stands now, where what it says is clean; None: nothing is spared."""
    return spared is not None and text == getattr(spared, field)


def _texts(rows: Iterable[Any], fields: Iterable[str], spared: Any = None) -> Iterator[Place]:
    for row in rows:
        for field in fields:
            text = getattr(row, field)
            if holds_something(text) and not is_spared(text, field, spared):
                yield Place(row._meta.db_table, row.pk, field, keyed(text))


def _located(
    evidence: Evidence, frozen: Iterable[SubmittedEvidence], *, spares: bool
) -> Iterator[Place]:
    """Where to look and what it shows there. Spared is what some clause says of it now."""
    links = list(EvidenceLink.objects.filter(version__evidence=evidence))
    if not spares:
        yield from _texts([*links, *frozen], LINK_FIELDS)
        return
    for row, field in product(frozen, LINK_FIELDS):
        if getattr(row, field) not in {getattr(link, field) for link in links}:
            yield from _texts([row], [field])


def _tags(evidence: Evidence) -> Iterator[Place]:
    if evidence.tags:
        yield Place(evidence._meta.db_table, evidence.pk, "tags", keyed(", ".join(evidence.tags)))


def _file(version: EvidenceVersion) -> Iterator[Place]:
    if version.stored_as:
        yield Place(version._meta.db_table, version.pk, BYTES, version.sha256)


def _rounds(places: list[Place], model: type[Model], path: str) -> list[Submission]:
    frozen = [place.record_id for place in places if place.table == model._meta.db_table]
    rounds = Submission.objects.select_related(
        "assessment__edition", "sign_off", "guidance", "rules", "by"
    )
    return list(rounds.filter(**{f"{path}__in": frozen}).distinct().order_by("pk"))
