"""API tokens: what they open, for whom, and when they end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from agencies.actions import tokens
from agencies.models import ApiToken, Membership
from agencies.scopes import NEEDS, Scope, open_to
from agencies.tokens import sha256
from agencies.workflow import NotAllowed
from tests.agencies.bearers import READ, ask, make, stored
from tests.agencies.people import actions_of
from tests.conftest import acting, owner

pytestmark = pytest.mark.django_db


def test_every_scope_says_what_it_needs() -> None:
    assert set(NEEDS) == set(Scope)


@pytest.mark.parametrize(
    ("role", "closed"),
    [
        ("lead", set()),
        ("approver", {"assessments:write", "evidence:write", "people:read", "people:write"}),
        (
            "contributor",
            {"assessments:sign", "people:read", "people:write", "partners:write", "audit:read",
             "disposals:read", "disposals:write"},
        ),
        (
            "viewer",
            {"assessments:write", "assessments:sign", "comments:write", "evidence:write",
             "people:read", "people:write", "partners:write", "audit:read", "redactions:read",
             "redactions:write", "disposals:read", "disposals:write"},
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
