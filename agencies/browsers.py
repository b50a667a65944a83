"""A person's sessions, in words they know them by."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from agencies.models import User
from agencies.sessions import last_seen

# The first that is found counts: most browsers name others too.
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
            ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
           ("Mac OS", "Mac"), ("Linux", "Linux"))  # fmt: skip


@dataclass(frozen=True)
class Seat:
    """One browser in which the person is signed in."""

    pk: int
    browser: str
    address: str
    since: datetime.datetime
    seen: datetime.datetime
    is_current: bool


def seats_of(user: User, *, current: str | None) -> list[Seat]:
    """Where the person is signed in, this browser first, then by the last use."""
    known = {one.session_key: one for one in UserSession.objects.filter(user_id=user.pk)}
    alive = Session.objects.filter(session_key__in=known, expire_date__gt=timezone.now())
    seats = [
        Seat(
            pk=known[row.session_key].pk,
            browser=in_words(known[row.session_key].user_agent),
            address=known[row.session_key].ip,
            since=known[row.session_key].created_at,
            seen=last_seen(row),
            is_current=row.session_key == current,
        )
        for row in alive
    ]
    return sorted(seats, key=lambda seat: (seat.is_current, seat.seen), reverse=True)


def in_words(user_agent: str) -> str:
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "Another browser")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser
