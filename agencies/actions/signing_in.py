"""Ending sessions. Outside any persona: sessions are in the identity plane."""

from __future__ import annotations

import uuid

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet

from agencies import audit
from agencies.models import User


@transaction.atomic
def end_session(session: UserSession, *, by: User) -> None:
    """Sign this one browser of the person out. The session is one of theirs."""
    _end(UserSession.objects.filter(pk=session.pk, user_id=by.pk), by.pk)


@transaction.atomic
def end_other_sessions(*, keep: str | None, by: User) -> int:
    """Sign the person out everywhere but in the session with the key `keep`."""
    return _end(UserSession.objects.filter(user_id=by.pk).exclude(session_key=keep or ""), by.pk)


def _end(sessions: QuerySet[UserSession], user_id: uuid.UUID) -> int:
    keys = list(sessions.values_list("session_key", flat=True))
    if keys:
        Session.objects.filter(session_key__in=keys).delete()
        UserSession.objects.filter(session_key__in=keys).delete()
        audit.record_identity("user.end_session", user_id)
    return len(keys)
