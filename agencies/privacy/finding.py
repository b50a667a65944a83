"""What the guard found: its kind, where it stands, and words that do not give it away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_REST_OF_WORD = re.compile(r"(?<=[^\W_])[^\W_]|\d")
SHOWN = 60
"""Characters of a masked excerpt."""


class Kind(StrEnum):
    """What a place in a text looks like."""

    NHS_NUMBER = "nhs_number"
    PUPIL_NUMBER = "pupil_number"
    COURT_CASE = "court_case"
    BIRTH_DATE = "birth_date"
    EMAIL = "email"
    PHONE = "phone"
    POSTCODE = "postcode"
    NAME = "name"


LOOKS_LIKE: dict[Kind, str] = {
    Kind.NHS_NUMBER: "an NHS number",
    Kind.PUPIL_NUMBER: "a unique pupil number",
    Kind.COURT_CASE: "a court case number",
    Kind.BIRTH_DATE: "a date of birth",
    Kind.EMAIL: "an e-mail address",
    Kind.PHONE: "a phone number",
    Kind.POSTCODE: "a postcode",
    Kind.NAME: "a person's name",
}


@dataclass(frozen=True)
class Finding:
    """text[start:end] looks like `kind`. excerpt: masked, fit to be stored.

    is_mild: it seems to belong to an office or a team, not to a person. Mild ones are shown and
    never stand in anybody's way.
    """

    kind: Kind
    start: int
    end: int
    excerpt: str
    is_mild: bool = False


def found(kind: Kind, text: str, start: int, end: int, *, is_mild: bool = False) -> Finding:
    return Finding(kind, start, end, masked(text[start:end]), is_mild)


def masked(value: str) -> str:
    """The first letter of each word; a dot for any other letter and for every digit."""
    line = " ".join(value.split())
    dotted = _REST_OF_WORD.sub("•", line)
    return dotted if len(dotted) <= SHOWN else dotted[: SHOWN - 1] + "…"
