"""What is published never changes, so a process reads each version once, by its id.

Which version is in force can change, and is asked of the database every time.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from standards.mapping import Mapped, mapped
from standards.models import Clause, EditorNote, GlossaryTerm, Guidance, Prompt, ReadinessRules
from standards.scoring import Rules

VERSIONS = 8
"""How many of each a process keeps; more than are read at a time."""


@dataclass(frozen=True)
class Additions:
    """What this service adds to one clause, and the terms that stand in it."""

    guidance: Guidance
    prompts: Sequence[Prompt]
    notes: Sequence[EditorNote]
    terms: Sequence[GlossaryTerm]


@lru_cache(VERSIONS)
def clauses(edition_id: UUID) -> Sequence[Clause]:
    """The clauses of an edition in their order, with their standards."""
    rows = Clause.objects.filter(standard__edition=edition_id).order_by("position")
    return tuple(rows.select_related("standard"))


def clause(edition_id: UUID, clause_id: UUID) -> Clause:
    """One of them."""
    return next(found for found in clauses(edition_id) if found.pk == clause_id)


@lru_cache(VERSIONS)
def mapping(before_id: UUID, after_id: UUID) -> Mapped:
    """Which clause of one edition stands where in another."""
    return mapped(clauses(before_id), clauses(after_id))


@lru_cache(VERSIONS)
def rules(rules_id: UUID) -> Rules:
    """One version of scale and thresholds."""
    return Rules.from_document(ReadinessRules.objects.get(pk=rules_id).document)


@lru_cache(VERSIONS)
def additions(guidance_id: UUID) -> Mapping[UUID, Additions]:
    """By clause. Five queries."""
    guidance = Guidance.objects.get(pk=guidance_id)
    prompts, notes = defaultdict(list), defaultdict(list)
    for prompt in guidance.prompts.all():
        prompts[prompt.clause_id].append(prompt)
    for note in guidance.notes.all():
        notes[note.clause_id].append(note)
    terms = [(term, pattern(term.term)) for term in guidance.terms.all() if _is_marked(term)]
    return {
        clause.pk: Additions(
            guidance,
            tuple(prompts[clause.pk]),
            tuple(notes[clause.pk]),
            _terms_in(f"{clause.text} {clause.standard.statement}", terms),
        )
        for clause in clauses(guidance.edition_id)
    }


def _terms_in(
    text: str, terms: Iterable[tuple[GlossaryTerm, re.Pattern[str]]]
) -> Sequence[GlossaryTerm]:
    return tuple(term for term, pattern in terms if pattern.search(text))


def _is_marked(term: GlossaryTerm) -> bool:
    """Our own one-word terms, such as Level, are too common to be pointed out in a text."""
    return term.is_from_standards or " " in term.term


def pattern(term: str) -> re.Pattern[str]:
    """ "Early Permanence (EP)" stands in a text as either: acronyms as written, words in any
    case, each with or without the s of a plural."""
    spellings = [part.removeprefix("the ").strip(" )") for part in term.split("(")]
    return re.compile("|".join(map(_spelling, spellings)))


def _spelling(spelling: str) -> str:
    word = rf"(?<!\w){re.escape(spelling.removesuffix('s'))}s?(?!\w)"
    return word if spelling.isupper() else f"(?i:{word})"
