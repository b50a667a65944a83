"""The forms of offering and accepting answers: shape only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms

from agencies.models import Agency
from agencies.renderer import GovukCheckboxes
from assessments.models import Answer


class OfferForm(forms.Form):
    """Which answers, to whom. `seen` stands for the copies that were looked at."""

    partners = forms.MultipleChoiceField(
        label="To which partners?",
        widget=GovukCheckboxes(),
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Select at least one of your partners"
        ),
    )
    answers = forms.MultipleChoiceField(
        label="Which answers?",
        help_text="Clauses to which something is written.",
        widget=GovukCheckboxes(is_small=True),
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Select at least one clause of this self-assessment"
        ),
    )
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, rows: Iterable[Answer], agencies: Iterable[Agency], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        rows = list(rows)
        self.fields["answers"].choices = [(str(row.pk), str(row.clause)) for row in rows]
        self.fields["answers"].widget.hints = {
            str(row.pk): f"Addressed to: {row.clause.addressees}" for row in rows
        }
        self.fields["partners"].choices = [(str(one.pk), one.name) for one in agencies]

    def chosen(self, name: str) -> list[UUID]:
        return [UUID(value) for value in self.cleaned_data[name]]


class AcceptForm(forms.Form):
    """Which of the versions that are offered."""

    offered = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(
            ("required", "invalid"), "This page is out of date. Reload it and try again."
        ),
    )
