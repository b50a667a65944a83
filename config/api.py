"""The API's one router, its authentication, and the one place where errors become problems."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions, pagination, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.models import User
from agencies.workflow import NotAllowed, Stale



class BearerAuthentication(authentication.BaseAuthentication):
    """Reads what BearerTokenMiddleware resolved; tokens are looked up nowhere else."""

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        token = getattr(request._request, "api_token", None)
        if token is None:
            if request.headers.get("Authorization", "").lower().startswith("bearer "):
                raise exceptions.AuthenticationFailed("This token is unknown, expired or revoked.")
            return None
        if request.method not in ("GET", "HEAD", "OPTIONS") and not token["can_write"]:
            raise PermissionDenied("This token may only read.")
        return request._request.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "config.api.BearerAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class SessionAuthentication(authentication.SessionAuthentication):
    """A signed-in browser; CSRF applies. `Bearer` comes first, so a missing sign-in is 401."""


class Pages(pagination.CursorPagination):
    """Pages by cursor: stable while rows are added."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = "id"


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """RFC 9457 problem details for every refusal; anything else is a 500 and rolls back."""
    from rest_framework import views  # that module imports this one

    found = _own(error) or _framework(error, context)
    if found is None:
        return None
    code, detail, extra, headers = found
    views.set_rollback()
    body = {"type": "about:blank", "title": _title(code), "status": code, "detail": detail}
    return Response(
        body | extra, status=code, headers=headers, content_type="application/problem+json"
    )


Found = tuple[int, str, dict[str, Any], dict[str, str]]


def _own(error: Exception) -> Found | None:
    if isinstance(error, ValidationError):
        detail = "Some of what was sent cannot be accepted."
        return 400, detail, {"errors": serializers.as_serializer_error(error)}, {}
    if isinstance(error, PermissionDenied):
        return 403, str(error) or "You may not do this.", {}, {}
    if isinstance(error, Http404):
        return 404, "There is nothing here, or it is not your agency's.", {}, {}
    if isinstance(error, NotAllowed):
        return 409, str(error), {}, {}
    if isinstance(error, Stale):
        return 412, str(error), {"current": error.current, "yours": dict(error.ours)}, {}
    return None


def _framework(error: Exception, context: dict[str, Any]) -> Found | None:
    from rest_framework import views

    response = views.exception_handler(error, context)
    if response is None:
        return None
    headers = {k: v for k, v in response.items() if k in ("WWW-Authenticate", "Retry-After")}
    if isinstance(error, exceptions.ValidationError):
        detail = "Some of what was sent cannot be accepted."
        return response.status_code, detail, {"errors": error.detail}, headers
    detail = str(getattr(error, "detail", error))
    return response.status_code, detail, {}, headers


class PreconditionRequired(exceptions.APIException):
    """A change that does not say which version it saw."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = "Send If-Match with the ETag of the version you saw."


def _title(code: int) -> str:
    return {
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
        428: "Version missing",
        429: "Too many requests",
    }.get(code, "Refused")
