"""A lost second factor: one officer asks, a second one confirms, and it is removed."""

from __future__ import annotations

import datetime

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from agencies import audit, outbox
from agencies.actions.operating import require_operator
from agencies.models import FactorReset, Membership, User
from agencies.permissions import Permission, require, roles_with
from agencies.workflow import NotAllowed, lock

VALID_HOURS = 72
LEAST_REASON = 20  # characters
NOT_YOURSELF = "Two other people remove a second factor. Ask a lead or an approver to begin"
ASKED = "Somebody has asked for this already. A second person has to confirm it"
SECOND = "You asked for this. A second lead or approver has to confirm it."
OVER = "This request is over: confirmed, withdrawn, or older than 72 hours."


@transaction.atomic
def request(member: Membership, *, by: Membership) -> FactorReset:
    """Ask for the removal of what `member` has lost. Nothing goes yet; who may confirm hears."""
    require(by, Permission.RESET_FACTOR)
    if member.pk == by.pk:
        raise ValidationError(NOT_YOURSELF)
    locked = lock(_people(), member.pk)
    waiting = FactorReset.objects.filter(
        member=locked, confirmed_at=None, withdrawn_at=None, removed_at=None
    )
    waiting.exclude(pk__in=still_open()).update(withdrawn_at=timezone.now())
    if waiting.exists():
        raise ValidationError(ASKED)
    reset = FactorReset.objects.create(agency_id=by.agency_id, member=locked, requested_by=by)
    _mail_officers(reset, by)
    audit.record("factor_reset.request", reset, member=locked.pk)
    return reset


@transaction.atomic
def confirm(reset: FactorReset, *, by: Membership) -> FactorReset:
    """The second officer's word: all factors go, all sessions end, the person gets a mail."""
    require(by, Permission.RESET_FACTOR)
    locked = _open(reset)
    if by.pk == locked.member_id:
        raise NotAllowed(f"{NOT_YOURSELF}.")
    if by.pk == locked.requested_by_id:
        raise NotAllowed(SECOND)
    locked.confirmed_by, locked.confirmed_at = by, timezone.now()
    locked.save(update_fields=["confirmed_by", "confirmed_at"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.remove_factors(%s)", [locked.pk])
        if not cursor.fetchone()[0]:
            raise NotAllowed(OVER)
    _mail("factor_reset_mail", locked, by)
    audit.record("factor_reset.confirm", locked, member=locked.member_id)
    return locked


@transaction.atomic
def withdraw(reset: FactorReset, *, by: Membership) -> FactorReset:
    """The factor was found again, or the wrong person asked."""
    require(by, Permission.RESET_FACTOR)
    locked = _open(reset)
    locked.withdrawn_at = timezone.now()
    locked.save(update_fields=["withdrawn_at"])
    audit.record("factor_reset.withdraw", locked, member=locked.member_id)
    return locked


@transaction.atomic
def operate(member: Membership, *, reason: str) -> FactorReset:
    """By the operator on the server, for an agency without two officers."""
    require_operator()
    reason = " ".join(reason.split())
    if not LEAST_REASON <= len(reason) <= 300:
        raise ValidationError({"reason": f"Give the reason in {LEAST_REASON} to 300 characters"})
    removed, _ = Authenticator.objects.filter(user_id=member.user_id).delete()
    user = User.objects.select_for_update().get(pk=member.user_id)
    user.sign_in_epoch += 1
    user.save(update_fields=["sign_in_epoch"])
    reset = FactorReset.objects.create(
        agency_id=member.agency_id, member=member, reason=reason, removed_at=timezone.now()
    )
    _mail("factor_reset_mail", reset, None)
    audit.record("factor_reset.operate", reset, member=member.pk, removed=removed)
    return reset


def _people() -> QuerySet[Membership]:
    return Membership.objects.select_for_update().filter(is_active=True, is_machine=False)


def still_open() -> QuerySet[FactorReset]:
    """Requests that a second officer can confirm."""
    oldest = timezone.now() - datetime.timedelta(hours=VALID_HOURS)
    return FactorReset.objects.filter(
        confirmed_at=None, withdrawn_at=None, removed_at=None, requested_at__gt=oldest
    )


def _open(reset: FactorReset) -> FactorReset:
    """The locked row, unless it is over."""
    found = still_open().select_for_update(of=("self",)).filter(pk=reset.pk).first()
    if found is None:
        raise NotAllowed(OVER)
    return found


def _mail_officers(reset: FactorReset, by: Membership) -> None:
    """To all who may confirm it: neither who asked nor whose factor it is."""
    officers = Membership.objects.filter(
        agency_id=reset.agency_id, is_active=True, role__in=roles_with(Permission.RESET_FACTOR)
    )
    for officer in officers.exclude(pk__in=[by.pk, reset.member_id]):
        _mail("factor_request_mail", reset, by, to=f":{officer.pk}")


def _mail(kind: str, reset: FactorReset, by: Membership | None, *, to: str = "") -> None:
    outbox.enqueue(
        kind,
        agency_id=reset.agency_id,
        subject_id=reset.pk,
        content_key=f"{kind}:{reset.pk}{to}",
        by=by,
    )
