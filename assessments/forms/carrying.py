"""The button that takes an earlier answer over, with what the person has seen."""

from __future__ import annotations

from django import forms

from assessments.forms.answering import STALE_PAGE


class TakeOverForm(forms.Form):
    version = forms.IntegerField(
        min_value=0,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid", "min_value"), STALE_PAGE),
    )
