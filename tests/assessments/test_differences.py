"""Differences in words: right for what people write, bounded for what nobody should."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.actions.answers import HARD_LIMIT
from assessments.differences import MOST_CHANGES, Grain, difference

UNIQUE = [f"{number:x}" for number in range(4_200)]
SWAPPED = [word for pair in zip(UNIQUE[1::2], UNIQUE[::2], strict=True) for word in pair]
SHUFFLED = random.Random(1).sample(UNIQUE, len(UNIQUE))
COMMON = random.Random(2).choices(UNIQUE[:300], [1 / (n + 1) for n in range(300)], k=8_000)
HOSTILE = {
    "one word in another order": ("a b " * 5_000, "b a " * 5_000),
    "nothing in common": ("a " * 10_000, "b " * 10_000),
    "one word, changed in the middle": (
        "a " * 5_000 + "x " + "a " * 4_999,
        "a " * 4_999 + "y " + "a " * 5_000,
    ),
    "neighbours swapped": (" ".join(UNIQUE), " ".join(SWAPPED)),
    "neighbouring lines swapped": ("\n".join(UNIQUE), "\n".join(SWAPPED)),
    "shuffled": (" ".join(UNIQUE), " ".join(SHUFFLED)),
    "turned round": (" ".join(UNIQUE), " ".join(reversed(UNIQUE))),
    "common words turned round": (" ".join(COMMON), " ".join(reversed(COMMON))),
    "lines": ("a\n" * 10_000, "b\na\n" * 5_000),
    "breaks and spaces": ("\n " * 10_000, " \n" * 9_999 + "x"),
    "spaces": (" " * HARD_LIMIT, " " * 19_999 + "x"),
    "tabs between": ("a" + " " * 19_998 + "b", "a" + "\t" * 19_998 + "c"),
    "one long word": ("x" * HARD_LIMIT, "x" * 19_999 + "y"),
    "strange spaces": ("\u2028\x0b" * 10_000, "\x85y" * 10_000),
}


def marked(before: str, after: str) -> list[tuple[str, str]]:
    runs = difference(before, after).runs
    return [(run.before, run.after) for run in runs if not run.is_same]


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("We meet", "We meet", []),
        ("", "", []),
        ("", "We meet", [("", "We meet")]),
        ("We meet weekly", "We meet monthly", [("weekly", "monthly")]),
        ("We meet", "We meet weekly", [("", "weekly")]),
        ("We often meet", "We meet", [("often ", "")]),
        ("One.", "One.\n\nTwo.", [("", "\n\nTwo.")]),
        ("One.\nTwo.", "One.\n\nTwo.", [("\n", "\n\n")]),
        ("a b c d", "x b c y", [("a ", "x "), ("d", "y")]),
        ("naïve", "naive", [("naïve", "naive")]),
        ("We talk.", "We meet.\n\nWe talk.", [("", "We meet.\n\n")]),
        ("A\nWe talk.\nWe end.", "A\nWe end.", [("We talk.\n", "")]),
    ],
)
def test_words_that_differ_are_marked(before, after, changes):
    assert marked(before, after) == changes
    assert bool(difference(before, after)) == bool(changes)
    assert difference(before, after).grain == Grain.WORDS


def test_other_spaces_are_no_difference_and_stay_as_they_are():
    found = difference("We  meet \tweekly ", "We meet weekly")
    assert not found
    assert [(run.before, run.after) for run in found.runs] == [
        ("We  meet \tweekly ", "We meet weekly")
    ]


def test_more_marks_than_anybody_reads_become_paragraphs():
    words = [f"word{number}" for number in range(2 * MOST_CHANGES + 2)]
    changed = [f"{word}x" if number % 2 else word for number, word in enumerate(words)]
    shared = "First.\n\n"
    found = difference(shared + " ".join(words), shared + " ".join(changed))
    assert found.grain == Grain.PARAGRAPHS
    assert [run.is_same for run in found.runs] == [True, False]
    assert found.runs[0].before == shared


text = st.text(alphabet="ab .\n\té", max_size=60)


@given(text, text)
def test_both_texts_are_whole_whatever_differs(before, after):
    found = difference(before, after)
    assert "".join(run.before for run in found.runs) == before
    assert "".join(run.after for run in found.runs) == after
    assert all(run.before or run.after for run in found.runs) or not (before or after)


@given(text)
def test_a_text_does_not_differ_from_itself(same):
    assert not difference(same, same)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_take_less_than_half_a_second(name):
    """Time of this process alone, so that a busy machine is no failure."""
    before, after = (text[:HARD_LIMIT] for text in HOSTILE[name])
    start = time.process_time()
    found = difference(before, after)
    assert time.process_time() - start < 0.5
    assert "".join(run.before for run in found.runs) == before
    assert "".join(run.after for run in found.runs) == after
