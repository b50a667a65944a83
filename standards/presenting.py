"""Guidance as pages show it: standard by standard, kinds in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from standards.differences import Differences, Entry, note_of
from standards.models import Clause, Edition, EvidenceKind, Standard
from standards.versions import Document, digest


@dataclass(frozen=True)
class Shown:
    """A prompt with its kind in words."""

    kind: str
    text: str


@dataclass(frozen=True)
class ClauseShown:
    clause: Clause
    prompts: list[Shown]
    note: str
    is_changed: bool


def in_words(prompts: Iterable[Entry]) -> list[Shown]:
    return [Shown(str(EvidenceKind(one["kind"]).label), one["text"]) for one in prompts]


def term_key(name: str) -> str:
    """A term of a draft in an address: whatever it is called, and unlike every other."""
    return digest(name)[:12]


def by_standard(
    edition: Edition, document: Document, changes: Differences | None = None
) -> list[tuple[Standard, list[ClauseShown]]]:
    """Every clause with what the document says to it. `changes` marks those that are new."""
    changed = {change.code for change in changes.clauses} if changes else set()

    def shown(clause: Clause) -> ClauseShown:
        prompts = in_words(document["prompts"].get(clause.code, []))
        return ClauseShown(clause, prompts, note_of(document, clause.code), clause.code in changed)

    standards = edition.standards.prefetch_related("clauses")
    return [(standard, [shown(c) for c in standard.clauses.all()]) for standard in standards]
