"""How allauth treats work accounts here: never joined by an address, never a sign-up by itself."""

from __future__ import annotations

import re
from typing import Any, NoReturn

import structlog
from allauth.account.adapter import get_adapter as account_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from agencies import audit
from agencies.actions.work_accounts import Subject, sign_up
from agencies.hats import wear_hat
from agencies.models import User
from agencies.workflow import NotAllowed

log = structlog.get_logger(__name__)
INVITATION = re.compile(r"/invitation/([A-Za-z0-9_-]{43})/")
EVENTS = {"socialaccount/email/account_connected": "user.work_account_connect"}


class WorkAccountAdapter(DefaultSocialAccountAdapter):
    def populate_user(self, request: HttpRequest, sociallogin: Any, data: Any) -> Any:
        """Nothing the issuer tells is stored but the subject; the rest is used now or never."""
        sociallogin.claims = sociallogin.account.extra_data.get("id_token", {})
        sociallogin.account.extra_data = {}
        return super().populate_user(request, sociallogin, data)

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        if sociallogin.is_existing and sociallogin.state.get("process") == "login":
            self._count_factor(request, sociallogin, sociallogin.user)

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> NoReturn:
        """Nobody is known by this subject: there must be an invitation to accept."""
        raise ImmediateHttpResponse(self._welcome(request, sociallogin))

    def get_connect_redirect_url(self, request: HttpRequest, socialaccount: Any) -> str:
        return reverse("mfa_index")

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: Any = None,
    ) -> NoReturn:
        """The person gets a page; why it did not work is for whoever runs the service."""
        log.warning("work_account_failed", error=str(error), reason=str(exception or "")[:300])
        raise ImmediateHttpResponse(render(request, "socialaccount/failed.html", status=401))

    def send_notification_mail(self, prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """allauth calls this with every change."""
        audit.record_identity(EVENTS[prefix], user.pk)
        super().send_notification_mail(prefix, user, *args, **kwargs)

    def _welcome(self, request: Any, sociallogin: Any) -> HttpResponse:
        found = INVITATION.fullmatch(sociallogin.state.get("next", ""))
        if not found:
            audit.record_identity("user.work_account_unknown")
            return render(request, "socialaccount/unknown.html", status=403)
        try:
            user, agency_id = sign_up(found.group(1), subject=_subject(sociallogin))
        except NotAllowed as refusal:
            context = {"reason": str(refusal)}
            return render(request, "socialaccount/unknown.html", context, status=409)
        record_authentication(request, user, "socialaccount")
        self._count_factor(request, sociallogin, user)
        account_adapter().login(request, user)
        wear_hat(request, agency_id)
        return redirect("home")

    def _count_factor(self, request: HttpRequest, sociallogin: Any, user: User) -> None:
        if settings.OIDC_MFA_COUNTS and "mfa" in sociallogin.claims.get("amr", []):
            record_authentication(request, user, "mfa", type="work_account")


def _subject(sociallogin: Any) -> Subject:
    address = next(iter(sociallogin.email_addresses), None)
    return Subject(
        provider=sociallogin.account.provider,
        uid=sociallogin.account.uid,
        email=address.email if address else "",
        has_verified_email=bool(address and address.verified is True),
    )
