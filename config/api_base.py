"""What every API view starts from: who calls, and what may be sent.

Apart from config/api.py because REST framework imports these while it loads its own views.
"""

from __future__ import annotations

import json
from typing import Any

from rest_framework import authentication, exceptions, parsers, permissions
from rest_framework.request import Request

from agencies.models import User
from agencies.reauthentication import is_fresh
from config.api_scopes import PROVE, SENSITIVE, refusal


class BearerAuthentication(authentication.BaseAuthentication):
    """Reads what BearerTokenMiddleware resolved; tokens are judged nowhere else."""

    def authenticate(self, request: Request) -> tuple[User, Any] | None:
        token = getattr(request._request, "api_token", None)
        if token is None:
            if request.headers.get("Authorization", "").lower().startswith("bearer "):
                raise exceptions.AuthenticationFailed("This token is unknown, expired or revoked.")
            return None
        return request._request.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


class SessionAuthentication(authentication.SessionAuthentication):
    """A signed-in browser; CSRF applies. `Bearer` comes first, so a missing sign-in is 401."""


class HasScope(permissions.BasePermission):
    """A token is asked for its scope, a browser for a fresh proof where the step is sensitive.

    Both stand in config/api_scopes.py; what somebody may do is asked in actions. A method that
    the address does not have goes on to its 405.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.method not in view.allowed_methods:
            return True
        match = request._request.resolver_match
        name = match.url_name if match else ""  # a view that is called by itself
        token = getattr(request._request, "api_token", None)
        if token is None:
            if request.method in SENSITIVE.get(name, ()) and not is_fresh(request._request):
                raise exceptions.PermissionDenied(PROVE)
            return True
        if reason := refusal(name, request.method, token["scopes"]):
            raise exceptions.PermissionDenied(reason)
        return True


class JSONParser(parsers.JSONParser):
    """What Python cannot hold or UTF-8 cannot say is refused before anything reads it."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            data = super().parse(*args, **kwargs)
            json.dumps(data, ensure_ascii=False).encode()
        except (RecursionError, UnicodeEncodeError) as error:
            raise exceptions.ParseError("Send JSON in UTF-8, not nested this deep.") from error
        return data
