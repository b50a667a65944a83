"""The corpus of the personal-data guard, and how much of it the guard gets right."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from agencies.privacy import findings

CORPUS = Path(__file__).with_name("privacy_corpus.txt")
_MARK = re.compile(r"\[\[(\w+):(.*?)\]\]")
Place = tuple[str, str]


@dataclass(frozen=True)
class Sample:
    """holds: (kind, words) of all that is personal data in the text."""

    text: str
    holds: tuple[Place, ...]


@dataclass(frozen=True)
class Score:
    """right: found and so; false: found and not so; missed: so and not found."""

    right: int
    false: tuple[Place, ...]
    missed: tuple[Place, ...]

    @property
    def precision(self) -> float:
        return self.right / (self.right + len(self.false))

    @property
    def recall(self) -> float:
        return self.right / (self.right + len(self.missed))


def samples() -> list[Sample]:
    lines = CORPUS.read_text(encoding="utf-8").splitlines()
    return [_sample(line) for line in lines if line and not line.startswith("#")]


def score(corpus: list[Sample]) -> Score:
    """A finding counts only with the right kind and exactly the right words."""
    right, false, missed = 0, [], []
    for sample in corpus:
        got = [
            (found.kind.value, sample.text[found.start : found.end])
            for found in findings(sample.text)
        ]
        right += sum(place in got for place in sample.holds)
        missed += [place for place in sample.holds if place not in got]
        false += [place for place in got if place not in sample.holds]
    return Score(right, tuple(false), tuple(missed))


def _sample(line: str) -> Sample:
    marked = line.replace("\\n", "\n")
    holds = tuple((match[1], match[2]) for match in _MARK.finditer(marked))
    return Sample(_MARK.sub(lambda match: match[2], marked), holds)
