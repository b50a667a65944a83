"""What the operator types on the server to start a real installation."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from agencies.actions import operating, people, tokens
from agencies.models import Agency, ApiToken, Invitation, Membership
from agencies.offers import look_up
from agencies.permissions import Role
from agencies.scopes import Scope, open_to, reading
from agencies.tokens import sha256
from tests import factories
from tests.agencies.people import actions_of
from tests.conftest import acting, owner

pytestmark = pytest.mark.django_db
READ = [Scope.ASSESSMENTS_READ]


def _run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out, stderr=StringIO())
    return out.getvalue()


def _resolve(secret: str) -> tuple | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM ctx.resolve_token(%s)", [sha256(secret)])
        return cursor.fetchone()


def test_new_installation() -> None:
    _run("create_agency", "--name", " Test  Borough ", "--kind", "LA")
    agency = Agency.objects.get(name="Test Borough")
    out = _run(
        "invite_lead", "--agency", "test borough", "--email", "L@b.example", "--name", "Lead"
    )
    link = out.split()[-1]
    offer = look_up(link.rstrip("/").rpartition("/")[2])
    assert (offer.email, offer.role, offer.is_open) == ("l@b.example", "lead", True)
    assert actions_of(agency.pk) == ["agency.create", "invitation.create"]
    with owner():
        assert Invitation.objects.get().invited_by is None


def test_link_is_not_printed_on_a_real_service(agency: Agency, settings) -> None:
    settings.IS_SECURE = True
    out = _run("invite_lead", "--agency", agency.name, "--email", "l@b.example", "--name", "Lead")
    assert "on its way" in out
    assert "/invitation/" not in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["create_agency", "--name", "{name}", "--kind", "RAA"], "already"),
        (["create_agency", "--name", "  ", "--kind", "RAA"], "Give the agency a name"),
        (["invite_lead", "--agency", "Nowhere", "--email", "a@b.example", "--name", "A"], "{name}"),
        (["invite_lead", "--agency", "{name}", "--email", "a", "--name", "A"], "correct format"),
        (["make_token", "--agency", "{name}", "--email", "a@b.example", "--name", "A"], "member"),
        (
            ["make_token", "--agency", "{name}", "--email", "{email}", "--name", "A", "--days=366"],
            "1 to 365",
        ),
    ],
)
def test_mistakes_are_answered_in_one_line(
    words: list[str], message: str, lead: Membership
) -> None:
    known = {"name": lead.agency.name, "email": lead.email}
    with pytest.raises(CommandError, match=message.format(**known)):
        _run(*[word.format(**known) for word in words])
    assert actions_of(lead.agency_id) == []


def test_token_is_shown_once_and_works_for_its_agency(
    lead: Membership, other_agency: Agency
) -> None:
    with owner():
        factories.make_member(other_agency, Role.LEAD, lead.user)
    out = _run(
        "make_token", "--agency", lead.agency.name, "--email", lead.email, "--name", "Nightly"
    )
    secret = out.strip()
    assert len(secret) == 46
    token_id, user_id, agency_id, scopes = _resolve(secret)
    assert (user_id, agency_id) == (lead.user_id, lead.agency_id)
    assert scopes == reading(lead)
    with owner():
        token = ApiToken.objects.get(pk=token_id)
    assert secret not in str(vars(token))
    assert timedelta(days=89) < token.expires_at - timezone.now() <= timedelta(days=90)
    assert actions_of(lead.agency_id) == ["api_token.create"]
    _run(
        "make_token", "--agency", lead.agency.name, "--email", lead.email, "--name", "W", "--write"
    )
    with owner():
        assert [t.scopes for t in ApiToken.objects.filter(name="W")] == [open_to(lead)]


@pytest.mark.parametrize("end", ["removed", "revoked", "expired", "inactive"])
def test_token_ends_with(end: str, lead: Membership, contributor: Membership) -> None:
    with owner(lead.agency):
        _, secret = tokens.make_token(contributor, name="T", scopes=READ, days=1, by=None)
    assert _resolve(secret)
    now = timezone.now()
    if end == "removed":
        with acting(lead) as by:
            people.remove(contributor, by=by)
        with owner():  # coming back does not bring the token back
            Membership.objects.filter(pk=contributor.pk).update(is_active=True, ended_at=None)
    with owner():
        if end == "revoked":
            ApiToken.objects.update(revoked_at=now)
        elif end == "expired":
            ApiToken.objects.update(expires_at=now - timedelta(seconds=1))
        elif end == "inactive":
            type(contributor.user).objects.filter(pk=contributor.user_id).update(is_active=False)
    assert _resolve(secret) is None
    assert _resolve("") is None


def test_only_the_operator_founds_and_hands_out(lead: Membership) -> None:
    with acting(lead) as by:
        with pytest.raises(PermissionDenied):
            operating.create_agency(Agency(name="Mine", kind="LA"))
        with pytest.raises(PermissionDenied):
            tokens.make_token(by, name="Mine", scopes=READ, days=1, by=None)
        with pytest.raises(PermissionDenied):
            operating.seat(
                by.agency, email="a@b.example", display_name="A", role="lead", password=""
            )
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            Agency.objects.create(name="Mine", kind="LA")
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            ApiToken.objects.update(expires_at=timezone.now() + timedelta(days=999))


def test_people_without_an_invitation_only_in_a_demo_agency(agency: Agency) -> None:
    who = {"email": "a@b.example", "display_name": "A", "role": Role.LEAD, "password": "x"}
    with owner(agency), pytest.raises(PermissionDenied, match="demo"):
        operating.seat(agency, **who)


def test_unknown_kind_of_agency_is_refused(db: None) -> None:
    agency = Agency(name="Somewhere", kind="council")
    with owner(agency), pytest.raises(ValidationError, match="LA, RAA"):
        operating.create_agency(agency)
