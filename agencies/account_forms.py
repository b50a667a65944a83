"""The sign-in and password forms in our own words (settings.ACCOUNT_FORMS)."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms

from agencies.renderer import EmailInput, PasswordInput
from agencies.tokens import is_machine_address

ADVICE = (
    "At least 12 characters. Three random words make a good one. Do not reuse a password "
    "you have somewhere else."
)
EMAIL_ERRORS = {
    "required": "Enter your email address",
    "invalid": "Enter an email address in the correct format, like name@example.org",
}


def email_field() -> forms.EmailField:
    return forms.EmailField(
        label="Email address",
        max_length=254,
        widget=EmailInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
        error_messages=EMAIL_ERRORS,
    )


def current_password_field(label: str = "Password") -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        max_length=1000,
        widget=PasswordInput(attrs={"autocomplete": "current-password"}, width=20),
        error_messages={"required": "Enter your password"},
    )


def new_password_field(label: str = "Choose a password") -> forms.CharField:
    """Shown on request instead of typed twice; the validators run in the form or the action."""
    return forms.CharField(
        label=label,
        help_text=ADVICE,
        strip=False,
        max_length=1000,
        widget=PasswordInput(attrs={"autocomplete": "new-password"}, width=20),
        error_messages={"required": "Enter a password"},
    )


class SignInForm(allauth_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = email_field()
        self.fields["password"] = current_password_field()


class ResetPasswordForm(allauth_forms.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = email_field()

    def clean_email(self) -> str:
        """A machine account gets no password, and its address gets no mail."""
        email: str = super().clean_email()
        if is_machine_address(email):
            self.users: list[Any] = []
        return email


def _ask_once(form: forms.BaseForm, label: str) -> None:
    """One box for the new password: it can be shown, so typing it twice proves nothing."""
    checked, ours = form.fields["password1"], new_password_field(label)
    checked.label, checked.help_text = ours.label, ours.help_text
    checked.widget, checked.error_messages = ours.widget, ours.error_messages
    del form.fields["password2"]


class NewPasswordForm(allauth_forms.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_once(self, "New password")


class ConfirmPasswordForm(allauth_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"] = current_password_field()


class ChangePasswordForm(allauth_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_once(self, "New password")
        self.fields["oldpassword"] = current_password_field("Password you use now")
