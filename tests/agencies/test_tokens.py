"""API tokens and machine accounts: who makes them, what they open, when they end."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from agencies import accounts
from agencies.actions import invitations, people, tokens
from agencies.models import ApiToken, Membership, User
from agencies.permissions import Role
from agencies.scopes import NEEDS, Scope, open_to
from agencies.tokens import sha256
from agencies.workflow import NotAllowed
from tests import factories
from tests.agencies.people import actions_of, all_at_once
from tests.browsing import visitor
from tests.conftest import acting, count_queries, owner

pytestmark = pytest.mark.django_db
READ = [Scope.ASSESSMENTS_READ]
SIGNED_IN = "account_authentication_methods"  # allauth's: how and when the person proved it
URL = "/api/v1/assessments/"


def make(member: Membership, scopes=READ, *, days: int = 30, by: Membership | None = None) -> str:
    with acting(by or member) as who:
        _, secret = tokens.make_token(member, name="Push", scopes=scopes, days=days, by=who)
    return secret


def machine_of(lead: Membership, role: str = Role.CONTRIBUTOR) -> Membership:
    with acting(lead) as by:
        return tokens.make_machine(name="nightly push", role=role, by=by)


def ask(secret: str, url: str = URL):
    return Client().get(url, headers={"Authorization": f"Bearer {secret}"})


def stored(secret: str) -> ApiToken:
    with owner():
        return ApiToken.objects.get(token_hash=sha256(secret))


def test_every_scope_says_what_it_needs() -> None:
    assert set(NEEDS) == set(Scope)


@pytest.mark.parametrize(
    ("role", "closed"),
    [
        ("lead", set()),
        ("approver", {"assessments:write", "evidence:write", "people:read", "people:write"}),
        (
            "contributor",
            {"assessments:sign", "people:read", "people:write", "audit:read"},
        ),
        (
            "viewer",
            {"assessments:write", "assessments:sign", "evidence:write", "people:read",
             "people:write", "audit:read", "redactions:read", "redactions:write"},
        ),
    ],
)  # fmt: skip
def test_scopes_do_not_exceed_the_role(role, closed, request: pytest.FixtureRequest) -> None:
    member = request.getfixturevalue(role)
    assert set(Scope) - set(open_to(member)) == closed
    for scope in closed:
        with acting(member) as by, pytest.raises(ValidationError, match=f"cannot give.*{scope}"):
            tokens.make_token(by, name="x", scopes=[*READ, scope], days=1, by=by)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " \u200b"}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["assessments:everything"]}, "scopes"),
    ],
)
def test_what_makes_no_token_is_named(change, field, lead: Membership) -> None:
    good = {"name": "x", "scopes": READ, "days": 1}
    with acting(lead) as by, pytest.raises(ValidationError) as refused:
        tokens.make_token(by, **{**good, **change}, by=by)
    assert list(refused.value.message_dict) == [field]


def test_nobody_makes_a_token_for_somebody_else(
    lead: Membership, viewer: Membership, stranger: Membership
) -> None:
    with acting(lead) as by:
        for other in (viewer, stranger):
            with pytest.raises(PermissionDenied, match="their own"):
                tokens.make_token(other, name="x", scopes=READ, days=1, by=by)
    with acting(viewer) as by, pytest.raises(PermissionDenied, match="on the server"):
        tokens.make_token(by, name="x", scopes=READ, days=1, by=None)


def test_database_takes_no_token_longer_than_a_year_and_none_without_a_scope(
    lead: Membership,
) -> None:
    good = {"agency": lead.agency, "membership": lead, "name": "x", "token_hash": "0" * 64}
    year = timezone.now() + timedelta(days=366)
    day = timezone.now() + timedelta(days=1)
    for wrong in ({"scopes": READ, "expires_at": year}, {"scopes": [], "expires_at": day}):
        with acting(lead), pytest.raises(IntegrityError), transaction.atomic():
            ApiToken.objects.create(**good, **wrong)


def test_more_tokens_than_anybody_needs_are_refused(lead: Membership) -> None:
    for _ in range(tokens.MOST_AT_ONCE):
        make(lead)
    with pytest.raises(NotAllowed, match="Revoke one"):
        make(lead)


def test_token_works_and_its_use_is_noted_coarsely(lead: Membership) -> None:
    secret = make(lead)
    assert stored(secret).last_used_at is None
    assert ask(secret).status_code == 200
    first = stored(secret).last_used_at
    assert first is not None
    assert ask(secret).status_code == 200
    assert stored(secret).last_used_at == first
    with owner():
        ApiToken.objects.update(last_used_at=first - timedelta(minutes=6))
    ask(secret)
    assert stored(secret).last_used_at >= first


def test_unknown_expired_and_revoked_get_one_sentence(lead: Membership) -> None:
    expired, revoked = make(lead), make(lead)
    token = stored(revoked)
    with acting(lead) as by:
        tokens.revoke_token(token, by=by)
    with owner():
        past = timezone.now() - timedelta(seconds=1)
        ApiToken.objects.filter(token_hash=sha256(expired)).update(expires_at=past)
    answers = [ask(secret) for secret in (expired, revoked, "ep_unknown", "")]
    assert {answer.status_code for answer in answers} == {401}
    sentences = {answer.json()["detail"] for answer in answers}
    assert sentences == {"This token is unknown, expired or revoked."}
    assert stored(revoked).last_used_at is None


def test_token_of_another_agency_is_not_there(lead: Membership, stranger: Membership) -> None:
    token = stored(make(lead))
    with acting(stranger) as by, pytest.raises(ApiToken.DoesNotExist):
        tokens.revoke_token(token, by=by)
    assert actions_of(stranger.agency_id) == []


def test_revoking_is_for_oneself_and_for_the_lead(
    lead: Membership, contributor: Membership, viewer: Membership
) -> None:
    token = stored(make(contributor))
    with acting(viewer) as by, pytest.raises(PermissionDenied):
        tokens.revoke_token(token, by=by)
    with acting(lead) as by:
        tokens.revoke_token(token, by=by)
        with pytest.raises(NotAllowed, match="already"):
            tokens.revoke_token(token, by=by)
    own = stored(make(viewer))
    with acting(viewer) as by:
        tokens.revoke_token(own, by=by)
    assert actions_of(lead.agency_id) == ["api_token.create", "api_token.revoke"] * 2


# Machine accounts


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


# Pages


def _form(**other) -> dict:
    key = str(uuid.uuid4())
    return {"name": "Push", "scopes": ["assessments:read"], "days": "90", "form_key": key, **other}


def test_token_is_made_shown_once_and_revoked(viewer: Membership, client_for) -> None:
    client = client_for(viewer)
    page = client.post("/tokens/make/", _form())
    assert page.status_code == 200
    secret = re.search(r"ep_[\w-]{43}", page.text).group()
    assert "no-store" in page["Cache-Control"]
    assert ask(secret).status_code == 200
    listed = client.get("/tokens/").text
    assert "Push" in listed
    assert secret not in listed
    revoke = f"/tokens/{stored(secret).pk}/revoke/"
    assert "Revoke Push?" in client.get(revoke).text
    assert client.post(revoke).status_code == 302
    assert ask(secret).status_code == 401
    assert client.post(revoke).status_code == 409


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Say what the token is for"),
        ({"scopes": []}, "Select at least one thing"),
        ({"scopes": ["people:write"]}, "Select only what is on the list"),
        ({"days": "366"}, "Select how long it will work"),
        ({"form_key": ""}, "This page is out of date"),
        ({"form_key": "nonsense"}, "This page is out of date"),
    ],
)
def test_form_that_makes_no_token_says_why(change, words, viewer: Membership, client_for) -> None:
    page = client_for(viewer).post("/tokens/make/", _form(**change))
    assert page.status_code == 422
    assert words in page.text
    with owner():
        assert not ApiToken.objects.exists()


@pytest.mark.parametrize("path", ["/tokens/make/", "/machines/{}/token/"])
def test_form_sent_again_makes_nothing_and_says_how_to_revoke(
    path, lead: Membership, client_for
) -> None:
    url, client = path.format(machine_of(lead).pk), client_for(lead)
    key = re.search(r'name="form_key" value="([^"]+)"', client.get(url).text)[1]
    secret = re.search(r"ep_[\w-]{43}", client.post(url, _form(form_key=key)).text).group()
    revoke = f"/tokens/{stored(secret).pk}/revoke/"
    for change in ({}, {"name": "Another"}):
        again = client.post(url, _form(form_key=key, **change))
        assert again.status_code == 409
        for words in ("made already", "token Push of", "shown once", f'href="{revoke}"'):
            assert words in again.text
        assert "ep_" not in again.text
    assert client.post(revoke).status_code == 302
    again = client.post(url, _form(form_key=key))
    assert again.status_code == 409
    assert "It no longer works" in again.text
    assert revoke not in again.text
    assert actions_of(lead.agency_id).count("api_token.create") == 1
    assert client.post(url, _form()).status_code == 200, "another form makes another"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/tokens/make/", "/machines/{}/token/"])
def test_form_sent_many_times_at_once_makes_one_token(path, lead: Membership, client_for) -> None:
    url, form = path.format(machine_of(lead).pk), _form()
    clients = [client_for(lead) for _ in range(6)]
    answers = all_at_once(6, lambda number: clients[number].post(url, form))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 5
    with owner():
        made = ApiToken.objects.get()
    (shown,) = [answer for answer in answers if answer.status_code == 200]
    assert stored(re.search(r"ep_[\w-]{43}", shown.text).group()) == made
    assert actions_of(lead.agency_id).count("api_token.create") == 1


def test_key_of_a_form_is_for_one_account(lead: Membership, viewer: Membership) -> None:
    key = uuid.uuid4()
    with owner():
        good = {"agency": lead.agency, "name": "x", "scopes": READ, "form_key": key}
        good["expires_at"] = timezone.now() + timedelta(days=1)
        ApiToken.objects.create(membership=lead, token_hash="0" * 64, **good)
        ApiToken.objects.create(membership=viewer, token_hash="1" * 64, **good)
        with pytest.raises(IntegrityError, match="once_per_form"), transaction.atomic():
            ApiToken.objects.create(membership=lead, token_hash="2" * 64, **good)


@pytest.mark.parametrize("path", ["/tokens/make/", "/machines/make/", "/machines/{}/token/"])
@pytest.mark.parametrize("at", [None, 0])
def test_making_asks_again_who_is_there(path, at, lead: Membership, client_for) -> None:
    url = path.format(machine_of(lead).pk)
    client = client_for(lead)
    session = client.session
    session[SIGNED_IN] = [] if at is None else [{"method": "password", "at": at}]
    session.save()
    for answer in (client.get(url), client.post(url, _form())):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/confirm/?next=")
    with owner():
        assert not ApiToken.objects.exists()


def test_password_given_again_leads_on(lead: Membership, client_for) -> None:
    with owner():
        lead.user.set_password("seven quiet herons wade")
        lead.user.save(update_fields=["password"])
    client = client_for(lead)
    session = client.session
    session[SIGNED_IN] = []
    session.save()
    ask_again = client.get("/tokens/make/")["Location"]
    assert "sensitive" in client.get(ask_again).text
    wrong = client.post(ask_again, {"password": "wrong"})
    assert wrong.status_code in (200, 422)
    right = client.post(ask_again, {"password": "seven quiet herons wade"})
    assert (right.status_code, right["Location"]) == (302, "/tokens/make/")
    assert client.get("/tokens/make/").status_code == 200


def test_lead_sees_and_ends_all_and_others_their_own(
    lead: Membership, viewer: Membership, contributor: Membership, client_for
) -> None:
    token = stored(make(viewer))
    assert viewer.display_name in client_for(lead).get("/machines/").text
    assert client_for(contributor).get("/machines/").status_code == 403
    assert client_for(contributor).get(f"/tokens/{token.pk}/revoke/").status_code == 404
    assert client_for(lead).post(f"/tokens/{token.pk}/revoke/").status_code == 302


def test_machine_is_made_used_and_ended_on_pages(lead: Membership, client_for) -> None:
    client = client_for(lead)
    made = client.post("/machines/make/", {"name": "nightly push", "role": "contributor"})
    assert made.status_code == 302
    again = client.post("/machines/make/", {"name": "nightly push", "role": "contributor"})
    assert again.status_code == 422
    assert "of this name already" in again.text
    with owner():
        machine = Membership.objects.get(is_machine=True)
    page = client.post(f"/machines/{machine.pk}/token/", _form())
    secret = re.search(r"ep_[\w-]{43}", page.text).group()
    assert ask(secret).status_code == 200
    assert "Machine: nightly push" in client.get("/machines/").text
    assert client.post(f"/machines/{machine.pk}/end/").status_code == 302
    assert ask(secret).status_code == 401
    assert client.get(f"/machines/{machine.pk}/token/").status_code == 404


def test_lists_have_a_fixed_number_of_queries(lead: Membership, floor: int, client_for) -> None:
    client = client_for(lead)
    machine = machine_of(lead)
    make(machine, by=lead)
    make(lead)
    for path, most in (("/tokens/", 1), ("/machines/", 3)):
        few = count_queries(lambda path=path: client.get(path))
        with acting(lead) as by:
            for number in range(3):
                made = tokens.make_machine(name=f"{path} {number}", role="viewer", by=by)
                tokens.make_token(made, name="x", scopes=READ, days=1, by=by)
        make(lead)
        make(lead)
        assert count_queries(lambda path=path: client.get(path)) == few <= floor + most
