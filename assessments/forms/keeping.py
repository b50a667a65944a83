"""Keeping evidence beyond its time: shape only."""

from __future__ import annotations

from django import forms

from agencies.renderer import DateField, GovukRadios
from assessments.models import HoldReason


class HoldForm(forms.Form):
    because = forms.ChoiceField(
        label="Why?",
        choices=HoldReason.choices,
        widget=GovukRadios(),
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choose why it is kept longer"
        ),
    )
    until = DateField(
        label="Keep it until",
        help_text="Somebody can end this earlier. If you do not know the day, choose one far away.",
        error_messages={"required": "Enter the day until which it is kept"},
    )
