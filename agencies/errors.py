"""Refusals as pages, each with what to do next. They render outside any persona."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from agencies import audit
from agencies.workflow import NotAllowed, Stale


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A refusal is an event too: on the service's own chain, since the persona has been left."""
    audit.record_identity("access.denied", request.user.pk)
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    sentence = "The page was open for a long time, or cookies are off. Go back, reload, try again."
    return render(request, "403.html", {"reason": sentence}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)


class RefusalMiddleware:
    """The states that Django has no handler for: 409, 412, and 503 when the cache is away.

    Sits outside TenantMiddleware, whose process_exception has rolled back by then.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NotAllowed):
            return render(request, "409.html", {"reason": str(error)}, status=409)
        if isinstance(error, Stale):
            return render(request, "412.html", {"reason": str(error)}, status=412)
        if isinstance(error, RedisConnectionError | RedisTimeoutError):
            return render(request, "503.html", status=503)
        return None
