"""Who else has the form of a clause open: a hint that passes by itself.

It lies in the shared cache and nowhere else: no row, no event. Nothing depends on it, so where the
cache is away there is no hint, and the log says so once an outage.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.utils.text import get_text_list
from redis.client import Pipeline
from redis.exceptions import RedisError

from agencies.limits import ASK_AGAIN_AFTER, store
from agencies.models import Membership
from assessments.models import Answer

log = structlog.get_logger(__name__)

MINUTES = 5
KEPT = MINUTES * 60
SENTENCE = (
    "{who} opened or changed this answer in the last {minutes} minutes and may be editing it now. "
    "This is only a hint: you can write too, and nothing is overwritten."
)


class _Board:
    """Asks the cache, unless it was away a moment ago: a page never waits for a hint twice."""

    def __init__(self) -> None:
        self.away_until = 0.0

    def ask(self, fill: Callable[[Pipeline], Any]) -> list[Any]:
        """The answers to what `fill` asks; none while the cache is away."""
        if time.monotonic() < self.away_until:
            return []
        try:
            with store().pipeline(transaction=False) as pipe:
                fill(pipe)
                return pipe.execute()
        except RedisError as error:
            self.away_until = time.monotonic() + ASK_AGAIN_AFTER
            log.warning("presence.is_off", error=type(error).__name__)
            return []


board = _Board()


def edit(answer: Answer, *, by: Membership) -> str:
    """Note that `by` has the form open; returns who else has, in words, or ""."""
    key, now = _key(answer, by), time.time()

    def fill(pipe: Pipeline) -> None:
        pipe.zadd(key, {f"{by.pk}:{by.display_name}": now})
        pipe.zremrangebyscore(key, "-inf", now - KEPT)
        pipe.expire(key, KEPT)
        pipe.zrange(key, 0, -1)

    entries = [entry.decode().partition(":") for entry in (board.ask(fill) or [[]])[-1]]
    others = sorted({name for pk, _, name in entries if pk != str(by.pk)})
    who = get_text_list(others, "and")
    return SENTENCE.format(who=who, minutes=MINUTES) if others else ""


def leave(answer: Answer, *, by: Membership) -> None:
    """`by` has saved and gone on."""
    board.ask(lambda pipe: pipe.zrem(_key(answer, by), f"{by.pk}:{by.display_name}"))


def _key(answer: Answer, by: Membership) -> str:
    """Of one agency: an answer is found only by its own people, and its key holds them too."""
    return f"{settings.REDIS_PREFIX}:editing:{by.agency_id}:{answer.pk}"
