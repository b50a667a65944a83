"""The personal-data guard: what in a text looks as if it could identify somebody.

Pure functions that read a text once, in time linear to its length, and keep nothing. They know
shapes, check digits and lists of words; they do not understand. A clean check is no proof, and
each page that shows a result says so. Nothing in this package imports Django: the process that
looks into uploaded files uses it too.
"""

from __future__ import annotations

from collections.abc import Iterable

from agencies.privacy.addresses import emails, postcodes
from agencies.privacy.dates import birth_dates
from agencies.privacy.finding import LOOKS_LIKE, Finding, Kind, masked
from agencies.privacy.names import names
from agencies.privacy.numbers import court_cases, nhs_numbers, phone_numbers, pupil_numbers

__all__ = ["LOOKS_LIKE", "Finding", "Kind", "findings", "masked"]


def findings(text: str) -> list[Finding]:
    """Everything in `text` that looks like personal data, in its order, none inside another."""
    people = list(names(text))
    ranked = [
        *emails(text),
        *court_cases(text),
        *pupil_numbers(text),
        *nhs_numbers(text),
        *phone_numbers(text),
        *postcodes(text),
        *birth_dates(text, people),
        *people,
    ]
    return _apart(ranked)


def _apart(ranked: Iterable[Finding]) -> list[Finding]:
    """Without those that share characters with one that comes before them."""
    kept: list[Finding] = []
    taken: set[int] = set()
    for finding in ranked:
        places = range(finding.start, finding.end)
        if taken.isdisjoint(places):
            kept.append(finding)
            taken.update(places)
    return sorted(kept, key=lambda finding: finding.start)
