"""The order of a request: session, user, bearer token, body, tenant transaction, view."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from contextlib import ExitStack

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.shortcuts import redirect

from agencies.errors import refuse
from agencies.hats import choose_hat, forget_hat
from agencies.models import Membership, User
from agencies.requests import TenantRequest, leave_scope
from agencies.tenancy import acting_for

GetResponse = Callable[[TenantRequest], HttpResponse]
# The identity plane and public pages: no persona, so no tenant table can be read.
OUTSIDE = ("/accounts/", "/switch/", "/invitation/", "/healthz", "/help/", "/static/")
# Times a file's limit: up to here a form with too large a file comes back with what was typed.
REQUEST_LIMIT = 4


class PrivateHeadersMiddleware:
    """Nothing is cached anywhere, and signing out clears what the browser kept."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: TenantRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"
        )
        if request.path_info == "/accounts/logout/" and request.method == "POST":
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


class BearerTokenMiddleware:
    """`Authorization: Bearer …` on the API only. A token that is not in force sets nothing."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: TenantRequest) -> HttpResponse:
        request.api_token = None
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if request.path_info.startswith("/api/") and scheme.lower() == "bearer":
            self._resolve(request, token.strip())
            if request.api_token and not self._may(request):
                return refuse(request, 403, "This token may only read.")
        return self.get_response(request)

    def _may(self, request: TenantRequest) -> bool:
        is_reading = request.method in ("GET", "HEAD", "OPTIONS")
        return is_reading or bool(request.api_token and request.api_token["can_write"])

    def _resolve(self, request: TenantRequest, token: str) -> None:
        hashed = hashlib.sha256(token.encode()).hexdigest()
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM ctx.resolve_token(%s)", [hashed])
            row = cursor.fetchone()
        if row:
            token_id, user_id, agency_id, can_write = row
            request.user = User.objects.get(pk=user_id)
            request.api_token = {"id": token_id, "agency_id": agency_id, "can_write": can_write}


class UploadMiddleware:
    """Reads the body before the tenant transaction opens: a slow upload holds nothing open."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: TenantRequest) -> HttpResponse:
        if (request.content_type or "") == "multipart/form-data":
            length = int(request.META.get("CONTENT_LENGTH") or 0)
            if length > REQUEST_LIMIT * settings.UPLOAD_MAX_BYTES:
                return refuse(request, 413)
            if request.user.is_authenticated:
                request.POST  # noqa: B018 - parses and spools the files
        return self.get_response(request)


class TenantMiddleware:
    """Innermost. The view and its template run in one transaction as r_agency, for one agency."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: TenantRequest) -> HttpResponse:
        request.membership = request.tenant_scope = None
        if request.path_info.startswith(OUTSIDE) or not request.user.is_authenticated:
            return self.get_response(request)
        agency_id = choose_hat(request)
        if agency_id is None:
            return redirect("agencies:switch")
        with ExitStack() as scope:
            member = self._enter(scope, request, agency_id)
            if member is None:
                scope.close()
                forget_hat(request)
                return redirect("agencies:switch")
            return self._respond(request, scope, member)

    def _enter(
        self, scope: ExitStack, request: TenantRequest, agency_id: uuid.UUID
    ) -> Membership | None:
        return scope.enter_context(acting_for(agency_id, realm="agency", user_id=request.user.pk))

    def _respond(
        self, request: TenantRequest, scope: ExitStack, member: Membership
    ) -> HttpResponse:
        request.membership, request.tenant_scope = member, scope
        response = self.get_response(request)
        if response.status_code >= 500 and request.tenant_scope is not None:
            transaction.set_rollback(True)
        return response

    def process_exception(self, request: TenantRequest, exception: Exception) -> None:
        """Roll back at once; the error page renders outside the persona."""
        leave_scope(request, exception)
