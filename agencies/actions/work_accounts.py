"""Joining a work account to a sign-in. Somebody is (issuer, subject); no address decides that."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from agencies import audit
from agencies.actions.invitations import NO_LONGER, accept
from agencies.models import User
from agencies.offers import Offer, look_up
from agencies.workflow import NotAllowed

UNVERIFIED = (
    "Your organisation has not confirmed your email address to us, so your work account cannot "
    "accept an invitation. Accept it with a password, then connect your work account."
)
OTHER_ADDRESS = "This invitation is for another email address than that of your work account."
HAS_SIGN_IN = (
    "There is a sign-in for this address already. Sign in with its password, accept the "
    "invitation, then connect your work account under “Security”."
)
LAST_WAY_IN = "Choose a password first: without one you could not sign in any more"


@dataclass(frozen=True)
class Subject:
    """Who the issuer says is there."""

    provider: str
    uid: str
    email: str
    has_verified_email: bool


@transaction.atomic
def sign_up(secret: str, *, subject: Subject) -> tuple[User, uuid.UUID]:
    """Make the sign-in that an invitation is for, without a password, and accept it."""
    offer = look_up(secret)
    if offer is None or not offer.is_open:
        raise NotAllowed(NO_LONGER)
    _check(offer, subject)
    try:
        with transaction.atomic():
            user = User.objects.create_user(offer.email)
            SocialAccount.objects.create(user=user, provider=subject.provider, uid=subject.uid)
    except IntegrityError as error:
        raise NotAllowed(HAS_SIGN_IN) from error
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    audit.record_identity("user.work_account_connect", user.pk)
    return user, accept(secret, by=user)


@transaction.atomic
def disconnect(*, by: User) -> None:
    """From now on the work account signs nobody in."""
    if not by.has_usable_password():
        raise ValidationError(LAST_WAY_IN)
    if SocialAccount.objects.filter(user=by).delete()[0]:
        audit.record_identity("user.work_account_disconnect", by.pk)


def _check(offer: Offer, subject: Subject) -> None:
    if not subject.has_verified_email:
        raise NotAllowed(UNVERIFIED)
    if subject.email.lower() != offer.email.lower():
        raise NotAllowed(OTHER_ADDRESS)
    if offer.has_sign_in():
        raise NotAllowed(HAS_SIGN_IN)
