"""Where two texts differ, in words. Pure functions; bounded, whatever the texts hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from enum import StrEnum
from itertools import accumulate
from typing import NamedTuple

MOST_CHANGES = 200
"""More marks than this in one text are not read by anybody."""
WORDS = re.compile(r"[^\S\n]*\n\s*|\S+[^\S\n]*|[^\S\n]+")
PARAGRAPHS = re.compile(r"[^\n]*\n+|[^\n]+")
MOST_WORK = {WORDS: 1_500_000, PARAGRAPHS: 300_000}
"""Steps that one comparison may take: a fifth of a second where every word is another."""


class Grain(StrEnum):
    """In what steps two texts are compared: the finest that is bounded and can be read."""

    WORDS = "words"
    PARAGRAPHS = "paragraphs"
    WHOLE = "whole"


@dataclass(frozen=True)
class Run:
    """A stretch of both texts: the same in words, or replaced, where one side may be empty."""

    is_same: bool
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """All of both texts, in order. Spaces at the ends of words do not count as differences."""

    grain: Grain
    runs: tuple[Run, ...]

    def __bool__(self) -> bool:
        return not all(run.is_same for run in self.runs)


class Span(NamedTuple):
    """A run by its places: before[i1:i2] and after[j1:j2]."""

    is_same: bool
    i1: int
    i2: int
    j1: int
    j2: int


class _TooMuch(Exception):
    """This grain would take too long, or give more than can be read."""


class _Bounded(SequenceMatcher[str]):
    """Counts the steps that it would take before it takes them."""

    def __init__(self, before: Sequence[str], after: Sequence[str], most_work: int) -> None:
        super().__init__(None, before, after, autojunk=False)
        counts = Counter(after)
        self._cost = list(accumulate((1 + counts[token] for token in before), initial=0))
        self._left = most_work

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        self._left -= self._cost[-1 if ahi is None else ahi] - self._cost[alo]
        if self._left < 0:
            raise _TooMuch
        return super().find_longest_match(alo, ahi, blo, bhi)


def difference(before: str, after: str) -> Difference:
    """By words; where that would take too long or be unreadable by paragraphs, or as a whole."""
    for grain, pattern in ((Grain.WORDS, WORDS), (Grain.PARAGRAPHS, PARAGRAPHS)):
        try:
            tokens = pattern.findall(before), pattern.findall(after)
            return Difference(grain, _compared(*tokens, MOST_WORK[pattern]))
        except _TooMuch:
            continue
    return Difference(Grain.WHOLE, (Run(False, before, after),))


def _compared(before: list[str], after: list[str], most_work: int) -> tuple[Run, ...]:
    """The ends that are the same are set apart first: most people change one place."""
    old, new = [_key(token) for token in before], [_key(token) for token in after]
    head = _common(zip(old, new, strict=False))
    tail = _common(zip(reversed(old[head:]), reversed(new[head:]), strict=False))
    stop, end = len(old) - tail, len(new) - tail
    matcher = _Bounded(old[head:stop], new[head:end], most_work)
    spans = [Span(True, 0, head, 0, head)]
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        spans.append(Span(kind == "equal", head + i1, head + i2, head + j1, head + j2))
    spans.append(Span(True, stop, len(old), end, len(new)))
    if sum(not span.is_same for span in spans) > MOST_CHANGES:
        raise _TooMuch
    for at, span in enumerate(spans):
        if not span.is_same:
            _slide(spans, at, _room(span, spans[at - 1], old, new))
    return tuple(_runs(spans, before, after))


def _room(span: Span, previous: Span, old: list[str], new: list[str]) -> int:
    """By how many words a stretch that is only on one side can go back to begin a paragraph.

    Both places are true: of "We meet." before "We talk." also "meet. We" is new.
    """
    if span.i1 < span.i2 and span.j1 < span.j2:
        return 0
    words, start, end = (old, span.i1, span.i2) if span.i1 < span.i2 else (new, span.j1, span.j2)
    for room in range(previous.i2 - previous.i1 + 1):
        if start == room or words[start - room - 1].startswith("\n"):
            return room
        if words[start - room - 1] != words[end - room - 1]:
            break
    return 0


def _slide(spans: list[Span], at: int, room: int) -> None:
    """The stretch before becomes shorter, the one behind longer."""
    span, previous, following = spans[at], spans[at - 1], spans[at + 1]
    spans[at - 1] = previous._replace(i2=previous.i2 - room, j2=previous.j2 - room)
    spans[at] = Span(False, *(edge - room for edge in span[1:]))
    spans[at + 1] = following._replace(i1=following.i1 - room, j1=following.j1 - room)


def _runs(spans: list[Span], before: list[str], after: list[str]) -> Iterator[Run]:
    for is_same, i1, i2, j1, j2 in spans:
        if i1 < i2 or j1 < j2:
            yield Run(is_same, "".join(before[i1:i2]), "".join(after[j1:j2]))


def _key(token: str) -> str:
    """What is compared of a word; of a break how many lines it ends."""
    return token.rstrip() or "\n" * token.count("\n")


def _common(pairs: Iterable[tuple[str, str]]) -> int:
    count = 0
    for one, other in pairs:
        if one != other:
            break
        count += 1
    return count
