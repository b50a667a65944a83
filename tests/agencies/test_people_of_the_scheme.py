"""People of the scheme: their roles are their own, and there is always an administrator."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from agencies.actions import invitations, people
from agencies.models import Agency, Invitation, Membership
from agencies.permissions import AGENCY_ROLES, ROLES, Permission, Role
from jobs.models import Job
from tests import factories
from tests.conftest import acting, owner

pytestmark = pytest.mark.django_db


def test_scheme_and_its_first_administrator_are_made_on_the_server(db: None) -> None:
    call_command("create_agency", "--name", "The scheme", "--kind", "scheme")
    call_command(
        "invite_lead", "--agency", "the scheme", "--email", "a@b.example", "--name", "Admin"
    )
    with owner():
        assert Invitation.objects.get().role == Role.SCHEME_ADMIN
    with pytest.raises(CommandError, match="There is a scheme already, The scheme"):
        call_command("create_agency", "--name", "Another", "--kind", "scheme")


@pytest.mark.parametrize("role", AGENCY_ROLES)
def test_roles_of_agencies_are_not_offered_in_the_scheme(
    scheme_admin: Membership, client_for: Callable[[Membership], Client], role: Role
) -> None:
    offer = {"email": "n@b.example", "display_name": "New"}
    with acting(scheme_admin) as by, pytest.raises(ValidationError, match="Select a role"):
        invitations.invite(by.agency, **offer, role=role, by=by)
    client = client_for(scheme_admin)
    page = client.get(reverse("agencies:invite")).content.decode()
    assert f'value="{role}"' not in page and 'value="scheme_admin"' in page
    assert client.post(reverse("agencies:invite"), offer | {"role": role}).status_code == 422


def test_role_of_the_scheme_is_not_offered_in_an_agency(
    lead: Membership, contributor: Membership, client_for: Callable[[Membership], Client]
) -> None:
    offer = {"email": "n@b.example", "display_name": "New", "role": Role.SCHEME_ADMIN}
    with acting(lead) as by:
        with pytest.raises(ValidationError, match="Select a role"):
            invitations.invite(by.agency, **offer, by=by)
        with pytest.raises(ValidationError, match="Select a role"):
            people.change_role(contributor, role=Role.SCHEME_ADMIN, by=by)
    client = client_for(lead)
    assert "scheme_admin" not in client.get(reverse("agencies:invite")).content.decode()
    assert client.post(reverse("agencies:invite"), offer).status_code == 422


def test_the_only_administrator_stays_until_there_is_another(
    scheme: Agency, scheme_admin: Membership, client_for: Callable[[Membership], Client]
) -> None:
    client = client_for(scheme_admin)
    assert (
        "The only scheme administrator" in client.get(reverse("agencies:people")).content.decode()
    )
    with acting(scheme_admin) as by, pytest.raises(ValidationError, match="only scheme adm"):
        people.remove(scheme_admin, by=by)
    with owner():
        other = factories.make_member(scheme, Role.SCHEME_ADMIN)
    with acting(scheme_admin) as by:
        assert not people.remove(other, by=by).is_active


def test_invitation_is_mailed_by_the_schemes_own_worker(scheme_admin: Membership) -> None:
    with acting(scheme_admin) as by:
        invitation = invitations.invite(
            by.agency, email="n@b.example", display_name="New", role=Role.SCHEME_ADMIN, by=by
        )
        job = Job.objects.get()
    assert (job.kind, job.subject_id) == ("invitation_mail", invitation.pk)


def test_no_role_mixes_the_schemes_work_with_an_agencys() -> None:
    schemes = {Permission.PUBLISH_GUIDANCE, Permission.WITHDRAW_EDITION}
    assert not [role for role in AGENCY_ROLES if ROLES[role] & schemes]
    shared = {Permission.MANAGE_PEOPLE, Permission.READ_AUDIT}
    assert ROLES[Role.SCHEME_ADMIN] == schemes | shared
