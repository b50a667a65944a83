"""Sessions in the database; a key that we never gave out is no key."""

from __future__ import annotations

import re

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

KEY = re.compile(r"[a-z0-9]{32}")


class SessionStore(DatabaseStore):
    """PostgreSQL refuses some characters that a cookie can carry, so they never reach it."""

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key and KEY.fullmatch(key))
