"""Tokens and machine accounts as tests make and use them."""

from __future__ import annotations

import uuid

from django.test import Client

from agencies.actions import tokens
from agencies.models import ApiToken, Membership
from agencies.permissions import Role
from agencies.scopes import Scope
from agencies.tokens import sha256
from tests.conftest import acting, owner

READ = [Scope.ASSESSMENTS_READ]
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


def token_form(**other) -> dict:
    key = str(uuid.uuid4())
    return {"name": "Push", "scopes": ["assessments:read"], "days": "90", "form_key": key, **other}
