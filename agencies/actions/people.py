"""Changing what a member may do, and ending a membership."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from agencies import audit
from agencies.models import ApiToken, Invitation, Membership
from agencies.permissions import Permission, Role, require, roles_in
from agencies.workflow import NotAllowed


@transaction.atomic
def change_role(member: Membership, *, role: str, by: Membership) -> Membership:
    """Give a member another role, from their next page on."""
    require(by, Permission.MANAGE_PEOPLE)
    if role not in roles_in(by.agency):
        raise ValidationError({"role": "Select a role"})
    locked = _locked(member, first=roles_in(by.agency)[0], after=role, field="role")
    before, locked.role = locked.role, role
    if before != role:
        locked.save(update_fields=["role"])
        audit.record("membership.change_role", locked, before=before, after=role)
    return locked


@transaction.atomic
def remove(member: Membership, *, by: Membership) -> Membership:
    """End a membership, its API tokens and unused invitations to the person's address at once.

    The name stays on what the person wrote.
    """
    require(by, Permission.MANAGE_PEOPLE)
    locked = _locked(member, first=roles_in(by.agency)[0])
    now = timezone.now()
    locked.is_active, locked.ended_at = False, now
    locked.save(update_fields=["is_active", "ended_at"])
    tokens = ApiToken.objects.filter(membership=locked, revoked_at=None).update(revoked_at=now)
    offers = Invitation.objects.filter(
        agency_id=locked.agency_id, email__iexact=locked.email, accepted_at=None, revoked_at=None
    ).update(revoked_at=now)
    ended = {"tokens_revoked": tokens, "invitations_revoked": offers}
    audit.record("membership.remove", locked, role=locked.role, **ended)
    return locked


def _locked(member: Membership, *, first: Role, after: str = "", field: str = "") -> Membership:
    """The member's locked row, if somebody has the first role (lead) after the change.

    All leads are locked first and in one order: two leads who remove each other at the same
    moment wait here, and the second is refused.
    """
    active = Membership.objects.select_for_update().filter(
        agency_id=member.agency_id, is_active=True, is_machine=False
    )
    leads = list(active.filter(role=first).order_by("pk"))
    locked = active.filter(pk=member.pk).first()
    if locked is None:
        raise NotAllowed("This person has been removed already.")
    if after != first and [lead.pk for lead in leads] == [locked.pk]:
        name = first.label.lower()
        message = f"This is the only {name}. Make somebody else a {name} first"
        raise ValidationError({field: message} if field else message)
    return locked
