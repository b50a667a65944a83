"""The forms around second factors in our own words (settings.MFA_FORMS)."""

from __future__ import annotations

from typing import Any

from allauth.core import context
from allauth.mfa.base import forms as allauth_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY, TOTP, generate_totp_secret
from allauth.mfa.utils import decrypt, encrypt
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.core.exceptions import ValidationError
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

from agencies.renderer import TextInput

NO_KEY = "The security key was not used. Press the button and follow what your browser says"
REFUSED = (
    "The security key was not accepted, or this page was open twice. Press the button to try again"
)


def code_field(help_text: str) -> forms.CharField:
    return forms.CharField(
        label="Security code",
        help_text=help_text,
        max_length=20,
        widget=TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"},
            width=10,
        ),
        error_messages={
            "required": "Enter the security code",
            "max_length": "The security code has 6 digits, a recovery code 12",
        },
    )


class SecondFactorForm(allauth_forms.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = code_field("The 6 digits your app shows now, or a recovery code.")


class ConfirmFactorForm(allauth_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"] = code_field("The 6 digits your app shows now, or a recovery code.")


class SetUpAppForm(totp_forms.ActivateTOTPForm):
    """The secret waits in the session encrypted, and the code that proved it is used up."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        forms.Form.__init__(self, *args, **kwargs)
        self.user = user
        self.fields["code"] = code_field("The 6 digits your app shows for this service.")
        self.secret = self._waiting() if self.is_bound else self._new()

    def _waiting(self) -> str:
        kept = context.request.session.get(SECRET_SESSION_KEY)
        secret: str = decrypt(kept) if kept else self._new()
        return secret

    def _new(self) -> str:
        secret: str = generate_totp_secret()
        context.request.session[SECRET_SESSION_KEY] = encrypt(secret)
        return secret

    @property
    def grouped(self) -> str:
        """The key in groups of four, for typing."""
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))

    def clean_code(self) -> str:
        code: str = super().clean_code()
        if not TOTP(Authenticator(user=self.user))._mark_code_used(code):
            raise ValidationError("This code has been used. Wait for the next one")
        return code


class KeyAnswer(forms.JSONField):
    """What a security key said. What is no such answer is refused before anything reads it."""

    widget = forms.HiddenInput

    def __init__(self, kind: type[RegistrationResponse | AuthenticationResponse]) -> None:
        super().__init__(error_messages={"required": NO_KEY, "invalid": NO_KEY})
        self.kind = kind

    def clean(self, value: Any) -> Any:
        answer = super().clean(value)
        try:
            self.kind.from_dict(answer)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise ValidationError(NO_KEY) from error
        return answer


class KeyForm:
    """What is wrong with a key's answer concerns the whole form: its field is hidden."""

    def add_error(self, field: str | None, error: ValidationError) -> None:
        where = None if field == "credential" else field
        is_refused = getattr(error, "code", None) == "incorrect_code"
        super().add_error(where, REFUSED if is_refused else error)  # type: ignore[misc]


class SecondFactorKeyForm(KeyForm, webauthn_forms.AuthenticateWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = KeyAnswer(AuthenticationResponse)


class ConfirmKeyForm(KeyForm, webauthn_forms.ReauthenticateWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = KeyAnswer(AuthenticationResponse)


class AddKeyForm(KeyForm, webauthn_forms.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"] = forms.CharField(
            label="Name of the key",
            help_text="For you to know it by, such as “Blue key at work”.",
            required=False,
            max_length=60,
            widget=TextInput(attrs={"autocomplete": "off"}, width=20),
            error_messages={"max_length": "The name must be 60 characters or fewer"},
        )
        self.fields["credential"] = KeyAnswer(RegistrationResponse)
