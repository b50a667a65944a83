"""What an earlier assessment says to a clause, as far as the next one may take it over.

Texts and evidence; never a level, nor that a clause does not apply. Nothing is written here.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import models

from assessments.models import (
    OPENABLE,
    Answer,
    Assessment,
    Evidence,
    EvidenceLink,
    EvidenceVersion,
)
from assessments.redacted import is_mark
from standards import published
from standards.mapping import Mapped, Pair

TEXTS = ("na_reason", "how", "difference")


@dataclass(frozen=True)
class Legacy:
    """What is left of an answer without its level: texts, and links as they would be now."""

    na_reason: str = ""
    how: str = ""
    difference: str = ""
    links: list[EvidenceLink] = field(default_factory=list)

    @property
    def has_text(self) -> bool:
        return any(text.strip() for text in (self.na_reason, self.how, self.difference))

    def __bool__(self) -> bool:
        return self.has_text or bool(self.links)


def legacies(earlier: Assessment, clause: UUID | None = None) -> dict[UUID, Legacy]:
    """By the clauses of the earlier edition, or of the one clause. Two queries.

    What personal data was removed from is no text, and evidence that nobody may open is none.
    """
    answers = earlier.answers.order_by()
    answers = answers if clause is None else answers.filter(clause=clause)
    links: dict[UUID, dict[UUID, Any]] = defaultdict(dict)
    for link in _links(answers):
        links[link.answer_id].setdefault(link.newest_id, link)
    return {
        row.clause_id: Legacy(
            na_reason=_kept(row.na_reason),
            how=_kept(row.how),
            difference=_kept(row.difference),
            links=[_renewed(link) for link in links[row.pk].values()],
        )
        for row in answers.only("clause", *TEXTS)
    }


@dataclass(frozen=True)
class Inheritance:
    """A clause, what the earlier assessment says to it, and what of that could be taken over."""

    pair: Pair
    answer: Answer | None = None
    legacy: Legacy = field(default_factory=Legacy)
    evidence: Sequence[Evidence] = ()
    is_free: bool = False

    @property
    def may_be_taken(self) -> bool:
        """There is something to take, and nothing written here that it would replace."""
        return self.is_free and bool(self.legacy)


def inheritance(answer: Answer) -> Inheritance | None:
    """None: its assessment was begun from nothing. Four queries."""
    mapping, earlier = mapping_of(answer.assessment), answer.assessment.continues
    if mapping is None or earlier is None:
        return None
    pair = mapping.by_clause[answer.clause_id]
    if pair.before is None:
        return Inheritance(pair)
    said = Answer.objects.select_related("assessment").defer("words")
    then = said.get(assessment=earlier, clause=pair.before)
    evidence = Evidence.objects.filter(versions__links__answer=then).distinct()
    return Inheritance(
        pair,
        answer=then,
        legacy=legacies(earlier, pair.before.pk)[pair.before.pk],
        evidence=list(evidence.order_by("title", "pk")),
        is_free=not any(getattr(answer, name).strip() for name in TEXTS),
    )


def spoken_to(earlier: Assessment) -> set[UUID]:
    """The clauses to which it says anything, or has evidence. One query."""
    said = models.Q(evidence_links__isnull=False)
    for name in TEXTS:
        said |= ~models.Q(**{name: ""})
    return set(earlier.answers.filter(said).order_by().values_list("clause_id", flat=True))


def mapping_of(assessment: Assessment) -> Mapped | None:
    """Between the editions of the earlier one and of this one; None: it was begun from nothing."""
    if assessment.continues is None:
        return None
    return published.mapping(assessment.continues.edition_id, assessment.edition_id)


def mark(answer: Answer) -> str:
    """Stands for exactly these texts, so that nobody confirms what they have not seen."""
    said = "\0".join(getattr(answer, name) for name in TEXTS)
    return hashlib.sha256(said.encode()).hexdigest()


def _links(answers: models.QuerySet[Answer]) -> Iterable[Any]:
    """Each with the newest version that may be opened (newest_id); that which says more first."""
    versions = EvidenceVersion.objects.filter(
        evidence=models.OuterRef("version__evidence"), scan_state__in=OPENABLE
    )
    newest = models.Subquery(versions.order_by("-number").values("pk")[:1])
    rows = EvidenceLink.objects.filter(answer__in=answers).annotate(newest_id=newest)
    return rows.exclude(newest_id=None).defer("words").order_by("-version__number", "pk")


def _renewed(link: Any) -> EvidenceLink:
    """For the newest version; where to look in it is to be checked if it was said of an older."""
    place, shows = _kept(link.place), _kept(link.shows)
    is_older = link.version_id != link.newest_id
    return EvidenceLink(
        agency_id=link.agency_id,
        version_id=link.newest_id,
        place=place,
        shows=shows,
        is_place_to_check=bool(place or shows) and (is_older or link.is_place_to_check),
    )


def _kept(text: str) -> str:
    return "" if is_mark(text) else text
