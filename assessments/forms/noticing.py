"""How often a person wants a mail."""

from __future__ import annotations

from django import forms

from agencies.renderer import GovukRadios
from assessments.actions.noticing import CHOOSE
from assessments.models import Pace


class NoticeSettingForm(forms.Form):
    pace = forms.ChoiceField(
        label="How often do you want an email about what is new for you?",
        choices=Pace.choices,
        widget=GovukRadios(is_heading=True, label_size="l"),
        error_messages=dict.fromkeys(("required", "invalid_choice"), CHOOSE),
    )
