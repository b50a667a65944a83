"""Score, readiness and blockers: examples with their sentences, and laws that always hold."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.loader import read_all
from standards.rules import ClauseShare
from standards.scoring import ClauseState, Rules, assess, forecast, shortfalls

SCALE = [
    {"level": level, "title": title, "descriptor": "What it means."}
    for level, title in enumerate(["Not yet in place", "Developing", "In place", "Embedded"])
]
ANSWERED = {"rule": "all_answered"}
WORKING = {"rule": "clause_share", "level": 1, "share": "0.75", "scope": "standard"}
HALF = {"rule": "clause_share", "level": 2, "share": "0.5", "scope": "overall"}
MOST = {"rule": "clause_share", "level": 2, "share": "0.8", "scope": "standard"}
EVIDENCED = {"rule": "evidenced", "from_level": 2}


def make_rules(*levels):
    return Rules.from_document(
        {
            "version": "1.0",
            "label": "For this test.",
            "scale": SCALE,
            "not_applicable": {"title": "Not applicable", "descriptor": "With a reason."},
            "levels": [
                {"key": key, "title": key.capitalize(), "summary": "In short.", "rules": rules}
                for key, rules in levels
            ],
        }
    )


RULES = make_rules(("working", [ANSWERED, WORKING, HALF]), ("full", [ANSWERED, MOST, EVIDENCED]))


def clause(code, level=None, **facts):
    given_facts = {
        "is_not_applicable": False,
        "has_na_reason": False,
        "is_addressed": True,
        "has_evidence": False,
    } | facts
    return ClauseState(code=code, standard=f"S{code.split('.')[0]}", level=level, **given_facts)


def excused(code, **facts):
    return clause(code, is_not_applicable=True, has_na_reason=True, **facts)


def row(number, *levels, **facts):
    return [clause(f"{number}.{place}", level, **facts) for place, level in enumerate(levels, 1)]


def messages(result, key):
    level = next(level for level in result.levels if level.key == key)
    return [blocker.message for blocker in level.blockers]


def test_assess_some_answered_counts_and_scores_per_standard():
    result = assess([*row(1, 3, 2, None), *row(2, 0, 1)], RULES)
    assert (result.clause_count, result.answered_count) == (5, 4)
    assert result.score == Decimal("1.50")
    assert [(s.code, s.clause_count, s.answered_count, s.score) for s in result.standards] == [
        ("S1", 3, 2, Decimal("2.50")),
        ("S2", 2, 2, Decimal("0.50")),
    ]


@pytest.mark.parametrize(
    ("levels", "score"),
    [
        ([2, 2, 1], "1.67"),
        ([1, 1, 0], "0.67"),
        ([1] + [0] * 199, "0.01"),  # 0.005 goes up, as people round, not to the even figure
        ([3] * 70, "3.00"),
    ],
)
def test_assess_mean_is_rounded_half_up_to_two_places(levels, score):
    assert str(assess(row(1, *levels), RULES).score) == score


def test_assess_nothing_answered_has_no_score_and_reaches_nothing():
    result = assess(row(1, None, None, None), RULES)
    assert (result.score, result.answered_count, result.reached) == (None, 0, "")
    assert result.next_level is result.levels[0]
    assert messages(result, "working")[0] == "Answer 3 more clauses: 1.1, 1.2 and 1.3."


def test_assess_many_unanswered_names_the_first_and_carries_all():
    states = row(1, *[None] * 9)
    blocker = assess(states, RULES).levels[0].blockers[0]
    assert blocker.message == (
        "Answer 9 more clauses, starting with 1.1, 1.2, 1.3, 1.4, 1.5 and 1.6."
    )
    assert blocker.clauses == tuple(state.code for state in states)


def test_assess_one_unanswered_speaks_of_one_clause():
    assert messages(assess(row(1, 2, None), RULES), "working")[0] == "Answer 1 more clause: 1.2."


def test_assess_not_applicable_with_reason_leaves_mean_and_share():
    result = assess([*row(1, 2, 2, 2), excused("1.4")], RULES)
    assert (result.clause_count, result.answered_count) == (4, 4)
    assert result.score == Decimal("2.00")
    assert result.reached == "working"


def test_assess_not_applicable_without_reason_is_incomplete_and_asks_why():
    states = [*row(1, 2, 2, 2, 2), clause("1.5", is_not_applicable=True)]
    result = assess(states, RULES)
    assert result.answered_count == 4
    assert messages(result, "working") == ["Say why 1 clause does not apply: 1.5."]
    assert result.levels[0].blockers[0].clauses == ("1.5",)


def test_assess_not_addressed_and_unanswered_is_out_of_everything():
    states = [*row(1, 2, 2), clause("1.3", is_addressed=False)]
    result = assess(states, RULES)
    assert (result.clause_count, result.answered_count) == (2, 2)
    assert result.reached == "working"


def test_assess_not_addressed_but_answered_counts():
    states = [*row(1, 2, 2), clause("1.3", 0, is_addressed=False)]
    result = assess(states, RULES)
    assert (result.clause_count, result.score) == (3, Decimal("1.33"))
    assert messages(result, "working") == [
        "Standard 1: 2 of 3 clauses are at Developing or above; 3 are needed. Nearest: 1.3."
    ]


def test_assess_standard_without_addressed_clauses_is_listed_and_blocks_nothing():
    states = [*row(1, 2, 2), clause("2.1", is_addressed=False)]
    result = assess(states, RULES)
    assert result.standards[1].clause_count == 0
    assert result.standards[1].score is None
    assert result.reached == "working"


def test_assess_standard_all_not_applicable_has_no_score_and_blocks_nothing():
    result = assess([*row(1, 2, 2), excused("2.1"), excused("2.2")], RULES)
    assert result.standards[1].score is None
    assert result.standards[1].answered_count == 2
    assert result.reached == "working"


def test_assess_everything_not_applicable_reaches_nothing():
    result = assess([excused("1.1"), excused("2.1")], RULES)
    assert (result.score, result.reached) == (None, "")
    assert "Score at least one clause" in messages(result, "working")[0]


def test_assess_no_clauses_at_all_reaches_nothing():
    assert assess([], RULES).reached == ""


def test_assess_short_of_share_names_the_nearest_first():
    states = row(5, 1, 0, 1, None, 0, 1, 1, None)
    blocker = assess(states, RULES).levels[0].blockers[1]
    assert blocker.message == (
        "Standard 5: 4 of 8 clauses are at Developing or above; 6 are needed. Nearest: 5.2 and 5.5."
    )
    assert (blocker.rule, blocker.standard, blocker.clauses) == (
        "clause_share",
        "S5",
        ("5.2", "5.5"),
    )


def test_assess_overall_share_is_one_blocker_without_a_standard():
    blocker = assess([*row(1, 1, 2), *row(2, 1, 1)], RULES).levels[0].blockers[0]
    assert blocker.message == (
        "All standards together: 1 of 4 clauses is at In place or above; 2 are needed. "
        "Nearest: 1.1."
    )
    assert blocker.standard is None


def test_assess_claims_without_evidence_ask_for_it():
    states = [*row(1, 2, 3, has_evidence=True), *row(2, 2), *row(3, 2, 2, 2, 2, 1)]
    result = assess(states, RULES)
    assert result.reached == "working"
    assert [blocker.clauses for blocker in result.next_level.blockers] == [
        ("2.1", "3.1", "3.2", "3.3", "3.4")
    ]
    assert messages(result, "full") == [
        "Attach evidence to 5 clauses scored In place or above: 2.1, 3.1, 3.2, 3.3 and 3.4."
    ]


def test_assess_all_met_reaches_the_top_and_has_no_next_level():
    result = assess(row(1, 2, 3, has_evidence=True), RULES)
    assert (result.reached, result.next_level) == ("full", None)
    assert all(level.is_met and not level.blockers for level in result.levels)


def test_assess_share_is_exact_where_binary_fractions_are_not():
    tenth = make_rules(("ten", [{**HALF, "share": "0.1"}]), ("all", [{**HALF, "share": "0.7"}]))
    states = row(1, *[2] * 7, *[0] * 3)
    assert assess(states, tenth).reached == "all"  # 0.7 of 10 is 7, not 7.000000000000001


def test_shortfalls_tell_how_many_and_which_candidates():
    rule = ClauseShare(2, Decimal("0.8"), "standard")
    (entry,) = shortfalls([*row(1, 2, 2), *row(2, 1, None, 2, 0)], rule)
    assert (entry.standard, entry.clause_count, entry.reached_count) == ("S2", 4, 1)
    assert (entry.needed_count, entry.missing) == (4, 3)
    assert entry.candidates == ("2.1", "2.4", "2.2")


def test_rules_with_an_unknown_rule_are_refused():
    with pytest.raises(ValueError, match="no rule called 'luck'"):
        make_rules(("working", [{"rule": "luck"}]))


# Laws, over the real rules of the real edition as well as the ones above.

REAL = read_all()[0]
RULE_SETS = [RULES, Rules.from_document(REAL.rules.document())]


@st.composite
def clause_states(draw):
    kind = draw(st.sampled_from(["open", "scored", "excused", "unexplained"]))
    number, place = draw(st.integers(1, 3)), draw(st.integers(1, 9))
    facts = {"is_addressed": draw(st.booleans()), "has_evidence": draw(st.booleans())}
    if kind == "scored":
        return clause(f"{number}.{place}", draw(st.integers(0, 3)), **facts)
    if kind == "open":
        return clause(f"{number}.{place}", **facts)
    return clause(
        f"{number}.{place}", is_not_applicable=True, has_na_reason=kind == "excused", **facts
    )


assessments = st.lists(clause_states(), max_size=20, unique_by=lambda state: state.code)
rule_sets = st.sampled_from(RULE_SETS)


def rank(result):
    keys = ["", *(level.key for level in result.levels)]
    return keys.index(result.reached)


def blocked_by(result):
    return {(level.key, blocker.rule) for level in result.levels for blocker in level.blockers}


@given(assessments, rule_sets, st.data())
def test_raising_a_level_with_evidence_never_lowers_readiness(states, rules, data):
    raisable = [i for i, s in enumerate(states) if s.level is not None and s.level < 3]
    if not raisable:
        return
    index = data.draw(st.sampled_from(raisable))
    before = states[index]
    states[index] = replace(before, has_evidence=True)
    low = assess(states, rules)
    states[index] = replace(states[index], level=data.draw(st.integers(before.level + 1, 3)))
    high = assess(states, rules)
    assert rank(high) >= rank(low)
    assert blocked_by(high) <= blocked_by(low)
    assert high.score >= low.score


@given(assessments, rule_sets, st.data())
def test_raising_a_level_without_evidence_can_only_ask_for_evidence(states, rules, data):
    raisable = [i for i, s in enumerate(states) if s.level is not None and s.level < 3]
    if not raisable:
        return
    index = data.draw(st.sampled_from(raisable))
    low = assess(states, rules)
    states[index] = replace(states[index], level=3)
    added = blocked_by(assess(states, rules)) - blocked_by(low)
    assert {rule for _, rule in added} <= {"evidenced"}


@given(assessments, rule_sets)
def test_attaching_evidence_never_lowers_readiness(states, rules):
    with_all = [replace(state, has_evidence=True) for state in states]
    assert rank(assess(with_all, rules)) >= rank(assess(states, rules))


@given(assessments, rule_sets)
def test_excused_and_uncounted_clauses_change_no_score(states, rules):
    kept = [state for state in states if state.counts and not state.is_excused]
    assert assess(kept, rules).score == assess(states, rules).score


@given(assessments, rule_sets)
def test_uncounted_clauses_change_no_blocker_and_no_count(states, rules):
    kept = [state for state in states if state.counts]
    with_them, without = assess(states, rules), assess(kept, rules)
    assert with_them.levels == without.levels
    assert with_them.clause_count == without.clause_count == len(kept)


@given(assessments, rule_sets)
def test_score_is_the_mean_within_half_a_hundredth(states, rules):
    levels = [state.level for state in states if state.level is not None]
    score = assess(states, rules).score
    if not levels:
        assert score is None
    else:
        assert abs(Fraction(score) - Fraction(sum(levels), len(levels))) <= Fraction(1, 200)
        assert 0 <= score <= 3


@given(assessments, rule_sets)
def test_counts_add_up_over_the_standards(states, rules):
    result = assess(states, rules)
    assert sum(s.clause_count for s in result.standards) == result.clause_count
    assert sum(s.answered_count for s in result.standards) == result.answered_count
    assert result.answered_count <= result.clause_count


@given(assessments, rule_sets)
def test_a_level_is_met_exactly_when_nothing_blocks_it(states, rules):
    result = assess(states, rules)
    for level in result.levels:
        assert level.is_met == (not level.blockers)
        assert all(blocker.message.endswith(".") for blocker in level.blockers)
    met = [level.key for level in result.levels if level.is_met]
    assert result.reached == (met[-1] if met else "")


@given(assessments, rule_sets)
def test_blockers_name_only_clauses_that_count(states, rules):
    counted = {state.code for state in states if state.counts}
    for level in assess(states, rules).levels:
        for blocker in level.blockers:
            assert set(blocker.clauses) <= counted


@given(assessments, st.integers(1, 3), st.sampled_from(["0.25", "0.5", "0.75", "0.8", "1.0"]))
def test_raising_the_nearest_clears_a_shortfall(states, level, share):
    rule = ClauseShare(level, Decimal(share), "standard")
    to_raise = {code for entry in shortfalls(states, rule) for code in entry.nearest}
    raised = [
        replace(s, level=level, is_not_applicable=False) if s.code in to_raise else s
        for s in states
    ]
    assert shortfalls(raised, rule) == ()


def test_real_rules_a_local_authority_that_scores_two_everywhere_with_evidence_is_full():
    rules = RULE_SETS[1]
    states = [
        ClauseState(c.code, s.code, 2, False, False, "LA" in c.addressed_to, True)
        for s in REAL.edition.standards
        for c in s.clauses
    ]
    assert assess(states, rules).reached == "full"
    without = [replace(state, has_evidence=False) for state in states]
    result = assess(without, rules)
    assert result.reached == "working_towards"
    assert {blocker.rule for blocker in result.next_level.blockers} == {"evidenced"}


def test_forecast_puts_the_expected_levels_in_and_keeps_the_evidence_as_it_is():
    states = [*row(1, 1, 1, has_evidence=True), clause("2.1", 1), excused("2.2")]
    assert assess(states, RULES).reached == ""
    ahead = forecast(states, {"1.1": 2, "1.2": 3, "2.1": 2, "2.2": 2}, RULES)
    assert (ahead.reached, ahead.answered_count) == ("working", 4)
    assert [(b.rule, b.clauses) for b in ahead.next_level.blockers] == [
        (RULES.levels[1].rules[2].name, ("2.1", "2.2"))
    ]
    bare = [replace(state, has_evidence=True) for state in states]
    assert forecast(bare, {"1.1": 2, "1.2": 2, "2.1": 2, "2.2": 2}, RULES).reached == "full"


def test_forecast_lowers_nothing_and_without_actions_says_what_is():
    states = row(1, 3, 2, 1, has_evidence=True)
    assert forecast(states, {"1.1": 1, "1.2": 2, "9.9": 3}, RULES) == assess(states, RULES)
    assert forecast(states, {}, RULES) == assess(states, RULES)
