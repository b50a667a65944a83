"""The fewest clauses that would bring an agency to a level: examples, and every other way tried."""

from dataclasses import replace
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from standards.fewest import fewest_clauses, grouped, to_next_level
from standards.scoring import assess
from standards.wording import SAY_WHY
from tests.standards.test_scoring import (
    ANSWERED,
    EVIDENCED,
    HALF,
    RULE_SETS,
    RULES,
    WORKING,
    clause,
    excused,
    make_rules,
    row,
)


def asked_for(states, rules, key):
    return [(c.code, c.level, c.message) for c in fewest_clauses(states, rules, key)]


def after(states, changes):
    """The states when all that is asked for has been done."""
    done = {change.code: change for change in changes}
    return [_changed(state, done[state.code]) if state.code in done else state for state in states]


def _changed(state, change):
    return replace(
        state,
        level=change.level,
        has_na_reason=state.has_na_reason or change.needs_reason,
        has_evidence=state.has_evidence or change.needs_evidence,
    )


def is_met(states, rules, key):
    return next(level.is_met for level in assess(states, rules).levels if level.key == key)


def test_level_that_is_met_asks_for_nothing():
    assert fewest_clauses(row(1, 2, 2), RULES, "working") == ()


def test_one_clause_serves_two_rules_at_once():
    """Bringing 1.3 to In place, which is near, and 1.2 to Developing would be two clauses."""
    assert asked_for(row(1, 2, 0, 1, 0), make_rules(("key", [WORKING, HALF])), "key") == [
        ("1.2", 2, "Bring to In place")
    ]


def test_the_nearest_is_taken_where_the_count_is_the_same():
    rules = make_rules(("key", [{**HALF, "share": "0.6"}]))
    assert asked_for(row(1, 0, 2, 1, 2, 1), rules, "key") == [("1.3", 2, "Bring to In place")]


def test_clauses_with_evidence_are_taken_first_where_evidence_is_asked_for():
    rules = make_rules(("key", [{**HALF, "share": "0.6"}, EVIDENCED]))
    states = [*row(1, 2, 2, has_evidence=True), clause("1.3", 1), clause("1.4", 1)]
    states.append(clause("1.5", 1, has_evidence=True))
    assert asked_for(states, rules, "key") == [("1.5", 2, "Bring to In place")]


def test_a_clause_that_is_raised_and_needs_evidence_counts_once():
    rules = make_rules(("key", [{**HALF, "share": "1"}, EVIDENCED]))
    assert asked_for(row(1, 1, 2), rules, "key") == [
        ("1.1", 2, "Bring to In place and attach evidence"),
        ("1.2", 2, "Attach evidence"),
    ]


def test_what_is_not_answered_is_scored_no_higher_than_needed():
    assert asked_for(row(1, 2, 2, None, 1), RULES, "working") == [
        ("1.3", 0, "Give a score"),
    ]
    assert asked_for(row(1, 2, 2, None, None), RULES, "working") == [
        ("1.3", 1, "Bring to Developing"),
        ("1.4", 0, "Give a score"),
    ]


def test_not_applicable_is_asked_for_its_reason_and_never_for_a_score():
    states = [*row(1, 1, 2), clause("1.3", is_not_applicable=True)]
    assert asked_for(states, RULES, "working") == [("1.3", None, SAY_WHY)]
    nothing_else = [excused("1.1"), clause("1.2", is_not_applicable=True)]
    assert fewest_clauses(nothing_else, RULES, "working") is None
    assert fewest_clauses([], RULES, "working") is None


def test_not_addressed_and_unanswered_is_never_asked_for():
    states = [*row(1, 0, 0), clause("1.3", is_addressed=False)]
    assert [code for code, *_ in asked_for(states, RULES, "working")] == ["1.1", "1.2"]


@pytest.mark.parametrize("level", [None, 0, 1])
@pytest.mark.parametrize("key", ["working_towards", "full"])
def test_seventy_clauses_of_one_level_reach_each_level_of_the_real_rules(level, key):
    states = [s for number in range(1, 9) for s in row(number, *[level] * 9)][:70]
    changes = fewest_clauses(states, RULE_SETS[1], key)
    assert is_met(after(states, changes), RULE_SETS[1], key)
    with_two = 35 if key == "working_towards" else 7 * 8 + 6  # 0.8 of 9 are 8, of 7 are 6
    assert sum(change.level == 2 for change in changes) == with_two


