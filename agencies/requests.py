"""A request as the middlewares of this service leave it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

from django.http import HttpRequest

from agencies.models import Membership


class TenantRequest(HttpRequest):
    """What TenantMiddleware and BearerTokenMiddleware add to Django's request."""

    membership: Membership | None
    api_token: dict[str, Any] | None
    tenant_scope: ExitStack | None


def leave_scope(request: Any, error: BaseException) -> None:
    """Roll the tenant transaction back now and step out of the persona, if one is open."""
    scope, request.tenant_scope = getattr(request, "tenant_scope", None), None
    if scope is not None:
        scope.__exit__(type(error), error, error.__traceback__)
