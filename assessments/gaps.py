"""What the evidence of one assessment lacks. Five queries, however much there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from assessments.models import OPENABLE, Answer, Assessment, Evidence, EvidenceLink
from assessments.standing import clause_states, rules_in_force
from standards import published
from standards.models import VOICES, EvidenceKind, Guidance, Standard
from standards.rules import Evidenced, Rules

SHOWN = 25
"""How many of the pieces that support nothing are named; the rest is a number."""


@dataclass(frozen=True)
class MissingVoice:
    """Nobody's words of this kind in the evidence of a standard, though prompts ask for them."""

    standard: Standard
    kind: EvidenceKind
    clauses: Sequence[str]


@dataclass(frozen=True)
class Piece:
    """A piece of evidence, with the clauses it is attached to here."""

    evidence: Evidence
    clauses: Sequence[str]


@dataclass(frozen=True)
class Gaps:
    """claimed: clauses at from_level or above without evidence; from_level None: no rule asks.
    unused: the first of unused_count pieces that support nothing here."""

    voices: Sequence[MissingVoice]
    expiring: Sequence[Piece]
    from_level: int | None
    claimed: Sequence[str]
    to_check: Sequence[Piece]
    unlocated: Sequence[Piece]
    unused: Sequence[Evidence]
    unused_count: int


def find_gaps(assessment: Assessment) -> Gaps:
    """`assessment` comes from Assessment.objects.for_page()."""
    answers = list(assessment.answers.for_tasks())
    links = list(EvidenceLink.objects.for_gaps(assessment))
    level = asked_from(rules_in_force(assessment))
    states = clause_states(answers, kind=assessment.agency.kind)
    above = [state for state in states if level is not None and state.is_at(level)]
    unused = Evidence.objects.kept().exclude(versions__links__answer__assessment=assessment)
    last = assessment.period_to
    return Gaps(
        voices=_missing_voices(assessment, answers, links),
        expiring=_pieces(link for link in links if _until(link) and _until(link) < last),
        from_level=level,
        claimed=[state.code for state in above if not state.has_evidence],
        to_check=_pieces(link for link in links if link.is_place_to_check),
        unlocated=_pieces(link for link in links if not (link.place or link.shows)),
        unused=list(unused.order_by("title", "id")[:SHOWN]),
        unused_count=unused.count(),
    )


def asked_from(rules: Rules) -> int | None:
    """The lowest level for which a rule asks for evidence."""
    found = [
        rule.from_level
        for each in rules.levels
        for rule in each.rules
        if isinstance(rule, Evidenced)
    ]
    return min(found, default=None)


def _missing_voices(
    assessment: Assessment, answers: Iterable[Answer], links: Iterable[EvidenceLink]
) -> list[MissingVoice]:
    """Of clauses that the agency answers: what the guidance in force asks for and no file has."""
    heard = {
        (link.answer.clause.standard_id, link.version.evidence.kind)
        for link in links
        if link.version.scan_state in OPENABLE
    }
    guidance = Guidance.objects.filter(edition=assessment.edition_id, is_current=True)
    prompts = _prompted(guidance.values_list("pk", flat=True).first())
    asked: dict[tuple[Standard, str], list[str]] = defaultdict(list)
    for answer in answers:
        clause = answer.clause
        if answer.is_not_applicable or not clause.is_addressed_to(assessment.agency.kind):
            continue
        for kind in sorted(prompts.get(clause.pk, set()) & VOICES):
            asked[clause.standard, kind].append(clause.code)
    return [
        MissingVoice(standard, EvidenceKind(kind), codes)
        for (standard, kind), codes in asked.items()
        if (standard.pk, kind) not in heard
    ]


def _prompted(guidance_id: UUID | None) -> Mapping[UUID, set[str]]:
    """The kinds of evidence that are asked for, by clause."""
    found = published.additions(guidance_id) if guidance_id else {}
    return {pk: {prompt.kind for prompt in each.prompts} for pk, each in found.items()}


def _pieces(links: Iterable[EvidenceLink]) -> list[Piece]:
    """By title, each with its clauses in order."""
    codes: dict[Evidence, list[str]] = defaultdict(list)
    for link in links:
        codes[link.version.evidence].append(link.answer.clause.code)
    return [Piece(evidence, clauses) for evidence, clauses in codes.items()]


def _until(link: EvidenceLink) -> Any:
    return link.version.evidence.valid_until
