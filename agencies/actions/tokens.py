"""Making and ending API tokens, and the machine accounts that some of them belong to."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from agencies import audit
from agencies.actions.operating import require_operator
from agencies.models import LONGEST_TOKEN, ApiToken, Membership
from agencies.permissions import MACHINE_ROLES, Permission, require
from agencies.scopes import Scope, open_to
from agencies.text import one_line
from agencies.tokens import machine_address, new_api_token, sha256
from agencies.workflow import NotAllowed

MOST_AT_ONCE = 20
MACHINE = "Machine: "


@transaction.atomic
def make_token(
    member: Membership,
    *,
    name: str,
    scopes: Sequence[str],
    days: int,
    form_key: UUID | None = None,
    by: Membership | None,
) -> tuple[ApiToken, str]:
    """A key to the API that acts as `member`: the row, and the secret to show once.

    People make their own; a lead makes those of machines; `by=None` is the operator on the server.
    `form_key` is made with the form: sent twice, the second time returns what the first made, with
    "" for the secret, which is not known any more.
    """
    _require_maker(member, by)
    locked = Membership.objects.select_for_update().get(pk=member.pk)
    if not locked.is_active:
        raise NotAllowed("This account has ended, so it gets no more tokens.")
    if form_key and (made := ApiToken.objects.filter(membership=locked, form_key=form_key).first()):
        return made, ""
    fields = _checked(locked, name=name, scopes=scopes, days=days)
    token, secret = _insert_token(locked, days=days, form_key=form_key, **fields)
    audit.record("api_token.create", token, member=locked.pk, days=days, scopes=token.scopes)
    return token, secret


@transaction.atomic
def revoke_token(token: ApiToken, *, by: Membership) -> ApiToken:
    """End a token at once: one's own, or as a lead anybody's of the agency."""
    if token.membership_id != by.pk:
        require(by, Permission.MANAGE_TOKENS)
    locked = ApiToken.objects.select_for_update(of=("self",), no_key=True).get(pk=token.pk)
    if locked.revoked_at:
        raise NotAllowed("This token has been revoked already.")
    locked.revoked_at = timezone.now()
    locked.save(update_fields=["revoked_at"])
    audit.record("api_token.revoke", locked, member=locked.membership_id)
    return locked


@transaction.atomic
def make_machine(*, name: str, role: str, by: Membership) -> Membership:
    """An account for a program: writes under its own name, outlives whoever made it."""
    require(by, Permission.MANAGE_TOKENS)
    name = one_line(name)
    errors = {}
    if not 1 <= len(name) <= 80:
        errors["name"] = "Say in 1 to 80 characters what the machine account is for"
    if role not in MACHINE_ROLES:
        errors["role"] = "Select a role that a machine account may have"
    if errors:
        raise ValidationError(errors)
    machine = _insert_machine(f"{MACHINE}{name}", role, by)
    audit.record("machine.create", machine, role=role)
    return machine


@transaction.atomic
def end_machine(machine: Membership, *, by: Membership) -> Membership:
    """End a machine account and its tokens at once. Its name stays on what it wrote."""
    require(by, Permission.MANAGE_TOKENS)
    locked = Membership.objects.select_for_update().get(pk=machine.pk, is_machine=True)
    if not locked.is_active:
        raise NotAllowed("This machine account has ended already.")
    now = timezone.now()
    locked.is_active, locked.ended_at = False, now
    locked.save(update_fields=["is_active", "ended_at"])
    tokens = ApiToken.objects.filter(membership=locked, revoked_at=None).update(revoked_at=now)
    audit.record("machine.end", locked, tokens_revoked=tokens)
    return locked


def _insert_token(member: Membership, *, days: int, **fields: Any) -> tuple[ApiToken, str]:
    secret, now = new_api_token(), timezone.now()
    token = ApiToken.objects.create(
        agency_id=member.agency_id,
        membership=member,
        token_hash=sha256(secret),
        created_at=now,
        expires_at=now + datetime.timedelta(days=days),
        **fields,
    )
    return token, secret


def _insert_machine(display_name: str, role: str, by: Membership) -> Membership:
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.new_machine()")
        user_id = cursor.fetchone()[0]
    try:
        with transaction.atomic():
            return Membership.objects.create(
                agency=by.agency,
                user_id=user_id,
                role=role,
                display_name=display_name,
                email=machine_address(user_id),
                is_machine=True,
            )
    except IntegrityError as error:
        message = "There is a machine account of this name already"
        raise ValidationError({"name": message}) from error


def _require_maker(member: Membership, by: Membership | None) -> None:
    if by is None:
        require_operator()
    elif member.is_machine:
        require(by, Permission.MANAGE_TOKENS)
    elif member.pk != by.pk:
        raise PermissionDenied("People make their own API tokens.")


def _checked(
    member: Membership, *, name: str, scopes: Sequence[str], days: int
) -> dict[str, str | list[str]]:
    name = one_line(name)
    errors = {}
    if not 1 <= len(name) <= 80:
        errors["name"] = "Say in 1 to 80 characters what the token is for"
    if not 1 <= days <= LONGEST_TOKEN.days:
        errors["days"] = f"A token is valid for 1 to {LONGEST_TOKEN.days} days"
    if problem := _scope_problem(member, scopes):
        errors["scopes"] = problem
    if errors:
        raise ValidationError(errors)
    in_force = ApiToken.objects.filter(membership=member, revoked_at=None)
    if in_force.filter(expires_at__gt=timezone.now()).count() >= MOST_AT_ONCE:
        raise NotAllowed(
            f"This account has {MOST_AT_ONCE} tokens that work. Revoke one that is not needed."
        )
    return {"name": name, "scopes": [scope for scope in Scope if scope in scopes]}


def _scope_problem(member: Membership, scopes: Sequence[str]) -> str:
    if not scopes:
        return "Select at least one thing the token may do"
    over = sorted(set(scopes) - set(open_to(member)))
    role = member.get_role_display().lower()
    return f"A {role} cannot give a token: {', '.join(over)}" if over else ""
