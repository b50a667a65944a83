"""The second factor: whether it is asked for, whether this session used it, and its secrets."""

from __future__ import annotations

import base64
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from agencies.errors import refuse
from agencies.models import User

MAIN = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
FREE = ("/accounts/", "/help/", "/healthz", "/static/", "/invitation/")
FIRST = "Set up a second factor first: sign in with a browser and open “Security”."


def keys() -> MultiFernet:
    """The first key encrypts, all of them decrypt."""
    raw = [bytes.fromhex(key) for key in settings.MFA_KEYS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in raw])


class Adapter(DefaultMFAAdapter):
    """allauth keeps secrets as they are unless it is told otherwise here."""

    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not right, or it has been used. Wait for the next one",
        "cannot_delete_authenticator": "This is your only second factor. Set up another one first",
        "cannot_generate_recovery_codes": "Set up an app or a security key first",
    }

    def encrypt(self, text: str) -> str:
        return keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return keys().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        others = main_factors(authenticator.user).exclude(pk=authenticator.pk)
        return not settings.MFA_REQUIRED or others.exists()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """From SERVICE_URL: a forged Host header must not choose whom a key answers."""
        name = urlsplit(settings.SERVICE_URL).hostname or "localhost"
        return {"id": name, "name": settings.SERVICE_NAME}


def main_factors(user: Any) -> Any:
    """Apps and security keys; recovery codes alone are no factor."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=MAIN)


def is_used(request: HttpRequest) -> bool:
    """Whether this session has shown a second factor. Reads the session alone."""
    records = get_authentication_records(request, _of(request))
    return any(record["method"] == "mfa" for record in records)


def note_use(request: HttpRequest, kind: str) -> None:
    """A factor that was just set up has been shown."""
    record_authentication(request, request.user, "mfa", type=kind, reauthenticated=True)


class SecondFactorStage(AuthenticateStage):
    """Asked for at sign-in, unless the work account's own factor was shown and counts."""

    def _should_handle(self, request: HttpRequest) -> bool:
        records = get_authentication_records(request, self.login.user)
        has_shown = any(record["method"] == "mfa" for record in records)
        return not has_shown and bool(super()._should_handle(request))


def _of(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


class SecondFactorMiddleware:
    """MFA_REQUIRED: nobody gets anywhere without. Before the tenant transaction.

    A bearer token is a factor of its own kind: made by somebody who had shown theirs.
    """

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> HttpResponse:
        if not settings.MFA_REQUIRED or request.api_token or request.path_info.startswith(FREE):
            return self._go_on(request)
        if not request.user.is_authenticated or is_used(request):
            return self._go_on(request)
        return self._lead(request)

    def _go_on(self, request: Any) -> HttpResponse:
        response: HttpResponse = self.get_response(request)
        return response

    def _lead(self, request: Any) -> HttpResponse:
        if request.path_info.startswith("/api/"):
            return refuse(request, 403, FIRST)
        if main_factors(request.user).exists():
            query = urlencode({"next": request.get_full_path()})
            return redirect(f"{reverse('mfa_reauthenticate')}?{query}")
        return redirect("mfa_index")
