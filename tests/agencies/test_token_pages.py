"""The pages of API tokens: made, shown once, revoked."""

from __future__ import annotations

import re
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from agencies.actions import tokens
from agencies.models import ApiToken, Membership
from tests.agencies.bearers import READ, ask, machine_of, make, stored, token_form
from tests.agencies.people import actions_of, all_at_once
from tests.conftest import acting, count_queries, owner

pytestmark = pytest.mark.django_db
SIGNED_IN = "account_authentication_methods"  # allauth's: how and when the person proved it


def test_token_is_made_shown_once_and_revoked(viewer: Membership, client_for) -> None:
    client = client_for(viewer)
    page = client.post("/tokens/make/", token_form())
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
    page = client_for(viewer).post("/tokens/make/", token_form(**change))
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
    secret = re.search(r"ep_[\w-]{43}", client.post(url, token_form(form_key=key)).text).group()
    revoke = f"/tokens/{stored(secret).pk}/revoke/"
    for change in ({}, {"name": "Another"}):
        again = client.post(url, token_form(form_key=key, **change))
        assert again.status_code == 409
        for words in ("made already", "token Push of", "shown once", f'href="{revoke}"'):
            assert words in again.text
        assert "ep_" not in again.text
    assert client.post(revoke).status_code == 302
    again = client.post(url, token_form(form_key=key))
    assert again.status_code == 409
    assert "It no longer works" in again.text
    assert revoke not in again.text
    assert actions_of(lead.agency_id).count("api_token.create") == 1
    assert client.post(url, token_form()).status_code == 200, "another form makes another"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/tokens/make/", "/machines/{}/token/"])
def test_form_sent_many_times_at_once_makes_one_token(path, lead: Membership, client_for) -> None:
    url, form = path.format(machine_of(lead).pk), token_form()
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
    for answer in (client.get(url), client.post(url, token_form())):
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