def test_next_level_is_asked_for_and_told_in_groups():
    states = row(1, 2, 2, None, None, 2, 0, has_evidence=True)
    changes = to_next_level(states, RULES, assess(states, RULES))
    assert is_met(after(states, changes), RULES, "working")
    assert [(group.message, group.clauses) for group in grouped(changes)] == [
        ("Bring to Developing", ("1.3", "1.4")),
    ]
    top = row(1, 2, 2, has_evidence=True)
    assert to_next_level(top, RULES, assess(top, RULES)) == ()
    apart = [excused("1.1")]
    assert to_next_level(apart, RULES, assess(apart, RULES)) == ()


# Laws: against every other way, on cases small enough to try them all.


@st.composite
def small_states(draw):
    kind = draw(st.sampled_from(["scored", "scored", "scored", "open", "excused", "unexplained"]))
    code = f"{draw(st.integers(1, 2))}.{draw(st.integers(1, 3))}"
    facts = {
        "is_addressed": draw(st.integers(0, 4)) > 0,
        "has_evidence": draw(st.booleans()),
    }
    if kind == "scored":
        return clause(code, draw(st.integers(0, 3)), **facts)
    if kind == "open":
        return clause(code, **facts)
    return clause(code, is_not_applicable=True, has_na_reason=kind == "excused", **facts)


share_rules = st.builds(
    lambda level, share, scope: {
        "rule": "clause_share",
        "level": level,
        "share": share,
        "scope": scope,
    },
    st.integers(0, 3),
    st.sampled_from(["0.1", "0.34", "0.5", "0.75", "0.8", "1"]),
    st.sampled_from(["standard", "overall"]),
)
evidence_rules = st.builds(
    lambda level: {"rule": "evidenced", "from_level": level}, st.integers(0, 3)
)
any_rules = st.lists(
    st.one_of(st.just(ANSWERED), evidence_rules, share_rules, share_rules), min_size=1, max_size=4
)
small_cases = st.lists(small_states(), max_size=5, unique_by=lambda state: state.code)


def _ways(state):
    """Everything that may be done to a clause, apart from leaving it as it is."""
    if not state.counts or state.is_excused:
        return []
    if state.is_not_applicable:
        return [replace(state, has_na_reason=True)]
    levels = [level for level in range(4) if level >= _height(state)]
    choices = [state.level, *levels] if state.level is None else levels
    found = [
        replace(state, level=level, has_evidence=has_evidence)
        for level in choices
        for has_evidence in {state.has_evidence, True}
    ]
    return [changed for changed in found if changed != state]


def _height(state):
    return -1 if state.level is None else state.level


def _effort(before, now):
    """(clauses, steps, pieces of evidence)"""
    pairs = [(old, new) for old, new in zip(before, now, strict=True) if old != new]
    steps = sum(_height(new) - _height(old) for old, new in pairs)
    return len(pairs), steps, sum(new.has_evidence != old.has_evidence for old, new in pairs)


def brute_force(states, rules):
    """The least effort of all ways, from no clause at all to every one; None: there is no way."""
    places = range(len(states))
    for count in range(len(states) + 1):
        found = [
            _effort(states, now)
            for chosen in combinations(places, count)
            for way in product(*(_ways(states[place]) for place in chosen))
            for now in [_with(states, dict(zip(chosen, way, strict=True)))]
            if is_met(now, rules, "key")
        ]
        if found:
            return min(found)
    return None


def _with(states, changed):
    return [changed.get(place, state) for place, state in enumerate(states)]


@settings(max_examples=150)
@given(small_cases, any_rules)
def test_no_other_way_takes_fewer_clauses_steps_or_evidence(states, rules):
    made = make_rules(("key", rules))
    changes = fewest_clauses(states, made, "key")
    if changes is None:
        assert brute_force(states, made) is None
        return
    now = after(states, changes)
    assert is_met(now, made, "key")
    assert len(changes) == _effort(states, now)[0]
    assert _effort(states, now) == brute_force(states, made)


@given(small_cases, any_rules)
def test_what_is_asked_for_first_leaves_the_rest_to_do(states, rules):
    """Whoever does one of the things is then asked for the others, and for one clause less."""
    made = make_rules(("key", rules))
    changes = fewest_clauses(states, made, "key")
    for change in changes or ():
        left = fewest_clauses(after(states, [change]), made, "key")
        assert len(left) == len(changes) - 1
