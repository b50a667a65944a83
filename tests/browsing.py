"""What the session of somebody who has just signed in holds."""

from __future__ import annotations

import time
import uuid

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY


def just_signed_in(user_id: uuid.UUID, seconds_ago: float = 0) -> dict[str, object]:
    """What allauth notes of a password that was entered."""
    record = {"method": "password", "at": time.time() - seconds_ago}
    return {
        AUTHENTICATION_METHODS_SESSION_KEY: [record],
        "account_authentication_methods_user": str(user_id),
    }
