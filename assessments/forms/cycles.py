"""Which two assessments are compared, and how much of it is shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from agencies.renderer import Select
from assessments.forms.lifecycle import NOT_YOURS
from assessments.models import Assessment

CHANGES = "changes"


class CyclesForm(forms.Form):
    """The fields are `with` and `show`."""

    show = forms.ChoiceField(
        label="Show",
        required=False,
        choices=[("", "All clauses"), (CHANGES, "Only changes")],
        widget=Select(),
        error_messages={"invalid_choice": "Choose all clauses or only changes"},
    )

    def __init__(self, *args: Any, others: Sequence[Assessment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["with"] = forms.ChoiceField(
            label="Compare with",
            required=False,
            choices=[(str(other.pk), other.title) for other in others],
            widget=Select(),
            error_messages={"invalid_choice": NOT_YOURS},
        )
        self.order_fields(["with", "show"])
