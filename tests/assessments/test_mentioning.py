"""Whom an @ in a text means."""

import pytest
from django.core.exceptions import ValidationError

from agencies.models import Membership
from assessments.mentioning import named

PEOPLE = [
    Membership(display_name=name)
    for name in ("Lead, Marlbeck", "Lead", "Service manager", "Service lead", "Ann-Marie O'Neill")
]


def names(text):
    return [member.display_name for member in named(text, PEOPLE)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@Lead, Marlbeck has it", ["Lead, Marlbeck"]),
        ("Ask @lead.", ["Lead"]),
        ("(not @ all) @ann knows", ["Ann-Marie O'Neill"]),
        ("@Ann-Marie o'neill and\n@service manager", ["Ann-Marie O'Neill", "Service manager"]),
        ("write to lead@marlbeck.example, @3 or @", []),
    ],
)
def test_a_name_or_the_beginning_of_one_is_found(text, expected):
    assert names(text) == expected


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("@Service knows", "Several people could be meant by @Service. Tick whom"),
        ("@Nobody knows", "has a name that begins with @Nobody. Leave out the @"),
        ("@" + "x" * 3000, "has a name that begins with @x"),
    ],
)
def test_what_is_nobody_or_could_be_several_is_refused(text, sentence):
    with pytest.raises(ValidationError, match=sentence) as refused:
        names(text)
    assert len(refused.value.messages[0]) < 250
