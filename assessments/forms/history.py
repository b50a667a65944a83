"""Which two versions of an answer to compare."""

from __future__ import annotations

from django import forms

from agencies.renderer import TextInput

MOST = 2_147_483_647  # what the column holds
NUMBER = "Enter the number of a version, such as 3"


def _version(label: str, help_text: str = "", *, lowest: int, required: bool) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        min_value=lowest,
        max_value=MOST,
        required=required,
        widget=TextInput(width=5, attrs={"inputmode": "numeric"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), NUMBER),
    )


class CompareForm(forms.Form):
    before = _version("Earlier version", "0 stands for the empty answer.", lowest=0, required=False)
    after = _version("Later version", lowest=1, required=True)
