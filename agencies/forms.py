"""What the pages of people, tokens, agencies and the audit trail ask for: shape only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from agencies.account_forms import EMAIL_ERRORS, new_password_field
from agencies.hats import Hat
from agencies.models import Agency, AgencyKind, Membership
from agencies.permissions import MACHINE_ROLES, ROLE_DESCRIPTIONS, Role
from agencies.renderer import (
    DateField,
    EmailInput,
    GovukCheckboxes,
    GovukRadios,
    RowField,
    Select,
    TextInput,
)
from agencies.scopes import open_to
from agencies.trail import ABOUT_WORDS, ACTION_WORDS, THE_SERVICE


class RoleForm(forms.Form):
    """`roles` are those of the organisation: see permissions.roles_in."""

    role = forms.ChoiceField(
        label="What may this person do?",
        widget=GovukRadios(hints=ROLE_DESCRIPTIONS),
        error_messages={"required": "Select a role", "invalid_choice": "Select a role"},
    )

    def __init__(self, *args: Any, roles: Iterable[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(role.value, role.label) for role in roles]
        self.fields["role"].choices = choices  # type: ignore[attr-defined]


class InviteForm(RoleForm):
    field_order = ("email", "display_name", "role")

    email = forms.EmailField(
        label="Email address",
        help_text="Their work address. Only a person with this address can accept.",
        max_length=254,
        widget=EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={**EMAIL_ERRORS, "required": "Enter an email address"},
    )
    display_name = forms.CharField(
        label="Name or job title",
        help_text="Shown to colleagues beside what the person writes.",
        max_length=120,
        widget=TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Enter a name or job title",
            "max_length": "The name or job title must be 120 characters or fewer",
        },
    )


class ConfirmForm(forms.Form):
    """Nothing but a button."""


class AcceptForm(forms.Form):
    """For somebody who signs in already."""


class SignUpForm(forms.Form):
    """For somebody who has no sign-in yet."""

    password = new_password_field()


class SwitchForm(forms.Form):
    agency = forms.ChoiceField(
        label="Which agency do you want to act for?",
        error_messages={"required": "Select an agency", "invalid_choice": "Select an agency"},
    )

    def __init__(self, *args: Any, hats: Iterable[Hat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hats = list(hats)
        choices = [(str(hat.agency_id), hat.agency_name) for hat in hats]
        hints = {str(hat.agency_id): _hint(hat) for hat in hats}
        field = self.fields["agency"]
        field.widget = GovukRadios(hints=hints, label_size="l", is_heading=True)
        field.choices = choices  # type: ignore[attr-defined]


def _hint(hat: Hat) -> str:
    return f"{AgencyKind(hat.kind).label}. Your role: {Role(hat.role).label.lower()}"


class AuditFilterForm(forms.Form):
    """All optional. `people` are the agency's memberships, removed ones included."""

    date_from = DateField(label="From", required=False, help_text="For example, 1 9 2026")
    date_to = DateField(label="To", required=False, help_text="For example, 30 9 2026")
    person = forms.ChoiceField(label="Person", required=False, widget=Select)
    action = forms.ChoiceField(label="What was done", required=False, widget=Select)
    about = forms.ChoiceField(label="Kind of record", required=False, widget=Select)

    def __init__(self, *args: Any, people: Iterable[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        persons = [(str(member.pk), _person(member)) for member in people]
        self._offer("person", "Everybody", [*persons, (THE_SERVICE, "The service itself")])
        self._offer("action", "Everything", _by_label(ACTION_WORDS))
        self._offer("about", "Every kind", _by_label(ABOUT_WORDS))

    def _offer(self, name: str, everything: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", everything), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        start, end = cleaned.get("date_from"), cleaned.get("date_to")
        if start and end and end < start:
            message = "The second date must be the same as or after the first"
            self.add_error("date_to", ValidationError(message))
        return cleaned


def _person(member: Membership) -> str:
    return member.display_name if member.is_active else f"{member.display_name} (removed)"


def _by_label(words: dict[str, str]) -> list[tuple[str, str]]:
    return sorted(words.items(), key=lambda item: item[1])


# How long an API token may work; a year is the most that the database takes.
DAYS = ((30, "30 days"), (90, "90 days"), (365, "365 days, the longest there is"))


class TokenForm(forms.Form):
    """Scopes are offered as far as the role of `member` goes."""

    name = forms.CharField(
        label="What is the token for?",
        help_text="For example, Nightly push from the case system",
        max_length=80,
        widget=TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Say what the token is for",
            "max_length": "What the token is for must be 80 characters or fewer",
        },
    )
    scopes = forms.MultipleChoiceField(
        label="What may it be used for?",
        help_text="Tick as little as will do. Changing does not include reading.",
        widget=GovukCheckboxes(),
        error_messages={
            "required": "Select at least one thing the token may do",
            "invalid_choice": "Select only what is on the list",
        },
    )
    days = forms.TypedChoiceField(
        label="How long will it work?",
        choices=DAYS,
        coerce=int,
        widget=GovukRadios(),
        error_messages={
            "required": "Select how long it will work",
            "invalid_choice": "Select how long it will work",
        },
    )
    form_key = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid"), "This page is out of date. Reload it and try again."
        ),
    )

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(scope.value, f"{scope.label} ({scope.value})") for scope in open_to(member)]
        self.fields["scopes"].choices = choices  # type: ignore[attr-defined]


class MachineForm(forms.Form):
    name = forms.CharField(
        label="What is the machine account for?",
        help_text="Shown beside what it writes, as “Machine: nightly push”.",
        max_length=80,
        widget=TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Say what the machine account is for",
            "max_length": "What it is for must be 80 characters or fewer",
        },
    )
    role = forms.ChoiceField(
        label="What may it do?",
        choices=[(role.value, role.label) for role in MACHINE_ROLES],
        widget=GovukRadios(hints={role: ROLE_DESCRIPTIONS[role] for role in MACHINE_ROLES}),
        error_messages={"required": "Select a role", "invalid_choice": "Select a role"},
    )


class PartnerForm(forms.Form):
    """`agencies`: whom this agency may ask."""

    agency = RowField(
        queryset=None,
        label="Which agency do you want to ask?",
        empty_label="Choose an agency",
        widget=Select,
        error_messages={
            "required": "Select an agency",
            "invalid_choice": "Select an agency from the list",
        },
    )

    def __init__(self, *args: Any, agencies: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]
