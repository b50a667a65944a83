"""Score, readiness and what blocks it: the only place that computes them.

Pure functions over plain data; page, API, PDF and benchmark all call `assess`. Scores are exact
decimals, rounded half up to two places. What is computed:

- A clause counts when its wording addresses the agency, or when the agency answered it anyway.
- It is complete with a level, or as not applicable with a reason.
- A score is the mean level of the clauses that have one; without any there is no score.
- A readiness level is met when none of its rules leaves a blocker.

Raising the level of a clause never lowers readiness, except that a claim without evidence meets
an `evidenced` rule: then the blocker asks for that evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from standards import wording
from standards.rules import (
    AllAnswered,
    ClauseShare,
    Evidenced,
    ReadinessLevel,
    Rule,
    Rules,
    ScaleLevel,
)

__all__ = [
    "Blocker",
    "ClauseState",
    "LevelResult",
    "Result",
    "Rules",
    "ScaleLevel",
    "Shortfall",
    "StandardResult",
    "assess",
    "forecast",
    "shortfalls",
]

PLACES = Decimal("0.01")


@dataclass(frozen=True)
class ClauseState:
    """What scoring needs to know about one clause and its answer."""

    code: str
    standard: str
    level: int | None
    is_not_applicable: bool
    has_na_reason: bool
    is_addressed: bool
    has_evidence: bool

    @property
    def is_excused(self) -> bool:
        """Not applicable, with its reason: complete, and outside every mean and share."""
        return self.level is None and self.is_not_applicable and self.has_na_reason

    @property
    def is_complete(self) -> bool:
        return self.level is not None or self.is_excused

    @property
    def counts(self) -> bool:
        """Whether it is in the denominator: addressed to the agency, or answered anyway."""
        return self.is_addressed or self.level is not None or self.is_not_applicable

    def is_at(self, level: int) -> bool:
        return self.level is not None and self.level >= level


@dataclass(frozen=True)
class Blocker:
    """One thing that keeps a level from being met. `clauses` are those to work on, in order."""

    rule: str
    message: str
    standard: str | None
    clauses: tuple[str, ...]


@dataclass(frozen=True)
class Shortfall:
    """`missing` of the `candidates` (nearest first) must be brought to `level`.

    Shortfalls of one rule have disjoint candidates when its scope is the standard, and those of
    an overall rule contain them: so the fewest clauses that satisfy all can be found exactly.
    """

    standard: str | None
    level: int
    clause_count: int
    reached_count: int
    needed_count: int
    candidates: tuple[str, ...]

    @property
    def missing(self) -> int:
        return self.needed_count - self.reached_count

    @property
    def nearest(self) -> tuple[str, ...]:
        return self.candidates[: self.missing]


@dataclass(frozen=True)
class LevelResult:
    key: str
    title: str
    summary: str
    is_met: bool
    blockers: tuple[Blocker, ...]


@dataclass(frozen=True)
class StandardResult:
    code: str
    clause_count: int
    answered_count: int
    score: Decimal | None


@dataclass(frozen=True)
class Result:
    """`reached` is the key of the highest level that is met, or ""; `next_level` the one above."""

    clause_count: int
    answered_count: int
    score: Decimal | None
    standards: tuple[StandardResult, ...]
    reached: str
    levels: tuple[LevelResult, ...]
    next_level: LevelResult | None


def assess(states: Sequence[ClauseState], rules: Rules) -> Result:
    """Score the clauses of one assessment, given in the order of the edition."""
    counted = [state for state in states if state.counts]
    levels = tuple(_assess_level(counted, level, rules) for level in rules.levels)
    met = [index for index, level in enumerate(levels) if level.is_met]
    top = met[-1] if met else -1
    return Result(
        clause_count=len(counted),
        answered_count=_complete_count(counted),
        score=_mean(counted),
        standards=tuple(
            StandardResult(code, len(of_it), _complete_count(of_it), _mean(of_it))
            for code in _standards(states)
            for of_it in [[state for state in counted if state.standard == code]]
        ),
        reached=levels[top].key if met else "",
        levels=levels,
        next_level=levels[top + 1] if top + 1 < len(levels) else None,
    )


def forecast(states: Sequence[ClauseState], expected: Mapping[str, int], rules: Rules) -> Result:
    """As assess(), once each clause of `expected` (by code) is at that level or above it.

    Evidence stays as it is: a level that is expected brings none, and the blockers say so.
    """
    return assess([_raised(state, expected.get(state.code)) for state in states], rules)


def _raised(state: ClauseState, level: int | None) -> ClauseState:
    if level is None or state.is_at(level):
        return state
    return replace(state, level=level, is_not_applicable=False, has_na_reason=False)


def shortfalls(states: Iterable[ClauseState], rule: ClauseShare) -> tuple[Shortfall, ...]:
    """Where the rule is not met: one entry per standard, or one for all; empty when it is met."""
    asked = [state for state in states if state.counts and not state.is_excused]
    scopes: Sequence[str | None] = _standards(asked) if rule.scope == "standard" else [None]
    found = [
        _shortfall([state for state in asked if code in (None, state.standard)], code, rule)
        for code in scopes
    ]
    return tuple(entry for entry in found if entry.missing > 0)


def _shortfall(asked: list[ClauseState], standard: str | None, rule: ClauseShare) -> Shortfall:
    below = [state for state in asked if not state.is_at(rule.level)]
    nearest = sorted(below, key=_height, reverse=True)
    needed = (rule.share * len(asked)).to_integral_value(ROUND_CEILING)
    return Shortfall(
        standard=standard,
        level=rule.level,
        clause_count=len(asked),
        reached_count=len(asked) - len(below),
        needed_count=int(needed),
        candidates=_codes(nearest),
    )


def _height(state: ClauseState) -> int:
    return -1 if state.level is None else state.level


def _assess_level(
    counted: Sequence[ClauseState], level: ReadinessLevel, rules: Rules
) -> LevelResult:
    blockers = tuple(blocker for rule in level.rules for blocker in _blockers(counted, rule, rules))
    return LevelResult(level.key, level.title, level.summary, not blockers, blockers)


def _blockers(counted: Sequence[ClauseState], rule: Rule, rules: Rules) -> list[Blocker]:
    match rule:
        case AllAnswered():
            return _unanswered(counted, rule)
        case ClauseShare():
            return _short_of_share(counted, rule, rules)
        case Evidenced():
            return _without_evidence(counted, rule, rules)


def _unanswered(counted: Sequence[ClauseState], rule: AllAnswered) -> list[Blocker]:
    incomplete = [state for state in counted if not state.is_complete]
    unanswered = _codes(state for state in incomplete if not state.is_not_applicable)
    unexplained = _codes(state for state in incomplete if state.is_not_applicable)
    blockers = []
    if unanswered:
        blockers.append(Blocker(rule.name, wording.unanswered(unanswered), None, unanswered))
    if unexplained:
        blockers.append(Blocker(rule.name, wording.unexplained(unexplained), None, unexplained))
    return blockers


def _short_of_share(
    counted: Sequence[ClauseState], rule: ClauseShare, rules: Rules
) -> list[Blocker]:
    if all(state.is_excused for state in counted):
        return [Blocker(rule.name, wording.NOTHING_SCORED, None, ())]
    title = rules.title_of(rule.level)
    return [
        Blocker(rule.name, wording.short_of_share(entry, title), entry.standard, entry.nearest)
        for entry in shortfalls(counted, rule)
    ]


def _without_evidence(
    counted: Sequence[ClauseState], rule: Evidenced, rules: Rules
) -> list[Blocker]:
    bare = _codes(s for s in counted if s.is_at(rule.from_level) and not s.has_evidence)
    if not bare:
        return []
    message = wording.without_evidence(bare, rules.title_of(rule.from_level))
    return [Blocker(rule.name, message, None, bare)]


def _complete_count(states: Iterable[ClauseState]) -> int:
    return sum(state.is_complete for state in states)


def _mean(states: Iterable[ClauseState]) -> Decimal | None:
    levels = [state.level for state in states if state.level is not None]
    if not levels:
        return None
    return (Decimal(sum(levels)) / len(levels)).quantize(PLACES, ROUND_HALF_UP)


def _standards(states: Iterable[ClauseState]) -> list[str]:
    return list(dict.fromkeys(state.standard for state in states))


def _codes(states: Iterable[ClauseState]) -> tuple[str, ...]:
    return tuple(state.code for state in states)
