"""What only the operator on the server may do: found an agency, seat people of a demo."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from agencies import audit
from agencies.models import Agency, AgencyKind, Membership, User
from agencies.second_factor import keys


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
    if agency.is_scheme and (other := Agency.objects.filter(kind=AgencyKind.SCHEME).first()):
        raise ValidationError({"kind": f"There is a scheme already, {other.name}. It has one only"})
    agency.save(force_insert=True)
    audit.record("agency.create", agency, kind=agency.kind)
    return agency


@transaction.atomic
def rotate_factor_secrets() -> int:
    """Encrypt every secret of a second factor with the first of MFA_KEYS; how many there are."""
    require_operator()
    count = 0
    for factor in Authenticator.objects.select_for_update().order_by("pk"):
        held = [name for name in ("secret", "seed") if name in factor.data]
        for name in held:
            factor.data[name] = keys().rotate(factor.data[name].encode()).decode()
        factor.save(update_fields=["data"])
        count += len(held)
    return count


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
