"""The menu: the parts of the service in their order, and who is led to each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from django.http import HttpRequest
from django.urls import reverse

from agencies.models import Membership
from agencies.permissions import Permission


@dataclass(frozen=True)
class Part:
    """`page` opens it; every page whose name begins with one of `within` belongs to it."""

    text: str
    page: str
    within: tuple[str, ...]
    needs: Permission | None = None
    unless: Permission | None = None

    def is_for(self, permissions: frozenset[Permission]) -> bool:
        return (self.needs is None or self.needs in permissions) and self.unless not in permissions


@dataclass(frozen=True)
class Entry:
    text: str
    url: str
    is_here: bool


STANDARDS = Part("Standards", "standards:edition_list", ("standards:",))
PEOPLE = Part(
    "People",
    "agencies:people",
    (
        "agencies:people",
        "agencies:invit",
        "agencies:change_role",
        "agencies:remove",
        "assessments:hand_over",
    ),
    needs=Permission.MANAGE_PEOPLE,
)
PARTNERS = Part(
    "Partners",
    "agencies:partners",
    ("agencies:partner", "assessments:offer"),
    needs=Permission.READ_ASSESSMENT,
)
AUDIT = Part("Audit", "agencies:audit", ("agencies:audit",), needs=Permission.READ_AUDIT)
HELP = Part("Help", "pages:help", ("pages:help",))
SIGN_IN = Part("Sign in", "account_login", ("account_login",))

OF_AN_AGENCY = (
    Part("Assessments", "assessments:list", ("assessments:", "reports:")),
    Part(
        "My clauses",
        "assessments:mine",
        ("assessments:mine",),
        needs=Permission.ANSWER_CLAUSE,
    ),
    Part("Evidence", "assessments:evidence_list", ("assessments:evidence",)),
    Part(
        "Search",
        "assessments:search",
        ("assessments:search",),
        needs=Permission.READ_ASSESSMENT,
    ),
    STANDARDS,
    PARTNERS,
    PEOPLE,
    Part(
        "Second factors",
        "agencies:factor_resets",
        ("agencies:factor",),
        needs=Permission.RESET_FACTOR,
        unless=Permission.MANAGE_PEOPLE,
    ),
    AUDIT,
    Part(
        "Data protection",
        "protection:list",
        ("protection:",),
        needs=Permission.REDACT_REQUEST,
    ),
)
OF_THE_SCHEME = (
    Part(
        "Guidance",
        "standards:publishing",
        ("standards:publishing", "standards:draft", "standards:guidance"),
    ),
    STANDARDS,
    PEOPLE,
    AUDIT,
)


def navigation(request: HttpRequest) -> dict[str, object]:
    """For templates: `menu`, made only by a page that shows it."""
    return {"menu": partial(menu, request)}


def menu(request: HttpRequest) -> list[Entry]:
    """What this person may open, with the part of the page they are on marked."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    parts = list(_parts(request))
    lengths = [max(_fits(part, name)) for part in parts]
    here = lengths.index(max(lengths)) if any(lengths) else None
    return [Entry(part.text, reverse(part.page), at == here) for at, part in enumerate(parts)]


def _fits(part: Part, name: str) -> list[int]:
    """How closely: the longest beginning wins where parts lie within each other."""
    return [len(start) if name.startswith(start) else 0 for start in part.within]


def _parts(request: HttpRequest) -> Iterator[Part]:
    member: Membership | None = getattr(request, "membership", None)
    if member:
        parts = OF_THE_SCHEME if member.agency.is_scheme else OF_AN_AGENCY
        yield from (part for part in parts if part.is_for(member.permissions))
    yield HELP
    user = getattr(request, "user", None)  # a request refused early has none yet
    if not (user and user.is_authenticated):
        yield SIGN_IN
