"""The order of a request: session, user, bearer token, body, tenant transaction, view."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import ExitStack

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.shortcuts import redirect

from agencies.errors import refuse, too_much
from agencies.hats import choose_hat, forget_hat
from agencies.models import Membership, User
from agencies.requests import TenantRequest, leave_scope
from agencies.sessions import limit_idle
from agencies.tenancy import acting_for
from agencies.tokens import API_TOKEN, sha256

GetResponse = Callable[[TenantRequest], HttpResponse]
# The identity plane and public pages: no persona, so no tenant table can be read.
OUTSIDE = ("/accounts/", "/switch/", "/invitation/", "/healthz", "/help/", "/static/")
API = "/api/"
TOKEN_NAMES = {"token", "access_token", "api_token", "api_key", "apikey", "bearer"}
IN_ADDRESS = (
    "Send the token in the Authorization header, never in an address: addresses are kept in logs. "
    "If this was a real token, revoke it now on the page API tokens and make another."
)
# Times a file's limit: up to here a form with too large a file comes back with what was typed.
REQUEST_LIMIT = 4


class PrivateHeadersMiddleware:
    """Nothing is cached anywhere, and signing out clears what the browser kept."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: TenantRequest) -> HttpResponse:
        response = self._answer(request)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=()"
        )
        if request.path_info == "/accounts/logout/" and request.method == "POST":
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response

    def _answer(self, request: TenantRequest) -> HttpResponse:
        """A program that was led on to https would send its token in clear again next time; and
        a database refuses to look for anything with a NUL in it."""
        if "\0" in request.path_info:
            return refuse(request, 404)
        if settings.IS_SECURE and request.path_info.startswith(API) and not request.is_secure():
            return refuse(request, 403, "The API answers over https only.")
        return self.get_response(request)


class BearerTokenMiddleware:
    """`Authorization: Bearer …` on the API only. A token that is not in force sets nothing.

    A token in an address is refused whatever it is worth: addresses are kept in logs and histories.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: TenantRequest) -> HttpResponse:
        request.api_token = None
        if request.path_info.startswith(API):
            if _has_token_in_address(request):
                return refuse(request, 400, IN_ADDRESS)
            scheme, _, token = request.headers.get("Authorization", "").partition(" ")
            if scheme.lower() == "bearer":
                self._resolve(request, token.strip())
        return self.get_response(request)

    def _resolve(self, request: TenantRequest, token: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM ctx.resolve_token(%s)", [sha256(token)])
            row = cursor.fetchone()
        if row:
            token_id, user_id, agency_id, scopes = row
            request.user = User.objects.get(pk=user_id)
            request.api_token = {"id": token_id, "agency_id": agency_id, "scopes": scopes}


def _has_token_in_address(request: TenantRequest) -> bool:
    return any(
        name.lower() in TOKEN_NAMES or API_TOKEN.search(value)
        for name, values in request.GET.lists()
        for value in values
    )


class UploadMiddleware:
    """Reads the body before the tenant transaction opens: a slow upload holds nothing open."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: TenantRequest) -> HttpResponse:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        is_file = (request.content_type or "") == "multipart/form-data"
        if request.path_info.startswith(API) and not is_file:
            if length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
                return refuse(request, 413, too_much())
        elif is_file:
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
        if not request.api_token:
            limit_idle(request.session, is_staff=member.agency.is_scheme)
        response = self.get_response(request)
        if response.status_code >= 500 and request.tenant_scope is not None:
            transaction.set_rollback(True)
        return response

    def process_exception(self, request: TenantRequest, exception: Exception) -> None:
        """Roll back at once; the error page renders outside the persona."""
        leave_scope(request, exception)
