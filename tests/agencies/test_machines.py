"""Machine accounts: who makes them, what they may do, when they end."""

from __future__ import annotations

import re

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from agencies import accounts
from agencies.actions import invitations, people, tokens
from agencies.models import Membership, User
from agencies.permissions import Role
from agencies.workflow import NotAllowed
from tests import factories
from tests.agencies.bearers import READ, ask, machine_of, make, token_form
from tests.agencies.people import actions_of
from tests.browsing import visitor
from tests.conftest import acting, owner

pytestmark = pytest.mark.django_db


def test_machine_outlives_the_lead_who_made_it(lead: Membership) -> None:
    machine = machine_of(lead)
    secret, own = make(machine, by=lead), make(lead)
    with owner():
        successor = factories.make_member(lead.agency, Role.LEAD)
    with acting(successor) as by:
        people.remove(lead, by=by)
    assert ask(own).status_code == 401
    assert ask(secret).status_code == 200
    assert machine.display_name == "Machine: nightly push"


def test_machine_ends_with_its_tokens(lead: Membership) -> None:
    machine = machine_of(lead)
    secret = make(machine, by=lead)
    with acting(lead) as by:
        tokens.end_machine(machine, by=by)
        with pytest.raises(NotAllowed, match="already"):
            tokens.end_machine(machine, by=by)
        with pytest.raises(NotAllowed, match="has ended"):
            tokens.make_token(machine, name="x", scopes=READ, days=1, by=by)
    assert ask(secret).status_code == 401
    assert actions_of(lead.agency_id)[-1] == "machine.end"
    machine_of(lead)  # its name is free again


@pytest.mark.parametrize(
    ("name", "role", "field"),
    [
        ("", "viewer", "name"),
        ("x" * 81, "viewer", "name"),
        ("nightly  push", "viewer", "name"),
        ("other", "lead", "role"),
        ("other", "approver", "role"),
        ("other", "nobody", "role"),
    ],
)
def test_what_makes_no_machine_is_named(name, role, field, lead: Membership) -> None:
    machine_of(lead)
    with acting(lead) as by, pytest.raises(ValidationError) as refused:
        tokens.make_machine(name=name, role=role, by=by)
    assert list(refused.value.message_dict) == [field]


def test_machine_is_no_person(lead: Membership, client_for) -> None:
    """No lead in the database either, no role to change, no line on the page of people."""
    machine = machine_of(lead)
    with acting(lead) as by:
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.filter(pk=machine.pk).update(role=Role.LEAD)
        for act in (people.remove, lambda m, by: people.change_role(m, role="lead", by=by)):
            with pytest.raises(NotAllowed):
                act(machine, by=by)
        with pytest.raises(ValidationError, match="machine account"):
            invitations.invite(
                by.agency, email=machine.email, display_name="M", role=Role.VIEWER, by=by
            )
    assert machine.display_name not in client_for(lead).get("/people/").text
    for path in ("role", "remove"):
        assert client_for(lead).get(f"/people/{machine.pk}/{path}/").status_code == 404


def test_only_a_lead_makes_and_ends_machines(lead: Membership, approver: Membership) -> None:
    machine = machine_of(lead)
    with acting(approver) as by:
        for act in (
            lambda: tokens.make_machine(name="x", role="viewer", by=by),
            lambda: tokens.end_machine(machine, by=by),
            lambda: tokens.make_token(machine, name="x", scopes=READ, days=1, by=by),
        ):
            with pytest.raises(PermissionDenied):
                act()


def test_machine_cannot_sign_in_and_gets_no_mail(lead: Membership) -> None:
    machine = machine_of(lead)
    user = User.objects.get(pk=machine.user_id)
    assert not user.has_usable_password()
    client = visitor()
    for password in ("", "!", user.password):
        answer = client.post("/accounts/login/", {"login": machine.email, "password": password})
        assert answer.status_code == 200
        assert answer.context["form"].errors
    answer = client.post("/accounts/password/reset/", {"email": machine.email})
    assert answer.status_code == 302  # as for every address
    accounts.post.submit(lambda: None).result()
    assert mail.outbox == []


def test_persona_makes_no_other_users(lead: Membership) -> None:
    with acting(lead), pytest.raises(DatabaseError, match="denied"), transaction.atomic():
        User.objects.create_user("mine@agency.example")
    with pytest.raises(DatabaseError, match="denied"), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT ctx.new_machine()")


def test_machine_is_made_used_and_ended_on_pages(lead: Membership, client_for) -> None:
    client = client_for(lead)
    made = client.post("/machines/make/", {"name": "nightly push", "role": "contributor"})
    assert made.status_code == 302
    again = client.post("/machines/make/", {"name": "nightly push", "role": "contributor"})
    assert again.status_code == 422
    assert "of this name already" in again.text
    with owner():
        machine = Membership.objects.get(is_machine=True)
    page = client.post(f"/machines/{machine.pk}/token/", token_form())
    secret = re.search(r"ep_[\w-]{43}", page.text).group()
    assert ask(secret).status_code == 200
    assert "Machine: nightly push" in client.get("/machines/").text
    assert client.post(f"/machines/{machine.pk}/end/").status_code == 302
    assert ask(secret).status_code == 401
    assert client.get(f"/machines/{machine.pk}/token/").status_code == 404
