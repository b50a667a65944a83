"""What is offered for a clause and what of it was accepted, put together for pages and API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from agencies.models import Agency
from assessments.models import Offer


@dataclass(frozen=True)
class Offered:
    """The newest version that a host offers for a clause."""

    id: UUID
    host_name: str
    number: int


@dataclass(frozen=True)
class Accepted:
    """What a partner accepted. `is_gone`: the host withdrew it, or the partnership ended."""

    offered: UUID
    host_name: str
    number: int
    how: str = ""
    difference: str = ""
    is_gone: bool = False
    newer: Offered | None = None


@dataclass(frozen=True)
class Shared:
    """`offered`: by hosts whose answer is not the accepted one."""

    accepted: Accepted | None = None
    offered: list[Offered] = field(default_factory=list)

    @property
    def answered_by(self) -> Accepted | None:
        """What stands as this agency's answer too."""
        return self.accepted if self.accepted and not self.accepted.is_gone else None


def of_answer(answer: Any) -> Shared:
    """`answer` comes through with_partners()."""
    newest: dict[str, Offered] = {}
    for row in answer.offered:
        offered = Offered(UUID(row["id"]), row["host_name"], row["number"])
        newest.setdefault(row["host"], offered)
    said = answer.accepted
    if said is None:
        return Shared(None, list(newest.values()))
    of_host = newest.pop(said["host"], None)
    accepted = Accepted(
        UUID(said["offered"]),
        said["host_name"],
        said["number"],
        **(said["text"] or {}),
        is_gone=said["text"] is None,
        newer=of_host if of_host and of_host.number > said["number"] else None,
    )
    others = list(newest.values())
    if accepted.is_gone and of_host:
        others.append(of_host)
    return Shared(accepted, others)


@dataclass
class Sent:
    """An offer as its host sees it."""

    offer: Offer
    accepted: dict[UUID, datetime]
    """When it was accepted, by clause."""


def sent_by(agency: Agency, offers: Iterable[Offer]) -> list[Sent]:
    """With which clauses were accepted and when: all that a host learns. One query more."""
    found = [Sent(offer, {}) for offer in offers]
    by_offer = {one.offer.pk: one.accepted for one in found}
    with connection.cursor() as cursor:
        cursor.execute("SELECT offer_id, clause_id, at FROM ctx.acceptances()")
        for offer_id, clause_id, at in cursor.fetchall():
            if offer_id in by_offer:
                by_offer[offer_id][clause_id] = at
    return found
