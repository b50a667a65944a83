"""What only the operator on the server may do: found an agency, hand out an API token."""

from __future__ import annotations

import datetime

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone

from agencies import audit
from agencies.models import Agency, AgencyKind, ApiToken, Membership, User
from agencies.tokens import new_api_token, sha256

LONGEST_TOKEN = 365  # days


def require_operator() -> None:
    """Raise PermissionDenied outside acting_for(…, realm="operator"). The database knows."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('role') = 'app_owner'")
        if not cursor.fetchone()[0]:
            raise PermissionDenied("Only a command on the server can do this.")


@transaction.atomic
def create_agency(agency: Agency) -> Agency:
    """Store a new agency, in the operator scope that was entered with its id."""
    require_operator()
    agency.name = " ".join(agency.name.split())
    if not agency.name:
        raise ValidationError({"name": "Give the agency a name"})
    if agency.kind not in AgencyKind.values:
        kinds = ", ".join(AgencyKind.values)
        raise ValidationError({"kind": f"The kind must be one of {kinds}"})
    if Agency.objects.filter(name__iexact=agency.name).exists():
        raise ValidationError({"name": f"There is an agency called {agency.name} already"})
    agency.save(force_insert=True)
    audit.record("agency.create", agency, kind=agency.kind)
    return agency


@transaction.atomic
def make_token(
    member: Membership, *, name: str, days: int, can_write: bool
) -> tuple[ApiToken, str]:
    """A key to the API for this person in this agency: the row, and the secret to show once."""
    require_operator()
    name = " ".join(name.split())
    if not 1 <= days <= LONGEST_TOKEN:
        raise ValidationError({"days": f"A token is valid for 1 to {LONGEST_TOKEN} days"})
    if not name or len(name) > 80:
        raise ValidationError({"name": "Say in 1 to 80 characters what the token is for"})
    secret = new_api_token()
    token = ApiToken.objects.create(
        agency_id=member.agency_id,
        membership=member,
        name=name,
        token_hash=sha256(secret),
        can_write=can_write,
        expires_at=timezone.now() + datetime.timedelta(days=days),
    )
    audit.record("api_token.create", token, member=member.pk, days=days, can_write=can_write)
    return token, secret


@transaction.atomic
def seat(agency: Agency, *, email: str, display_name: str, role: str, password: str) -> Membership:
    """A fictional person in a demo agency, with a sign-in. Run again, it puts both right."""
    require_operator()
    if not agency.is_demo:
        raise PermissionDenied("Only a demo agency gets people without an invitation.")
    user = User.objects.filter(email=email).first() or User.objects.create_user(email)
    user.set_password(password)
    user.is_active = True
    user.save(update_fields=["password", "is_active"])
    EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"primary": True, "verified": True}
    )
    hat = {"role": role, "display_name": display_name, "email": email}
    in_force = {"is_active": True, "ended_at": None}
    member, is_new = Membership.objects.update_or_create(
        agency=agency, user=user, defaults=hat | in_force
    )
    if is_new:
        audit.record("membership.create", member, role=role)
    return member
