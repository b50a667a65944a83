"""What an invitation link offers, read before anybody is signed in (outside any persona)."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from agencies.models import Invitation, User
from agencies.permissions import ROLE_DESCRIPTIONS, Role
from agencies.tokens import invitation_secret, sha256


@dataclass(frozen=True)
class Offer:
    """A role in an agency for whoever holds the address."""

    email: str
    display_name: str
    role: str
    agency_name: str
    expires_at: datetime.datetime
    accepted_at: datetime.datetime | None
    revoked_at: datetime.datetime | None

    @property
    def is_accepted(self) -> bool:
        return self.accepted_at is not None

    @property
    def is_revoked(self) -> bool:
        return self.revoked_at is not None

    @property
    def is_open(self) -> bool:
        is_over = self.is_accepted or self.is_revoked
        return not is_over and self.expires_at > timezone.now()

    @property
    def role_label(self) -> str:
        return str(Role(self.role).label)

    @property
    def role_description(self) -> str:
        return ROLE_DESCRIPTIONS[self.role]

    def is_for(self, user: User) -> bool:
        return user.email.lower() == self.email.lower()

    def has_sign_in(self) -> bool:
        """Whether somebody can sign in with the address already."""
        return User.objects.filter(email__iexact=self.email).exists()


def look_up(secret: str) -> Offer | None:
    """What the link offers, used or not; None for a link that never was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ctx.invitation(%s)", [sha256(secret)])
        row = cursor.fetchone()
    return Offer(*row) if row else None


def link_of(invitation: Invitation) -> str:
    """The address that the mail carries, under SERVICE_URL and never under a request's host."""
    secret = invitation_secret(invitation.pk, invitation.nonce)
    return settings.SERVICE_URL.rstrip("/") + reverse("agencies:invitation", args=[secret])
