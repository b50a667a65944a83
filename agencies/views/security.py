"""Security of one's sign-in: factors, recovery codes, confirming who is there. Identity plane.

The steps are allauth's; here each gets its event, a new session key where one stepped up, and
our own page.
"""

from __future__ import annotations

from typing import Any

from allauth.account import views as account_views
from allauth.account.adapter import get_adapter
from allauth.mfa.base import views as mfa_views
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as code_views
from allauth.mfa.totp import views as totp_views
from allauth.mfa.webauthn import views as key_views
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.openid_connect import views as oidc_views
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.views.generic import TemplateView
from requests import RequestException

from agencies import audit
from agencies.actions import work_accounts
from agencies.actions.signing_in import end_other_sessions
from agencies.reauthentication import Reauthenticated
from agencies.second_factor import Adapter, is_used, main_factors, note_use
from agencies.views.base import PostView


class Security(TemplateView):
    template_name = "account/security.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = list(Authenticator.objects.filter(user=self.request.user).order_by("created_at"))
        by_type = {one.type: one.wrap() for one in found}
        codes = by_type.get(Authenticator.Type.RECOVERY_CODES)
        return super().get_context_data(
            app=by_type.get(Authenticator.Type.TOTP),
            keys=[one.wrap() for one in found if one.type == Authenticator.Type.WEBAUTHN],
            codes_left=len(codes.get_unused_codes()) if codes else None,
            connected=SocialAccount.objects.filter(user=self.request.user).first(),
            must_set_up=settings.MFA_REQUIRED and not is_used(self.request),
            **kwargs,
        )


class Noted:
    """The change and its event, or neither."""

    event = ""

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            response = super().form_valid(form)
            audit.record_identity(self.event, self.request.user.pk)
        return response


class NewFactor(Noted):
    """Where the person is signed in elsewhere, it was without this factor: those sessions end."""

    event = "user.factor_add"
    kind = ""

    def form_valid(self, form: Any) -> HttpResponse:
        is_first = not main_factors(self.request.user).exists()
        response = super().form_valid(form)
        note_use(self.request, self.kind)
        self.request.session.cycle_key()
        if is_first:
            end_other_sessions(keep=self.request.session.session_key, by=self.request.user)
        return response


class SetUpApp(NewFactor, totp_views.ActivateTOTPView):
    kind = Authenticator.Type.TOTP


class AddKey(NewFactor, key_views.AddWebAuthnView):
    kind = Authenticator.Type.WEBAUTHN

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """allauth's forgets the form that was refused, with its errors."""
        return super().get_context_data(**kwargs) | kwargs


class RemoveApp(Noted, totp_views.DeactivateTOTPView):
    event = "user.factor_remove"


class RemoveKey(Noted, key_views.RemoveWebAuthnView):
    event = "user.factor_remove"
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form: Any) -> HttpResponse:
        adapter = Adapter()
        if adapter.can_delete_authenticator(self.object):
            return super().form_valid(form)
        form.add_error(None, adapter.validation_error("cannot_delete_authenticator"))
        return self.render_to_response(self.get_context_data(form=form), status=422)


class RecoveryCodes(code_views.ViewRecoveryCodesView):
    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return _codes_or_security(super().dispatch, *args, **kwargs)


class RecoveryCodesFile(code_views.DownloadRecoveryCodesView):
    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return _codes_or_security(super().dispatch, *args, **kwargs)


def _codes_or_security(dispatch: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
    """Who has no codes is shown where to get some."""
    try:
        return dispatch(*args, **kwargs)
    except Http404:
        return redirect("mfa_index")


class NewRecoveryCodes(Noted, code_views.GenerateRecoveryCodesView):
    event = "user.recovery_codes"


class SteppedUp(Noted):
    """A session that shows more than before gets a new key."""

    event = "user.confirm"

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        self.request.session.cycle_key()
        return response


class ConfirmByPassword(SteppedUp, account_views.ReauthenticateView):
    """Who has neither password nor factor signs in with the work account again."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if get_adapter().get_reauthentication_methods(request.user):
            return super().dispatch(request, *args, **kwargs)
        context = {"redirect_field_value": request.GET.get("next", "/")}
        return render(request, "account/confirm_work.html", context)


class ConfirmByCode(SteppedUp, mfa_views.ReauthenticateView):
    pass


class ConfirmByKey(SteppedUp, key_views.ReauthenticateWebAuthnView):
    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | kwargs


class Disconnect(Reauthenticated, PostView):
    success_message = "Your work account is no longer connected."

    def act(self) -> None:
        work_accounts.disconnect(by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("mfa_index")

    def get_reauthentication_next(self) -> str:
        return self.get_success_url()


@login_not_required
def work_account(request: Any, provider_id: str) -> HttpResponse:
    """The issuer may not answer; allauth minds that only on the way back."""
    try:
        return oidc_views.login(request, provider_id)
    except RequestException:
        return render(request, "socialaccount/failed.html", status=503)


class ChangePassword(account_views.PasswordChangeView):
    """Somebody who signs in with a work account alone has no password to change."""

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.has_usable_password():
            return super().dispatch(request, *args, **kwargs)
        return render(request, "account/password_none.html", status=409)
