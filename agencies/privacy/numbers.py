"""Numbers that belong to one person: NHS, pupil, court case, phone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agencies.privacy.finding import Finding, Kind, found

_TEN_DIGITS = re.compile(r"(?<![\w.,/-])\d{3}[ -]?\d{3}[ -]?\d{4}(?![\w/-]|[.,]\d)")
_CALLED_NHS = re.compile(r"\bNHS\b[^\n]{0,20}$", re.IGNORECASE)
_PUPIL = re.compile(r"(?<![A-Za-z0-9])[A-HJ-NP-RT-Z]\d{11}[0-9A-HJ-NP-RT-Z](?![A-Za-z0-9])")
_PUPIL_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_CASE = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}[ /-]?\d{2}[ /-]?[ACDFPZ][ /-]?\d{5}(?![A-Za-z0-9])",
)
_PHONE = re.compile(r"(?<![\w.,/+-])(?:\+44|0044|\(?0)[\d ()-]{7,17}\d(?![\w/-]|[.,]\d)")
_SHARED_LINE = re.compile(r"0(?:3|800|808|84|87)")
_OF_AN_OFFICE = re.compile(
    r"\b(?:council|offices?|headquarters|hall|centre|hub|hospital|school|switchboard|helpline|"
    r"reception|duty|team|line|court)\b[^\n]{0,40}$",
    re.IGNORECASE,
)
BEFORE = 60
"""Characters before a place that may say whose it is."""


def nhs_numbers(text: str) -> Iterator[Finding]:
    """Ten digits with the right check digit, or said to be one."""
    for match in _TEN_DIGITS.finditer(text):
        is_said = _CALLED_NHS.search(text, max(0, match.start() - BEFORE), match.start())
        if is_said or is_nhs_number(_digits(match[0])):
            yield found(Kind.NHS_NUMBER, text, *match.span())


def is_nhs_number(digits: str) -> bool:
    """Modulus 11. Ten equal digits pass the sum and were never given to anybody."""
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    total = sum(
        int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)
    )
    return (11 - total % 11) % 11 == int(digits[9])


def pupil_numbers(text: str) -> Iterator[Finding]:
    for match in _PUPIL.finditer(text):
        if is_pupil_number(match[0]):
            yield found(Kind.PUPIL_NUMBER, text, *match.span())


def is_pupil_number(number: str) -> bool:
    """The letter in front is the sum of the rest, by its place, modulus 23."""
    values = [_PUPIL_LETTERS.find(char) if char.isalpha() else int(char) for char in number[1:]]
    total = sum(value * place for place, value in enumerate(values, start=2))
    return number[0] == _PUPIL_LETTERS[total % 23]


def court_cases(text: str) -> Iterator[Finding]:
    """Court, year, kind of case, number: two letters, two digits, a letter, five digits."""
    for match in _CASE.finditer(text):
        yield found(Kind.COURT_CASE, text, *match.span())


def phone_numbers(text: str) -> Iterator[Finding]:
    for match in _PHONE.finditer(text):
        number = _national(match[0])
        if number and not is_nhs_number(_digits(match[0])):
            is_mild = bool(_SHARED_LINE.match(number)) or is_of_an_office(text, match.start())
            yield found(Kind.PHONE, text, *match.span(), is_mild=is_mild)


def is_of_an_office(text: str, start: int) -> bool:
    """Whether the words just before name an office rather than a home."""
    return bool(_OF_AN_OFFICE.search(text, max(0, start - BEFORE), start))


def _national(raw: str) -> str:
    """The number with its 0, or "" if no British number has this length and beginning."""
    digits = _digits(raw.replace("(0)", ""))
    for abroad in ("0044", "44"):
        if digits.startswith(abroad) and not raw.startswith(("0 ", "(0")):
            digits = "0" + digits.removeprefix(abroad).removeprefix("0")
            break
    lengths = {"1": (10, 11), "2": (11,), "3": (11,), "7": (11,), "8": (10, 11)}
    return digits if len(digits) in lengths.get(digits[1:2], ()) else ""


def _digits(raw: str) -> str:
    return "".join(char for char in raw if char.isdigit())
