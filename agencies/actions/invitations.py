"""Offering somebody a hat, sending the offer again, taking it back, and accepting it."""

from __future__ import annotations

import datetime
import uuid

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from agencies import audit, outbox
from agencies.actions.operating import require_operator
from agencies.models import Agency, Invitation, Membership, User
from agencies.offers import look_up
from agencies.permissions import Permission, require, roles_in
from agencies.tokens import invitation_secret, is_machine_address, sha256
from agencies.workflow import NotAllowed

VALID_HOURS = 72
VALID_FOR = datetime.timedelta(hours=VALID_HOURS)
MOST_IN_A_DAY = 100
NO_LONGER = (
    "This invitation can no longer be used. If you are a member of the agency already, you need no "
    "invitation. If you are not, ask the person who invited you for a new one."
)
HAS_ONE = "This person has an open invitation. Send that one again instead"


@transaction.atomic
def invite(
    agency: Agency, *, email: str, display_name: str, role: str, by: Membership
) -> Invitation:
    """Offer a role in the agency to the person at this address, and mail the link."""
    require(by, Permission.MANAGE_PEOPLE)
    return _offer(agency, email=email, display_name=display_name, role=role, by=by)


@transaction.atomic
def invite_lead(agency: Agency, *, email: str, display_name: str) -> Invitation:
    """The first person of an agency or of the scheme, invited by the operator on the server."""
    require_operator()
    first = roles_in(agency)[0]
    return _offer(agency, email=email, display_name=display_name, role=first, by=None)


@transaction.atomic
def resend(invitation: Invitation, *, by: Membership) -> Invitation:
    """A new link for another VALID_HOURS. The old link stops working at once."""
    require(by, Permission.MANAGE_PEOPLE)
    locked = _unused(invitation)
    if Membership.objects.filter(
        agency_id=locked.agency_id, email=locked.email, is_active=True
    ).exists():
        raise NotAllowed("This person is a member already. Withdraw the invitation instead.")
    locked.nonce = uuid.uuid4()
    locked.token_hash = sha256(invitation_secret(locked.pk, locked.nonce))
    locked.expires_at, locked.sent_at = timezone.now() + VALID_FOR, None
    locked.save(update_fields=["nonce", "token_hash", "expires_at", "sent_at"])
    _mail(locked, by)
    audit.record("invitation.resend", locked)
    return locked


@transaction.atomic
def revoke(invitation: Invitation, *, by: Membership) -> Invitation:
    """Take the offer back. The link stops working at once."""
    require(by, Permission.MANAGE_PEOPLE)
    locked = _unused(invitation)
    locked.revoked_at = timezone.now()
    locked.save(update_fields=["revoked_at"])
    audit.record("invitation.revoke", locked)
    return locked


@transaction.atomic
def mark_sent(invitation_id: uuid.UUID, *, nonce: uuid.UUID) -> None:
    """The mail with this link went out. A link that was replaced meanwhile is not marked."""
    now = timezone.now()
    if Invitation.objects.filter(pk=invitation_id, nonce=nonce).update(sent_at=now):
        audit.record("invitation.send", Invitation(pk=invitation_id))


@transaction.atomic
def accept(secret: str, *, by: User) -> uuid.UUID:
    """Give `by` the hat that is offered, once; returns the agency. Outside any persona.

    The database function decides: of many who try at the same moment, one gets it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctx.accept_invitation(%s, %s)", [sha256(secret), by.pk])
        agency_id: uuid.UUID | None = cursor.fetchone()[0]
    if agency_id is None:
        raise NotAllowed(NO_LONGER)
    return agency_id


@transaction.atomic
def sign_up(secret: str, *, password: str) -> tuple[User, uuid.UUID]:
    """Make the sign-in that the invitation is for, and accept it. Outside any persona.

    Raises ValidationError on `password`, or NotAllowed when the link cannot be used.
    """
    offer = look_up(secret)
    if offer is None or not offer.is_open:
        raise NotAllowed(NO_LONGER)
    try:
        validate_password(password, User(email=offer.email))
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    try:
        with transaction.atomic():
            user = User.objects.create_user(offer.email, password)
    except IntegrityError as error:
        raise NotAllowed(
            "There is a sign-in for this address by now. Open the link again and sign in."
        ) from error
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user, accept(secret, by=user)


def _offer(
    agency: Agency, *, email: str, display_name: str, role: str, by: Membership | None
) -> Invitation:
    email = email.strip().lower()
    display_name = " ".join(display_name.split())
    _check(agency, email, display_name, role)
    expired = _withdraw_expired(agency, email)
    invitation = Invitation(
        agency=agency,
        email=email,
        display_name=display_name,
        role=role,
        invited_by=by,
        expires_at=timezone.now() + VALID_FOR,
    )
    invitation.token_hash = sha256(invitation_secret(invitation.pk, invitation.nonce))
    _insert(invitation)
    _mail(invitation, by)
    if expired:
        audit.record("invitation.revoke", expired, ran_out=True)
    audit.record("invitation.create", invitation, role=role)
    return invitation


def _withdraw_expired(agency: Agency, email: str) -> Invitation | None:
    """Withdraw the offer to this address that ran out unused; a new one takes its place."""
    now = timezone.now()
    unused = Invitation.objects.filter(agency=agency, accepted_at=None, revoked_at=None)
    expired = unused.filter(email__iexact=email, expires_at__lte=now).select_for_update().first()
    if expired:
        expired.revoked_at = now
        expired.save(update_fields=["revoked_at"])
    return expired


def _insert(invitation: Invitation) -> None:
    """Of several offers to one address at the same moment the database takes one."""
    try:
        with transaction.atomic():
            invitation.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError({"email": HAS_ONE}) from error


def _check(agency: Agency, email: str, display_name: str, role: str) -> None:
    """Raise ValidationError by field."""
    try:
        validate_email(email)
    except ValidationError as error:
        message = "Enter an email address in the correct format, like name@example.org"
        raise ValidationError({"email": message}) from error
    errors: dict[str, str] = {}
    if not display_name:
        errors["display_name"] = "Enter a name or job title"
    if role not in roles_in(agency):
        errors["role"] = "Select a role"
    theirs = {"agency": agency, "email__iexact": email}
    if Membership.objects.filter(is_active=True, **theirs).exists():
        errors["email"] = "This person is a member of the agency already"
    elif _open(agency).filter(email__iexact=email).exists():
        errors["email"] = HAS_ONE
    if is_machine_address(email):
        errors["email"] = "This is the address of a machine account, which nobody can sign in to"
    if errors:
        raise ValidationError(errors)
    yesterday = timezone.now() - datetime.timedelta(days=1)
    if Invitation.objects.filter(agency=agency, created_at__gt=yesterday).count() >= MOST_IN_A_DAY:
        raise NotAllowed(f"An agency can send {MOST_IN_A_DAY} invitations a day. Try tomorrow.")


def _open(agency: Agency) -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        agency=agency, accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()
    )


def _unused(invitation: Invitation) -> Invitation:
    """The locked row, unless it was accepted or withdrawn."""
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.accepted_at:
        raise NotAllowed("This invitation has been accepted already.")
    if locked.revoked_at:
        raise NotAllowed("This invitation has been withdrawn already.")
    return locked


def _mail(invitation: Invitation, by: Membership | None) -> None:
    outbox.enqueue(
        "invitation_mail",
        agency_id=invitation.agency_id,
        subject_id=invitation.pk,
        content_key=f"invitation_mail:{invitation.pk}:{invitation.nonce}",
        by=by,
    )
