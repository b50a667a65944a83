"""What to look for, and where."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator

from agencies.renderer import SearchInput, Select
from assessments.models import Assessment
from assessments.searching import Kind

MAX_LENGTH = 200
TOO_LONG = f"Type {MAX_LENGTH} characters or fewer to search for"
NO_WORD = "Type at least one word to search for. Signs such as & | ! - alone find nothing"
NOT_TEXT = "Type the words again: there is a character in them that is no text"


class SearchForm(forms.Form):
    """`q` is all that is needed."""

    q = forms.CharField(
        label="Search for",
        help_text="Words that must all be in it. Put a phrase in quotation marks.",
        strip=True,
        widget=SearchInput(width="two-thirds"),
        error_messages={"required": "Type what to search for"},
    )
    kind = forms.ChoiceField(
        label="In",
        required=False,
        choices=[("", "Clauses, answers, comments and evidence"), *Kind.choices],
        widget=Select(),
        error_messages={"invalid_choice": "Choose where to search from the list"},
    )
    assessment = forms.ChoiceField(
        label="Self-assessment",
        required=False,
        widget=Select(),
        error_messages={"invalid_choice": "Choose a self-assessment from the list"},
    )

    def __init__(self, *args: Any, assessments: Iterable[Assessment], **kwargs: Any) -> None:
        """Offers `assessments`; the one that is chosen comes out of the form itself."""
        super().__init__(*args, **kwargs)
        self.offered = {str(each.pk): each for each in assessments}
        named = [(pk, str(each)) for pk, each in self.offered.items()]
        self.fields["assessment"].choices = [("", "All"), *named]
        self.fields["q"].validators = [
            ProhibitNullCharactersValidator(NOT_TEXT),
            MaxLengthValidator(MAX_LENGTH, TOO_LONG),
        ]

    def clean_assessment(self) -> Assessment | None:
        return self.offered.get(self.cleaned_data["assessment"])

    def clean_q(self) -> str:
        text: str = self.cleaned_data["q"]
        if not re.search(r"\w", text):
            raise forms.ValidationError(NO_WORD)
        return text
