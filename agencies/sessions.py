"""Sessions in the database: they end when nobody uses them, and after a day's work in any case.

Loading a session moves its end, at most once a minute: an ordinary request writes nothing.
"""

from __future__ import annotations

import datetime
import re
import time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.sessions.models import Session

KEY = re.compile(r"[a-z0-9]{32}")
BEGAN, IDLE = "_began", "_idle"
COARSE = datetime.timedelta(seconds=60)


class SessionStore(DatabaseStore):
    """PostgreSQL refuses some characters that a cookie can carry, so they never reach it."""

    def _validate_session_key(self, key: str | None) -> bool:
        return bool(key and KEY.fullmatch(key))

    def load(self) -> dict[str, Any]:
        row = self._get_session_from_db()  # type: ignore[attr-defined]  # not in the stubs
        data: dict[str, Any] = self.decode(row.session_data) if row else {}
        if row is None:
            return data
        lasts = _lasts(data)
        if lasts <= datetime.timedelta(0):
            self.delete(row.session_key)
            self._session_key = None
            return {}
        end = timezone.now() + lasts
        if end - row.expire_date > COARSE:
            self.model.objects.filter(pk=row.pk).update(expire_date=end)
        return data

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        data.setdefault(BEGAN, time.time())
        row = super().create_model_instance(data)
        row.expire_date = timezone.now() + max(_lasts(data), datetime.timedelta(0))
        return row

    def cycle_key(self) -> None:
        """The list of a person's sessions follows the new key."""
        from allauth.usersessions.models import UserSession

        before = self.session_key
        super().cycle_key()
        if before:
            UserSession.objects.filter(session_key=before).update(session_key=self.session_key)


def begin(session: SessionBase) -> None:
    """Somebody signed in: the twelve hours count from now."""
    session[BEGAN] = time.time()


def limit_idle(session: SessionBase, *, is_staff: bool) -> None:
    """The scheme's staff see many agencies: their sessions end sooner when nobody uses them."""
    if is_staff and session.get(IDLE) != settings.SESSION_STAFF_IDLE_SECONDS:
        session[IDLE] = settings.SESSION_STAFF_IDLE_SECONDS


def last_seen(row: Session) -> datetime.datetime:
    """When the session of this row was last used, to the minute."""
    idle = SessionStore().decode(row.session_data).get(IDLE, settings.SESSION_IDLE_SECONDS)
    return row.expire_date - datetime.timedelta(seconds=idle)


def _lasts(data: dict[str, Any]) -> datetime.timedelta:
    """For how long from now it lasts without a request; nothing when its time is over."""
    age = time.time() - data.get(BEGAN, 0)
    idle = data.get(IDLE, settings.SESSION_IDLE_SECONDS)
    return datetime.timedelta(seconds=min(idle, settings.SESSION_COOKIE_AGE - age))
