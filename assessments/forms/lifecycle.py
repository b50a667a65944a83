"""The forms around an assessment: starting, naming, confirming, signing."""

from __future__ import annotations

from django import forms

from agencies.renderer import DateField, GovukRadios, RowField, Select, TextInput
from assessments.models import Assessment
from standards.models import Edition

NOT_YOURS = "Choose one of your self-assessments"
TITLE_HINT = "For example, Self-assessment 2026 to 2027"


class DetailsForm(forms.Form):
    """What an assessment is called and what it looks at."""

    title = forms.CharField(
        label="Title",
        help_text=TITLE_HINT,
        widget=TextInput(width="two-thirds"),
        error_messages={"required": "Enter a title"},
    )
    period_from = DateField(
        label="First day of the period it covers",
        help_text="For example, 1 4 2026",
        error_messages={"required": "Enter the first day of the period"},
    )
    period_to = DateField(
        label="Last day of the period it covers",
        help_text="For example, 31 3 2027",
        error_messages={"required": "Enter the last day of the period"},
    )


class EarlierField(RowField):
    """One of the agency's own assessments."""

    def label_from_instance(self, assessment: Assessment) -> str:
        return f"{assessment.title} (practice)" if assessment.is_practice else assessment.title


class StartForm(DetailsForm):
    continues = EarlierField(
        label="Start from",
        help_text="From an earlier one, texts and evidence are carried over. Each carried answer "
        "has to be checked before sign-off, and you choose every level anew.",
        queryset=Assessment.objects.none(),
        required=False,
        empty_label="Scratch: every answer empty",
        widget=Select(),
        error_messages={"invalid_choice": NOT_YOURS},
    )
    edition = RowField(
        label="Edition of the standards",
        queryset=Edition.objects.none(),
        empty_label=None,
        widget=GovukRadios(),
        error_messages={
            "required": "Choose an edition",
            "invalid_choice": "Choose an edition of the list",
        },
    )
    is_practice = forms.BooleanField(
        label="This one is for practice",
        help_text="To try things out. It can be deleted, but never signed off or submitted, and "
        "it counts in no figure. You cannot change this later.",
        required=False,
    )
    form_key = forms.UUIDField(
        required=False,
        widget=forms.HiddenInput,
        error_messages={"invalid": "This page is out of date. Reload it and try again."},
    )


class ConfirmForm(forms.Form):
    """Nothing to fill in: the page asks, the button answers."""


class SignOffForm(forms.Form):
    has_agreed = forms.BooleanField(
        label="I agree with this declaration",
        required=False,
    )
    name = forms.CharField(
        label="Your name",
        help_text="As it should stand below the declaration.",
        required=False,
        widget=TextInput(width="two-thirds"),
    )
