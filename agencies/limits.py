"""How much the API takes in a minute: from one caller, and from all callers of an agency.

Counted in the shared cache, before a body is read. When the cache is away nothing is limited:
people's work goes on, and the log says so once an outage (ADR 0014).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import structlog
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.http import HttpResponse
from redis import Redis
from redis.exceptions import RedisError

from agencies.errors import refuse
from agencies.hats import SESSION_KEY
from agencies.requests import TenantRequest

log = structlog.get_logger(__name__)

WINDOW = 60  # seconds
ASK_AGAIN_AFTER = 10  # seconds without asking a cache that was away
SENTENCE = (
    "This is more than {limit} requests a minute, the most that {who} may send. "
    "Wait {seconds} seconds, then go on."
)


def now() -> int:
    """Seconds, by the clock that all web processes share."""
    return int(time.time())


@dataclass(frozen=True)
class Allowance:
    """What is left of one limit in this minute."""

    name: str
    who: str
    limit: int
    used: int

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.used)

    @property
    def is_spent(self) -> bool:
        return self.used > self.limit


class ApiLimitMiddleware:
    """After the token is known, before the body is read. Every answer of the API carries what is
    left of the tighter limit."""

    def __init__(self, get_response: Callable[[TenantRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.away_until = 0.0

    def __call__(self, request: TenantRequest) -> HttpResponse:
        if not request.path_info.startswith("/api/"):
            return self.get_response(request)
        seconds = WINDOW - now() % WINDOW
        allowances = self._count(request)
        spent = next((one for one in allowances if one.is_spent), None)
        if spent:
            sentence = SENTENCE.format(limit=spent.limit, who=spent.who, seconds=seconds)
            response = refuse(request, 429, sentence)
            response["Retry-After"] = str(seconds)
        else:
            response = self.get_response(request)
        if allowances:
            _tell(response, allowances, seconds)
        return response

    def _count(self, request: TenantRequest) -> list[Allowance]:
        if time.monotonic() < self.away_until:
            return []
        try:
            return _counted(request)
        except RedisError as error:
            self.away_until = time.monotonic() + ASK_AGAIN_AFTER
            log.warning("api.limits_are_off", error=type(error).__name__)
            return []


def _counted(request: TenantRequest) -> list[Allowance]:
    minute = now() // WINDOW
    asked = _asked(request)
    with store().pipeline(transaction=False) as pipe:
        for name, whose, _who, _limit in asked:
            key = f"{settings.REDIS_PREFIX}:api:{name}:{whose}:{minute}"
            pipe.incr(key)
            pipe.expire(key, 2 * WINDOW)
        counts = pipe.execute()[::2]
    return [
        Allowance(name, who, limit, used)
        for (name, _whose, who, limit), used in zip(asked, counts, strict=True)
    ]


def _asked(request: TenantRequest) -> list[tuple[str, str, str, int]]:
    """(name, whose, in words, limit) of each limit that counts this request."""
    if not request.user.is_authenticated:
        address = get_adapter().get_client_ip(request)
        return [("address", address, "one address", settings.API_CALLS_OF_STRANGERS)]
    token = request.api_token
    caller = str(token["id"]) if token else str(request.user.pk)
    agency = str(token["agency_id"]) if token else request.session.get(SESSION_KEY)
    asked = [("caller", caller, "one caller", settings.API_CALLS_OF_ONE)]
    if agency:
        asked.append(("agency", agency, "one agency", settings.API_CALLS_OF_AGENCY))
    return asked


@cache
def store() -> Redis:
    """The shared cache, for what may be missing: it is never waited for long."""
    return Redis.from_url(
        settings.REDIS_URL, socket_connect_timeout=0.2, socket_timeout=0.2, retry=None
    )


def _tell(response: HttpResponse, allowances: list[Allowance], seconds: int) -> None:
    tightest = min(allowances, key=lambda one: one.remaining)
    response["RateLimit-Limit"] = str(tightest.limit)
    response["RateLimit-Remaining"] = str(tightest.remaining)
    response["RateLimit-Reset"] = str(seconds)
    response["RateLimit-Policy"] = ", ".join(
        f'"{one.name}";q={one.limit};w={WINDOW}' for one in allowances
    )
