"""Whom a text names with @: the same people who can be ticked. Pure: no database."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.core.exceptions import ValidationError

from agencies.models import Membership

AT = re.compile(r"(?<!\S)@(?=\S)")
"""An @ that begins a word; one within a word is an e-mail address or a sign."""
WORD = re.compile(r"[^\W\d_][\w'\u2019-]*")
SEVERAL = "Several people could be meant by @{}. Tick whom you want to tell"
NOBODY = "Nobody who can read this has a name that begins with @{}. Leave out the @, or tick people"


def named(text: str, people: Sequence[Membership]) -> list[Membership]:
    """Each @ followed by a name, or by what begins exactly one person's name.

    Raises ValidationError where it is nobody of `people`, or might be several.
    """
    return [found for at in AT.finditer(text) if (found := _at(text[at.end() :], people))]


def _at(rest: str, people: Sequence[Membership]) -> Membership | None:
    whole = [one for one in people if _stands_first(one.display_name, rest)]
    if whole:
        longest = max(whole, key=lambda one: len(one.display_name)).display_name
        return _only(longest, [one for one in whole if len(one.display_name) == len(longest)])
    word = WORD.match(rest)
    if word is None:
        return None  # a sign, such as @3
    typed = word[0].casefold()
    return _only(word[0], [one for one in people if one.display_name.casefold().startswith(typed)])


def _stands_first(name: str, text: str) -> bool:
    """The whole name, in whatever case, and no longer word."""
    head, tail = text[: len(name)], text[len(name) :]
    return head.casefold() == name.casefold() and not re.match(r"\w", tail)


def _only(typed: str, people: Sequence[Membership]) -> Membership:
    if len(people) != 1:
        sentence = SEVERAL if people else NOBODY
        raise ValidationError({"text": sentence.format(typed[:80])})
    return people[0]
