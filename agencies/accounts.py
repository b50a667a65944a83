"""How allauth behaves here: invitation only, every sign-in recorded, mails off the request."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from agencies import audit, reauthentication
from agencies.actions.signing_in import end_other_sessions
from agencies.models import User
from agencies.sessions import begin

log = structlog.get_logger(__name__)

CHANGES = {
    "account/email/password_changed": "Your password was changed.",
    "account/email/password_reset": "Your password was changed by a link sent to this address.",
    "account/email/password_set": "A password was chosen for your sign-in.",
    "mfa/email/totp_activated": "An app was set up as your second factor.",
    "mfa/email/totp_deactivated": "The app was removed as your second factor.",
    "mfa/email/webauthn_added": "A security key was added as your second factor.",
    "mfa/email/webauthn_removed": "A security key was removed as your second factor.",
    "mfa/email/recovery_codes_generated": "New recovery codes were made. Older ones are void.",
    "socialaccount/email/account_connected": "A work account was connected. It can sign in as you.",
}
"""What allauth tells about, by its name."""

post = ThreadPoolExecutor(max_workers=1, thread_name_prefix="account-mail")
"""Sends password mails. In the request they would make it slower for addresses that exist."""


class InvitationOnlyAdapter(DefaultAccountAdapter):
    """Sign-up happens on the invitation page alone (agencies/actions/invitations.py)."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The email address or the password is not right",
        "too_many_login_attempts": "Too many attempts. Wait 5 minutes, then try again, "
        "or reset your password",
        "enter_current_password": "Enter the password you use now",
        "incorrect_password": "The password you use now is not right",
        "invalid_password_reset": "This link has been used or is too old",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """No sign-in without its event."""
        with transaction.atomic():
            audit.record_identity("user.sign_in", user.pk)
            super().login(request, user)
            begin(request.session)
            UserSession.objects.create_from_request(request)

    def logout(self, request: HttpRequest) -> None:
        with transaction.atomic():
            audit.record_identity("user.sign_out", request.user.pk)
            super().logout(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            audit.record_identity("user.sign_in_refused")
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Without the address: a person may have typed a password there."""
        audit.record_identity("user.sign_in_failed")

    def set_password(self, user: User, password: str) -> None:
        with transaction.atomic():
            super().set_password(user, password)
            end_other_sessions(keep=None, by=user)
            audit.record_identity("user.set_password", user.pk)

    def get_login_stages(self) -> list[str]:
        ours = {"allauth.mfa.stages.AuthenticateStage": "agencies.second_factor.SecondFactorStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Signing in counts too, and nothing but the session is read."""
        return not reauthentication.is_fresh(self.request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Under SERVICE_URL: a forged Host header must not end up in a mail."""
        uid, _, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
        return settings.SERVICE_URL.rstrip("/") + path

    def format_email_subject(self, subject: str) -> str:
        return subject

    def send_notification_mail(
        self, template_prefix: str, user: User, *args: Any, **kwargs: Any
    ) -> None:
        """Whoever holds the mailbox hears of each change of how somebody signs in."""
        context = {
            "change": CHANGES[template_prefix],
            "at": timezone.localtime(),
            "reset_url": settings.SERVICE_URL.rstrip("/") + reverse("account_reset_password"),
        }
        self.send_mail("account/email/notice", user.email, context)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        context = {**context, "service_name": settings.SERVICE_NAME}
        post.submit(_send, self.render_mail(template_prefix, email, context))


def _send(message: EmailMessage) -> None:
    """Somebody who gets no mail asks again; the log says why there was none."""
    try:
        message.send()
    except OSError as error:  # includes SMTPException
        log.error("account.mail_not_sent", error=type(error).__name__)
