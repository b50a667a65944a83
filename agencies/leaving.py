"""What a member leaves behind. This app knows no noun of the apps above: each that has things
which can be somebody's says in its `ready()` where they are handed over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from agencies.models import Agency, Membership


@dataclass(frozen=True)
class Handover:
    """`page`: the name of an address that takes a member's id. `in_words`: what is theirs, such
    as "12 clauses"; empty: nothing."""

    page: str
    in_words: Callable[[Membership], str]


@dataclass(frozen=True)
class Left:
    words: str
    url: str


handovers: list[Handover] = []


def offered_in(agency: Agency) -> list[Handover]:
    """The scheme's people hold nothing of an agency's work, and the database refuses to look."""
    return [] if agency.is_scheme else handovers


def left_by(member: Membership, *, agency: Agency) -> list[Left]:
    """What is this person's in the agency, and where it is handed over."""
    found = [(each.in_words(member), each) for each in offered_in(agency)]
    return [Left(words, reverse(each.page, args=[member.pk])) for words, each in found if words]
