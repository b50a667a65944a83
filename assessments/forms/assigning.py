"""The forms of who does what."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms

from agencies.models import Membership
from agencies.renderer import DateField, GovukCheckboxes, RowField, Select
from assessments.actions.assigning import CANNOT_ANSWER
from assessments.team import Part, Show
from standards.models import Standard


class PersonField(RowField):
    """One of the people given to the form."""

    def label_from_instance(self, member: Membership) -> str:
        return f"{member.display_name} ({member.get_role_display().lower()})"


class AssignForm(forms.Form):
    """Whose, and by when. Where clauses are taken from whoever has them, nobody is asked for."""

    to = PersonField(
        label="Who sees to it?",
        queryset=Membership.objects.none(),
        empty_label="Choose a person",
        widget=Select(),
        error_messages={"required": "Choose a person", "invalid_choice": CANNOT_ANSWER},
    )
    due_on = DateField(
        label="By when? (optional)", help_text="For example, 27 3 2027", required=False
    )

    def __init__(self, *args: Any, people: Any, is_taking: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people
        self.fields["to"].required = not is_taking


class TeamForm(AssignForm):
    """The same for the clauses that are ticked, by themselves or with their standard."""

    standards = forms.MultipleChoiceField(
        required=False,
        widget=GovukCheckboxes(is_small=True),
        error_messages={"invalid_choice": "Choose standards of this edition"},
    )
    clauses = forms.MultipleChoiceField(
        required=False,
        widget=GovukCheckboxes(is_small=True),
        error_messages={"invalid_choice": "Choose clauses of this self-assessment"},
    )
    field_order = ("standards", "clauses", "to", "due_on")

    def __init__(self, *args: Any, parts: list[Part], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_on"].help_text += ". Left empty, a day that was set before goes"
        self.parts = parts
        self.fields["clauses"].choices = [(str(p.answer.pk), p.clause.code) for p in parts]
        standards = dict.fromkeys(part.clause.standard for part in parts)
        self.fields["standards"].choices = [(s.code, s.title) for s in standards]

    def chosen(self) -> list[UUID]:
        """The ids of the answers."""
        ticked, whole = self.cleaned_data["clauses"], self.cleaned_data["standards"]
        return [
            part.answer.pk
            for part in self.parts
            if str(part.answer.pk) in ticked or part.clause.standard.code in whole
        ]


class ShowForm(forms.Form):
    """The filter above the list of clauses. What it does not know is taken as all."""

    show = forms.ChoiceField(label="Show", required=False, choices=Show.choices, widget=Select())
    standard = forms.ChoiceField(label="Standard", required=False, widget=Select())

    def __init__(self, *args: Any, standards: list[Standard], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(s.code, f"{s.position}. {s.title}") for s in standards]
        self.fields["standard"].choices = [("", "All standards"), *named]

    def chosen(self) -> dict[str, str]:
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("show", "standard")}


class HandOverForm(forms.Form):
    to = PersonField(
        label="Who takes it?",
        queryset=Membership.objects.none(),
        empty_label="Choose a person",
        widget=Select(),
        error_messages={
            "required": "Choose a person",
            "invalid_choice": "Choose a person of the list",
        },
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people
