"""Dates of birth: a date that the words around it call one, or that stands behind a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from agencies.privacy.finding import Finding, Kind, found

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DATE = re.compile(
    r"(?<![\w./-])(?:"
    r"\d{1,2}[./-]\d{1,2}[./-](?:(?:19|20)\d{2}|\d{2})"
    r"|(?:19|20)\d{2}-\d{2}-\d{2}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}\.?,?(?: (?:19|20)?\d{{2}})?"
    rf"|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? (?:19|20)\d{{2}}"
    r")(?![\w/-])",
    re.IGNORECASE,
)
_BORN = re.compile(
    r"(?:\bborn\b(?! (?:after|before|since|between|from|until|by|during)\b)|\bd\.? ?o\.? ?b\b"
    r"|\bdate of birth\b|\bbirth ?date\b|\bbirthday\b|\bedd\b|\bdate of delivery\b)"
    r"[^\n\d]{0,24}$",
    re.IGNORECASE,
)
_SAID_AFTER = re.compile(r"[ (,:-]{1,3}(?:d\.? ?o\.? ?b\b|date of birth\b)", re.IGNORECASE)
_IN_BRACKETS = re.compile(r" ?\((?:b\.? ?|born )?$", re.IGNORECASE)
BEFORE = 48


def birth_dates(text: str, names: Iterable[Finding]) -> Iterator[Finding]:
    """`names`: what was found to be a name; a date in brackets right behind one counts too."""
    ends = {name.end for name in names}
    for match in _DATE.finditer(text):
        is_said = _BORN.search(text, max(0, match.start() - BEFORE), match.start())
        if is_said or _SAID_AFTER.match(text, match.end()) or _follows(text, match.start(), ends):
            yield found(Kind.BIRTH_DATE, text, *match.span())


def _follows(text: str, start: int, ends: set[int]) -> bool:
    bracket = _IN_BRACKETS.search(text, max(0, start - 8), start)
    return bracket is not None and bracket.start() in ends
