"""The fewest clauses that would bring an agency to a level: exact, for all its rules together.

What may change about a clause: its level rises, evidence is attached, or the reason is given why
it does not apply. Whatever is done to one clause counts as one. Nobody is asked to lower a level,
or to score what they say does not apply. Of two sets with as few clauses that with fewer steps up
the scale is taken, then that with less evidence to attach.

No such change makes a rule worse, so a rule that is not met is a debt: `share` for each clause
that is asked, less one for each that has reached the level. A clause that reaches it pays one, a
clause that drops out pays `share`. Counted in whole numbers, so nothing is rounded. For each
standard the cheapest way to every sum of payments is kept, then the standards are joined in the
same way: each way is looked at, so the least is the least. The work is bounded by clauses times
choices times debts, never by the number of sets.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from standards import wording
from standards.rules import AllAnswered, ClauseShare, Evidenced, ReadinessLevel, Rules
from standards.scoring import ClauseState, Result

CLAUSE, STEP, EVIDENCE = 1_000_000, 1_000, 1
"""What one more of each costs: no number of the cheaper outweighs one of the dearer."""

Debts = tuple[int, ...]
Way = tuple[int, Any]
"""What it costs, and its changes as nested pairs: (what came before, what is added)."""


@dataclass(frozen=True)
class Change:
    """What to do to one clause. `level`: what it is to be brought to, None while it has none."""

    code: str
    standard: str
    level: int | None
    is_raised: bool
    needs_evidence: bool
    needs_reason: bool
    message: str


@dataclass(frozen=True)
class _Option:
    cost: int
    pays: Debts
    change: Change | None


def fewest_clauses(
    states: Sequence[ClauseState], rules: Rules, key: str
) -> tuple[Change, ...] | None:
    """The changes that reach the level `key`, in the order given; () when it is met already.

    None: there is no way, because every clause is said not to apply.
    """
    level = next(level for level in rules.levels if level.key == key)
    asked = [state for state in states if state.counts and not state.is_excused]
    shares = [rule for rule in level.rules if isinstance(rule, ClauseShare)]
    if shares and all(state.is_not_applicable for state in asked):
        return None
    task = _Task(level, rules, sorted(shares, key=lambda rule: rule.scope == "overall"))
    owed = task.owed(asked, "overall")
    ways: dict[Debts, Way] = {owed: (0, None)}
    for code in reversed(dict.fromkeys(state.standard for state in asked)):
        own = task.ways_of([state for state in asked if state.standard == code], owed)
        ways = _joined(ways, own, owed)
    _, trail = ways[(0,) * len(owed)]
    return tuple(change for change in _changes(trail) if change is not None)


@dataclass(frozen=True)
class Group:
    """The clauses to which the same is to be done, in order."""

    message: str
    clauses: tuple[str, ...]


def to_next_level(
    states: Sequence[ClauseState], rules: Rules, result: Result
) -> tuple[Change, ...]:
    """The fewest for the level above the one reached; () when there is none, or no way to it."""
    if result.next_level is None:
        return ()
    return fewest_clauses(states, rules, result.next_level.key) or ()


def grouped(changes: Sequence[Change]) -> list[Group]:
    """By what is to be done, as it comes first in the edition."""
    return [
        Group(message, tuple(change.code for change in changes if change.message == message))
        for message in dict.fromkeys(change.message for change in changes)
    ]


class _Task:
    """One level of readiness, and what each choice about a clause pays and costs."""

    def __init__(self, level: ReadinessLevel, rules: Rules, shares: Sequence[ClauseShare]) -> None:
        self.rules, self.shares = rules, shares
        self.exact = [Fraction(rule.share) for rule in shares]
        self.is_complete = any(isinstance(rule, AllAnswered) for rule in level.rules)
        claims = [rule.from_level for rule in level.rules if isinstance(rule, Evidenced)]
        self.evidenced_from = min(claims, default=None)

    def owed(self, asked: Sequence[ClauseState], scope: str) -> Debts:
        """The debts of the rules of this scope; a rule that is met owes nothing."""
        return tuple(
            max(
                0,
                exact.numerator * len(asked)
                - exact.denominator * sum(state.is_at(rule.level) for state in asked),
            )
            for rule, exact in zip(self.shares, self.exact, strict=True)
            if rule.scope == scope
        )

    def ways_of(self, asked: Sequence[ClauseState], owed: Debts) -> dict[Debts, Way]:
        """The cheapest ways to meet a standard's own rules, by what is left of what all owe."""
        own = self.owed(asked, "standard")
        ways: dict[Debts, Way] = {own + owed: (0, None)}
        for state in reversed(asked):  # so that of equals the first in the edition is taken
            options = list(self._options(state))
            ways = _cheapest(
                (_paid(debts, option.pays), cost + option.cost, trail, option.change)
                for debts, (cost, trail) in ways.items()
                for option in options
            )
        met = len(own)
        return {debts[met:]: way for debts, way in ways.items() if not any(debts[:met])}

    def _options(self, state: ClauseState) -> Iterator[_Option]:
        if state.is_not_applicable:
            if not self.is_complete:
                yield _Option(0, (0,) * len(self.shares), None)
            yield _Option(CLAUSE, tuple(exact.numerator for exact in self.exact), _reason(state))
            return
        base = 0 if state.level is None and self.is_complete else state.level
        yield self._raised(state, base)
        targets = {rule.level for rule in self.shares if base is None or rule.level > base}
        yield from (self._raised(state, target) for target in sorted(targets))

    def _raised(self, state: ClauseState, target: int | None) -> _Option:
        """Brought to `target`, or left there, with the evidence that it then needs."""
        floor = self.evidenced_from
        is_claim = target is not None and floor is not None and target >= floor
        needs_evidence = is_claim and not state.has_evidence
        pays = tuple(
            exact.denominator
            if target is not None and target >= rule.level and not state.is_at(rule.level)
            else 0
            for rule, exact in zip(self.shares, self.exact, strict=True)
        )
        if target == state.level and not needs_evidence:
            return _Option(0, pays, None)
        steps = _height(target) - _height(state.level)
        change = self._change(state, target, needs_evidence=needs_evidence)
        return _Option(CLAUSE + STEP * steps + EVIDENCE * needs_evidence, pays, change)

    def _change(self, state: ClauseState, target: int | None, *, needs_evidence: bool) -> Change:
        title = self.rules.title_of(target) if target is not None else ""
        return Change(
            code=state.code,
            standard=state.standard,
            level=target,
            is_raised=target != state.level,
            needs_evidence=needs_evidence,
            needs_reason=False,
            message=wording.change(state.level, target, title, needs_evidence=needs_evidence),
        )


