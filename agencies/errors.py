"""Refusals, each with what to do next: a page, or problem details where the API was asked.

They are made outside any persona.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from psycopg.errors import DeadlockDetected, InsufficientPrivilege
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from agencies import audit
from agencies.permissions import NOT_THE_SCHEMES
from agencies.uploads import most_megabytes
from agencies.workflow import NotAllowed, Stale

CROSSED = "Somebody else was changing this at the same moment. Try again."
TITLES = {
    400: "Not acceptable as sent",
    401: "Sign in first",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    406: "Not available in that form",
    409: "Not possible now",
    412: "Somebody saved first",
    413: "Too large",
    415: "Content type not supported",
    422: "Key used for something else",
    428: "Version missing",
    429: "Too many requests",
    500: "Our fault",
    503: "Not available for the moment",
    507: "No room left",
}
DETAILS = {
    400: "This could not be read.",
    404: "There is nothing here, or it is not your agency's.",
    413: "A file may have up to {megabytes} MB. Nothing was stored.",
    500: "Something went wrong on our side. Nothing was stored.",
    503: "Something this needs does not answer. Try again in a minute.",
}


def problem_body(code: int, detail: str = "") -> dict[str, Any]:
    """RFC 9457 problem details."""
    title = TITLES.get(code, "Refused")
    detail = detail or DETAILS.get(code, "").format(megabytes=most_megabytes())
    return {"type": "about:blank", "title": title, "status": code, "detail": detail}


def refuse(request: HttpRequest, code: int, reason: str = "") -> HttpResponse:
    """The refusal in the form that was asked for. `reason` is a sentence for the reader."""
    if request.path_info.startswith("/api/"):
        body = problem_body(code, reason)
        return JsonResponse(body, status=code, content_type="application/problem+json")
    return render(request, f"{code}.html", {"reason": reason}, status=code)


def too_much() -> str:
    """For a body that holds no file."""
    megabytes = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024**2
    return f"Without a file, up to {megabytes} MB can be sent at once. Nothing was stored."


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return refuse(request, 413, too_much())
    return refuse(request, 400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A refusal is an event too: on the service's own chain, since the persona has been left."""
    audit.record_identity("access.denied", request.user.pk)
    return refuse(request, 403, str(exception))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    sentence = "The page was open for a long time, or cookies are off. Go back, reload, try again."
    return refuse(request, 403, sentence)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return refuse(request, 404)


def broken(request: HttpRequest) -> HttpResponse:
    return refuse(request, 500)


class RefusalMiddleware:
    """The states that Django has no handler for: 409, 412, 503 when the cache is away, and 403
    when the scheme's people ask for an agency's page: it is the database that stops them.

    Sits outside TenantMiddleware, whose process_exception has rolled back by then.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, NotAllowed):
            return refuse(request, 409, str(error))
        if isinstance(error, Stale):
            return refuse(request, 412, str(error))
        if isinstance(error.__cause__, DeadlockDetected):
            return refuse(request, 409, CROSSED)
        if isinstance(error.__cause__, InsufficientPrivilege) and _acts_for_scheme(request):
            return forbidden(request, PermissionDenied(NOT_THE_SCHEMES))
        if isinstance(error, RedisConnectionError | RedisTimeoutError):
            return refuse(request, 503)
        return None


def _acts_for_scheme(request: HttpRequest) -> bool:
    by = getattr(request, "membership", None)
    return by is not None and by.agency.is_scheme
