"""What every API view starts from: who calls, and pages by cursor.

Apart from config/api.py because REST framework imports these while it loads its own views.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from rest_framework import authentication, exceptions, pagination
from rest_framework.request import Request

from agencies.models import User


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


class SessionAuthentication(authentication.SessionAuthentication):
    """A signed-in browser; CSRF applies. `Bearer` comes first, so a missing sign-in is 401."""


class Pages(pagination.CursorPagination):
    """Pages by cursor: stable while rows are added."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = "id"
