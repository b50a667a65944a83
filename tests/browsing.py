"""A browser for tests, and what the session of somebody who has just signed in holds."""

from __future__ import annotations

import itertools
import os
import time
import uuid

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.test import Client

_number = itertools.count(1)


def visitor() -> Client:
    """A browser at an address of its own, so that rate limits of tests do not meet."""
    number = next(_number)
    octets = [10, os.getpid() % 250, number // 250 % 250, number % 250]
    return Client(REMOTE_ADDR=".".join(map(str, octets)))


def just_signed_in(user_id: uuid.UUID, seconds_ago: float = 0) -> dict[str, object]:
    """What allauth notes of a password that was entered."""
    record = {"method": "password", "at": time.time() - seconds_ago}
    return {
        AUTHENTICATION_METHODS_SESSION_KEY: [record],
        "account_authentication_methods_user": str(user_id),
    }
