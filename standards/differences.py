"""What one version of the guidance says that another does not. Pure functions on documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
Entry = dict[str, str]


@dataclass(frozen=True)
class ClauseChange:
    """What is new at one clause. `is_reordered`: the same prompts in another order."""

    code: str
    added: list[Entry]
    removed: list[Entry]
    note_before: str
    note_after: str
    is_reordered: bool

    @property
    def is_note_changed(self) -> bool:
        return self.note_before != self.note_after


@dataclass(frozen=True)
class TermChange:
    """A term of the glossary; without `before` it is new, without `after` it is gone."""

    term: str
    before: Entry | None
    after: Entry | None


@dataclass(frozen=True)
class Differences:
    clauses: list[ClauseChange]
    terms: list[TermChange]
    label: tuple[str, str] | None

    def __bool__(self) -> bool:
        return bool(self.clauses or self.terms or self.label)


def differences(before: Document, after: Document) -> Differences:
    """Between two documents of one edition, in the order of the edition; the version aside."""
    is_label_new = before["label"] != after["label"]
    return Differences(
        clauses=list(_clauses(before, after)),
        terms=list(_terms(before, after)),
        label=(before["label"], after["label"]) if is_label_new else None,
    )


def note_of(document: Document, code: str) -> str:
    """The editor's note at a clause, or ""."""
    return next((str(note["text"]) for note in document["notes"] if note["clause"] == code), "")


def _clauses(before: Document, after: Document) -> Iterable[ClauseChange]:
    for code, new in after["prompts"].items():
        old = before["prompts"].get(code, [])
        notes = note_of(before, code), note_of(after, code)
        if old == new and notes[0] == notes[1]:
            continue
        added = [prompt for prompt in new if prompt not in old]
        removed = [prompt for prompt in old if prompt not in new]
        is_reordered = old != new and not added and not removed
        yield ClauseChange(code, added, removed, *notes, is_reordered)


def _terms(before: Document, after: Document) -> Iterable[TermChange]:
    old, new = ({term["term"]: term for term in each["glossary"]} for each in (before, after))
    for term in sorted({*old, *new}, key=str.casefold):
        if old.get(term) != new.get(term):
            yield TermChange(term, old.get(term), new.get(term))
