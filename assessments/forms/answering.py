"""The form of a clause."""

from __future__ import annotations

from typing import Any

from django import forms

from agencies.renderer import CharacterCountTextarea, GovukRadios, Textarea
from assessments.actions.answers import ADVISED_LIMIT, HARD_LIMIT, Said
from assessments.models import Answer
from standards.scoring import Rules

NOT_APPLICABLE = "na"
NOT_SCORED = ""
LENGTH = f"Aim for {ADVISED_LIMIT:,} characters or fewer. You can save up to {HARD_LIMIT:,}."


STALE_PAGE = "This page is out of date. Copy your text, then reload the page."


class AdvisedCount(CharacterCountTextarea):
    """Counts towards an advised length; what is longer is kept all the same."""

    template_name = "assessments/advised_count.html"


class AnswerForm(forms.Form):
    """One answer: choices from the scale in force, so it serves every clause of every edition."""

    version = forms.IntegerField(
        min_value=0,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid", "min_value"), STALE_PAGE),
    )
    level = forms.ChoiceField(
        label="How far are you with this clause?",
        required=False,
        widget=GovukRadios(
            label_size="m", reveals={NOT_APPLICABLE: "na_reason"}, divider_before=NOT_APPLICABLE
        ),
        error_messages={"invalid_choice": "Choose a level of the scale, or Not applicable"},
    )
    na_reason = forms.CharField(
        label="Why does this clause not apply to you?",
        help_text="Without a reason the answer is saved, but it stays incomplete.",
        required=False,
        widget=Textarea(rows=3),
    )
    how = forms.CharField(
        label="How do you do this?",
        help_text="Say what happens in practice, who does it and how often. "
        f"Leave out anything that could identify a child or family. {LENGTH}",
        required=False,
        widget=AdvisedCount(rows=8, max_length=ADVISED_LIMIT, label_size="m"),
    )
    difference = forms.CharField(
        label="What difference does it make?",
        help_text="Say what has changed for children, parents, carers or adopters, and how you "
        f"know. {LENGTH}",
        required=False,
        widget=AdvisedCount(rows=8, max_length=ADVISED_LIMIT, label_size="m"),
    )

    def __init__(self, *args: Any, rules: Rules, has_choice: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["level"]
        field.choices = _choices(rules, has_choice=has_choice)
        field.widget.hints = {str(step.level): step.descriptor for step in rules.scale}
        field.widget.hints[NOT_APPLICABLE] = rules.not_applicable.descriptor

    @property
    def said(self) -> Said:
        """What the valid form says, for the action."""
        chosen = self.cleaned_data["level"]
        return Said(
            level=to_level(chosen),
            is_not_applicable=chosen == NOT_APPLICABLE,
            na_reason=self.cleaned_data["na_reason"],
            how=self.cleaned_data["how"],
            difference=self.cleaned_data["difference"],
        )


def initial(answer: Answer) -> dict[str, Any]:
    """What the form shows of a stored answer."""
    return {"version": answer.version, **from_said(Said.stored_in(answer))}


def to_level(chosen: str) -> int | None:
    """The level that a choice of the form stands for, if it is one."""
    return None if chosen in (NOT_SCORED, NOT_APPLICABLE) else int(chosen)


def from_said(said: Said) -> dict[str, Any]:
    chosen = NOT_SCORED if said.level is None else str(said.level)
    return {
        "level": NOT_APPLICABLE if said.is_not_applicable else chosen,
        "na_reason": said.na_reason,
        "how": said.how,
        "difference": said.difference,
    }


def _choices(rules: Rules, *, has_choice: bool) -> list[tuple[str, str]]:
    """A choice once made can be taken back; before, no radio needs to stand for nothing."""
    scale = [(str(step.level), f"{step.level} {step.title}") for step in rules.scale]
    choices = [*scale, (NOT_APPLICABLE, rules.not_applicable.title)]
    return [*choices, (NOT_SCORED, "Not scored yet")] if has_choice else choices
