"""Which clause of one edition stands where in another: known by its wording, then by its code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from standards.models import Clause

Key = Callable[[Clause], tuple[str, ...]]


class Fate(StrEnum):
    """What became of a clause. Only under the first two is its wording, to the letter, the same."""

    SAME = "same"
    RENUMBERED = "renumbered"
    REWORDED = "reworded"
    NEW = "new"


@dataclass(frozen=True)
class Pair:
    """A clause of the later edition with the one that it was in the earlier, if any."""

    after: Clause
    before: Clause | None
    fate: Fate

    @property
    def is_same_text(self) -> bool:
        return self.fate in (Fate.SAME, Fate.RENUMBERED)

    @property
    def is_renumbered(self) -> bool:
        return self.fate is Fate.RENUMBERED

    @property
    def is_reworded(self) -> bool:
        return self.fate is Fate.REWORDED


@dataclass(frozen=True)
class Mapped:
    """pairs: one for each clause of the later edition, in its order. gone: those of the earlier
    that are in no pair."""

    pairs: Sequence[Pair]
    gone: Sequence[Clause]

    @cached_property
    def by_clause(self) -> Mapping[UUID, Pair]:
        return {pair.after.pk: pair for pair in self.pairs}


def mapped(before: Sequence[Clause], after: Sequence[Clause]) -> Mapped:
    """The same code with the same wording first; then the same wording under another code, where
    it stands only once on each side; then the same code, reworded."""
    found: dict[UUID, Pair] = {}
    old, new = list(before), list(after)
    for fate, key in RULES:
        known = _single(old, key)
        for clause_key, clause in _single(new, key).items():
            if clause_key in known:
                found[clause.pk] = Pair(clause, known[clause_key], fate)
        taken = {pair.before.pk for pair in found.values() if pair.before}
        old = [clause for clause in old if clause.pk not in taken]
        new = [clause for clause in new if clause.pk not in found]
    pairs = [found.get(clause.pk) or Pair(clause, None, Fate.NEW) for clause in after]
    return Mapped(pairs, old)


def _whole(clause: Clause) -> tuple[str, ...]:
    return clause.code, clause.text_sha256


def _wording(clause: Clause) -> tuple[str, ...]:
    return (clause.text_sha256,)


def _code(clause: Clause) -> tuple[str, ...]:
    return (clause.code,)


def _single(clauses: Sequence[Clause], key: Key) -> dict[tuple[str, ...], Clause]:
    """By their keys, without those that several share."""
    keys = [key(clause) for clause in clauses]
    counts = Counter(keys)
    return {k: clause for k, clause in zip(keys, clauses, strict=True) if counts[k] == 1}


RULES: Sequence[tuple[Fate, Key]] = (
    (Fate.SAME, _whole),
    (Fate.RENUMBERED, _wording),
    (Fate.REWORDED, _code),
)
"""In which order clauses are paired, and by what."""
