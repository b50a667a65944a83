"""Which clause of one edition became which of another."""

import uuid

import pytest

from standards.mapping import mapped
from standards.models import Clause


def edition(**texts):
    """codes: c1_1="words"; the words stand for their hash."""
    return [
        Clause(id=uuid.uuid4(), code=code[1:].replace("_", "."), text_sha256=text)
        for code, text in texts.items()
    ]


@pytest.mark.parametrize(
    ("before", "after", "pairs", "gone"),
    [
        pytest.param(
            {"c1_1": "a", "c1_2": "b"},
            {"c1_1": "a", "c1_2": "other"},
            [("1.1", "1.1", "same"), ("1.2", "1.2", "reworded")],
            [],
            id="reworded",
        ),
        pytest.param(
            {"c1_1": "a", "c1_2": "b", "c1_3": "c"},
            {"c1_1": "new", "c1_2": "a", "c1_3": "b"},
            [(None, "1.1", "new"), ("1.1", "1.2", "renumbered"), ("1.2", "1.3", "renumbered")],
            ["1.3"],
            id="one put before the others moves them all",
        ),
        pytest.param(
            {"c1_1": "a", "c1_2": "b"},
            {"c1_1": "b", "c1_2": "a"},
            [("1.2", "1.1", "renumbered"), ("1.1", "1.2", "renumbered")],
            [],
            id="changed places",
        ),
        pytest.param(
            {"c1_1": "a", "c1_2": "a"},
            {"c1_2": "a", "c2_1": "a"},
            [("1.2", "1.2", "same"), ("1.1", "2.1", "renumbered")],
            [],
            id="the same words twice: first where the code is the same too",
        ),
        pytest.param(
            {"c1_1": "a", "c1_2": "a"},
            {"c2_1": "a"},
            [(None, "2.1", "new")],
            ["1.1", "1.2"],
            id="the same words twice: nobody guesses which",
        ),
    ],
)
def test_clauses_are_known_by_wording_then_by_code(before, after, pairs, gone):
    found = mapped(edition(**before), edition(**after))
    assert [(p.before and p.before.code, p.after.code, p.fate) for p in found.pairs] == pairs
    assert [clause.code for clause in found.gone] == gone


def test_an_edition_is_the_same_as_itself():
    clauses = edition(c1_1="a", c1_2="a")
    assert all(pair.fate == "same" for pair in mapped(clauses, clauses).pairs)
