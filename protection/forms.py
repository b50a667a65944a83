"""What the pages of data protection ask for: shape only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.formats import date_format

from agencies.renderer import GovukCheckboxes, GovukRadios, TextInput
from assessments.retention import keeping_of
from protection.actions import disposing as actions
from protection.models import Part, Reason

NOTE_HINT = "Do not repeat what is to be removed. For example: named in the second paragraph."


class RequestForm(forms.Form):
    """What is to be removed, and why. `parts`: those that hold something."""

    part = forms.ChoiceField(
        label="What is to be removed?",
        widget=GovukRadios(),
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Choose what is to be removed"
        ),
    )
    reason = forms.ChoiceField(
        label="Why?",
        choices=Reason.choices,
        widget=GovukRadios(),
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose why"),
    )
    spares_current = forms.BooleanField(
        label="The text as it stands now was put right already, and stays",
        help_text="Only what stood there before is destroyed. A file is always destroyed.",
        required=False,
    )
    note = forms.CharField(
        label="Note for the person who decides (optional)",
        help_text=NOTE_HINT,
        max_length=200,
        required=False,
        widget=TextInput(),
        error_messages={"max_length": "The note must be 200 characters or fewer"},
    )

    def __init__(self, *args: Any, parts: Iterable[Part], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["part"].choices = [(part.value, part.label) for part in parts]


class ConfirmRemovalForm(forms.Form):
    has_understood = forms.BooleanField(
        label="I have looked at it. It is to be destroyed for good, in all of these places.",
        required=False,
    )


class ConfirmForm(forms.Form):
    """Nothing to fill in: the page asks, the button answers."""


class ProposeForm(forms.Form):
    """Which of what is due is to be disposed of. `due`: from actions.disposing.to_propose()."""

    evidence = forms.TypedMultipleChoiceField(
        label="Evidence whose time is over",
        coerce=UUID,
        widget=GovukCheckboxes(),
        error_messages={
            "required": "Choose at least one piece of evidence",
            "invalid_choice": actions.NOT_DUE,
        },
    )

    def __init__(self, *args: Any, due: Iterable[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evidence"].choices = [(str(piece.pk), _line(piece)) for piece in due]


def _line(piece: Any) -> str:
    """What a person needs to know to choose it."""
    keeping = keeping_of(piece)
    return (
        f"{piece.title} ({piece.get_kind_display()}): kept until {date_format(keeping.until)}. "
        f"{keeping.why}."
    )


class ConfirmDisposalForm(forms.Form):
    has_understood = forms.BooleanField(
        label="I have looked at the list. These files are to be destroyed for good.",
        required=False,
    )