def _reason(state: ClauseState) -> Change:
    return Change(state.code, state.standard, None, False, False, True, wording.SAY_WHY)


def _height(level: int | None) -> int:
    return -1 if level is None else level


def _paid(debts: Debts, pays: Debts) -> Debts:
    # A list is twice as fast as a generator, and this is asked some thousand times a page.
    left = [debt - paid if debt > paid else 0 for debt, paid in zip(debts, pays, strict=True)]
    return tuple(left)


def _joined(ways: dict[Debts, Way], own: dict[Debts, Way], owed: Debts) -> dict[Debts, Way]:
    """The ways so far, each with each way of one more standard."""
    payments = [(_paid(owed, left), way) for left, way in own.items()]
    return _cheapest(
        (_paid(debts, payment), cost + more, trail, added)
        for debts, (cost, trail) in ways.items()
        for payment, (more, added) in payments
    )


def _cheapest(found: Iterable[tuple[Debts, int, Any, Any]]) -> dict[Debts, Way]:
    """Of the ways that leave the same debts the cheapest; of equals the one found first."""
    kept: dict[Debts, Way] = {}
    for debts, cost, trail, added in found:
        if debts not in kept or cost < kept[debts][0]:
            kept[debts] = (cost, trail if added is None else (trail, added))
    return kept


def _changes(trail: Any) -> Iterator[Change]:
    """The changes of a way, found from the last clause to the first, the other way round."""
    if isinstance(trail, Change):
        yield trail
    elif trail is not None:
        for part in reversed(trail):
            yield from _changes(part)
