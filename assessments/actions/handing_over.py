"""Handing over all that is one person's to another, such as when somebody leaves."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, can, require
from agencies.workflow import NotAllowed
from assessments.actions.noticing import tell
from assessments.holdings import HOLDINGS, Holding


def receivers(member: Membership) -> QuerySet[Membership]:
    """Who could take over from this person: everybody else who has access, by name."""
    people = Membership.objects.filter(agency_id=member.agency_id, is_active=True)
    return people.filter(is_machine=False).exclude(pk=member.pk).order_by("display_name", "pk")


@transaction.atomic
def hand_over(member: Membership, *, to: Membership, by: Membership) -> dict[str, int]:
    """Make everything of a member's, who may have left, another's, in one step.

    Returns how much of each noun (Holding.key). Due dates stay as they are.
    """
    require(by, Permission.HAND_OVER)
    if to.pk == member.pk:
        raise ValidationError({"to": "Choose somebody else than the person who hands over"})
    receiver = _receiver(member, to)
    held = [(holding, _rows(holding, member)) for holding in HOLDINGS]
    held = [(holding, rows) for holding, rows in held if rows]
    if not held:
        raise NotAllowed("Nothing is this person's, so there is nothing to hand over.")
    for holding, _ in held:
        if not can(receiver, holding.needs):
            raise ValidationError({"to": f"The role of this person cannot take {holding.many}"})
    for holding, rows in held:
        _give(holding, rows, member, receiver)
        if holding.notice is not None:
            tell(map(holding.notice, rows), by=by)
    counts = {holding.key: len(rows) for holding, rows in held}
    audit.record("membership.hand_over", member, to=receiver.pk, **counts)
    return counts


def _receiver(member: Membership, to: Membership) -> Membership:
    """Locked with the person who hands over: neither of them is removed meanwhile."""
    both = Membership.objects.filter(agency_id=member.agency_id, pk__in=[member.pk, to.pk])
    found = {row.pk: row for row in both.order_by("pk").select_for_update(no_key=True)}
    receiver = found.get(to.pk)
    if receiver is None or not receiver.is_active or receiver.is_machine:
        raise ValidationError({"to": "Choose a person who has access"})
    return receiver


def _rows(holding: Holding, member: Membership) -> list[Any]:
    return list(holding.rows(member).select_for_update(of=("self",)))


def _give(holding: Holding, rows: list[Any], member: Membership, receiver: Membership) -> None:
    for row in rows:
        setattr(row, holding.holder, receiver)
        if holding.counter:
            setattr(row, holding.counter, getattr(row, holding.counter) + 1)
    fields = [holding.holder, holding.counter] if holding.counter else [holding.holder]
    holding.model._default_manager.bulk_update(rows, fields)
    hands = {f"{holding.holder}_before": member.pk, holding.holder: receiver.pk}
    for row in rows:
        item = holding.item(row)
        audit.record(holding.event, item.about, **item.facts, **hands)
