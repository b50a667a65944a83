"""The forms of the improvement plan."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms

from agencies.models import Membership
from agencies.renderer import CharacterCountTextarea, DateField, GovukRadios, Select, TextInput
from assessments.actions.assigning import CANNOT_ANSWER
from assessments.actions.improving import MAX_WHAT, MAX_WHY, Planned
from assessments.forms.answering import STALE_PAGE
from assessments.forms.assigning import PersonField
from assessments.planning import SHOW
from standards.scoring import Rules


class PlanForm(forms.Form):
    """What is planned for a clause. The levels are those of the scale in force."""

    version = forms.IntegerField(
        min_value=0,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid", "min_value"), STALE_PAGE),
    )
    what = forms.CharField(
        label="What will be done?",
        help_text="For example, train all panel members in early permanence.",
        max_length=MAX_WHAT,
        widget=TextInput(),
        error_messages={
            "required": "Say what will be done",
            "max_length": f"This must be {MAX_WHAT} characters or fewer",
        },
    )
    why = forms.CharField(
        label="Why, and what should it change?",
        help_text="Leave out anything that could identify a child or family.",
        max_length=MAX_WHY,
        widget=CharacterCountTextarea(rows=5, max_length=MAX_WHY),
        error_messages={
            "required": "Say why, and what it should change",
            "max_length": f"This must be {MAX_WHY:,} characters or fewer",
        },
    )
    owner = PersonField(
        label="Who sees to it?",
        queryset=Membership.objects.none(),
        empty_label="Choose a person",
        widget=Select(),
        error_messages={"required": "Choose a person", "invalid_choice": CANNOT_ANSWER},
    )
    due_on = DateField(label="By when?", help_text="For example, 27 3 2027")
    expected_level = forms.TypedChoiceField(
        label="Where should the clause be after it?",
        coerce=int,
        widget=GovukRadios(),
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose a level of the scale"),
    )

    def __init__(self, *args: Any, people: Any, rules: Rules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people
        levels = [(str(step.level), f"{step.level} {step.title}") for step in rules.scale]
        self.fields["expected_level"].choices = levels

    @property
    def planned(self) -> Planned:
        """What the valid form says, for the action."""
        said = dict(self.cleaned_data)
        said.pop("version")
        return Planned(**said)


class PlanFilterForm(forms.Form):
    """The filter above the list of actions. What it does not know is taken as all."""

    show = forms.ChoiceField(label="Show", required=False, choices=SHOW, widget=Select())
    owner = forms.TypedChoiceField(
        label="Whose", required=False, coerce=UUID, empty_value=None, widget=Select()
    )

    def __init__(self, *args: Any, owners: dict[UUID, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(str(pk), name) for pk, name in owners.items()]
        self.fields["owner"].choices = [("", "Everybody's"), *named]

    def chosen(self) -> dict[str, Any]:
        """Those that narrow the list."""
        self.is_valid()
        found = {name: self.cleaned_data.get(name) for name in ("show", "owner")}
        return {name: value for name, value in found.items() if value}
