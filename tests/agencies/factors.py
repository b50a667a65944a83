"""An authenticator app and a signed-in person with one, for tests."""

from __future__ import annotations

import re
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from agencies.actions import factors
from agencies.models import FactorReset, Membership, User

PASSWORD = "seven green kettles"


def lose(member: Membership, *, by: Membership) -> FactorReset:
    """One officer has asked for the removal of what the member lost."""
    return factors.request(member, by=by)


def code_of(secret: str) -> str:
    """What an app shows now; waits for the next code where this one is about to go."""
    if time.time() % 30 > 26:
        time.sleep(30 - time.time() % 30)
    return format_hotp_value(hotp_value(secret, int(time.time() // 30)))


def forget_used_codes(user: User) -> None:
    """As if the half minute in which a code cannot be used again had passed."""
    cache.delete_many(list(_used_keys(user)))


def _used_keys(user: User) -> list[str]:
    return [f"allauth.mfa.totp.used?user={user.pk}&code={code_now}" for code_now in _codes]


_codes: list[str] = []


def set_up_app(client: Client) -> str:
    """Through the pages; returns the key that stands on the page."""
    page = client.get("/accounts/security/app/").text
    found = re.search(r'app-key">([A-Z2-7 ]+)<', page)
    assert found, page
    secret = found.group(1).replace(" ", "")
    code = code_of(secret)
    _codes.append(code)
    answer = client.post("/accounts/security/app/", {"code": code})
    assert answer.headers.get("Location") == "/accounts/security/codes/", answer.text
    return secret
