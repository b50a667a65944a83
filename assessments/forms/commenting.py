"""The form of a comment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, ProhibitNullCharactersValidator

from agencies.models import Membership
from agencies.renderer import CharacterCountTextarea, GovukCheckboxes
from assessments.actions.commenting import CANNOT_READ, EMPTY, MAX_TEXT, NOT_TEXT, TOO_LONG


class PeopleField(forms.ModelMultipleChoiceField):
    """Some of the people given to the form."""

    def label_from_instance(self, member: Membership) -> str:
        return f"{member.display_name} ({member.get_role_display().lower()})"

    def clean(self, value: Any) -> Any:
        """What is no id at all is no choice either."""
        try:
            return super().clean(value)
        except ValidationError as error:
            raise ValidationError(self.error_messages["invalid_choice"]) from error


class CommentForm(forms.Form):
    text = forms.CharField(
        label="Comment",
        help_text="Only your agency reads this. Leave out anything that could identify a child "
        "or family. @ and the beginning of a name tells that person.",
        widget=CharacterCountTextarea(rows=5, max_length=MAX_TEXT),
        error_messages={"required": EMPTY},
    )
    told = PeopleField(
        label="Tell these people (optional)",
        queryset=Membership.objects.none(),
        required=False,
        widget=GovukCheckboxes(is_small=True),
        error_messages={"invalid_choice": CANNOT_READ},
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["told"].queryset = people
        self.fields["text"].validators = [
            ProhibitNullCharactersValidator(NOT_TEXT),
            MaxLengthValidator(MAX_TEXT, TOO_LONG),
        ]

    @property
    def said(self) -> dict[str, Any]:
        """What the valid form says, for the action."""
        told: list[UUID] = [member.pk for member in self.cleaned_data["told"]]
        return {"text": self.cleaned_data["text"], "told": told}
