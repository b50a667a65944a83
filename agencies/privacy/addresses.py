"""Postcodes and e-mail addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agencies.privacy.finding import Finding, Kind, found
from agencies.privacy.lists import listed
from agencies.privacy.numbers import is_of_an_office

_POSTCODE = re.compile(
    r"(?<![\w./-])([A-Z]{1,2})\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}(?![\w-])", re.IGNORECASE
)
_EMAIL = re.compile(
    r"(?<![\w.+'-])([\w.+'-]{1,64})@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}", re.IGNORECASE
)


def postcodes(text: str) -> Iterator[Finding]:
    for match in _POSTCODE.finditer(text):
        is_typed_small = match[0].islower() and " " not in match[0]
        if match[1].upper() in listed("postcode_areas") and not is_typed_small:
            is_mild = is_of_an_office(text, match.start())
            yield found(Kind.POSTCODE, text, *match.span(), is_mild=is_mild)


def emails(text: str) -> Iterator[Finding]:
    for match in _EMAIL.finditer(text):
        words = re.split(r"[._+-]", match[1].lower())
        is_mild = not listed("shared_mailboxes").isdisjoint(words)
        yield found(Kind.EMAIL, text, *match.span(), is_mild=is_mild)
