"""The form of a conflict: for each field mine, theirs, or a text of both."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from agencies.renderer import GovukRadios
from assessments.actions.answers import Said
from assessments.comparing import Compared, compared, merged
from assessments.forms.answering import NOT_APPLICABLE, STALE_PAGE, AnswerForm, from_said, to_level
from assessments.models import Answer
from assessments.presenting import FIELD_LABELS, MINE, TEXTS
from standards.scoring import Rules

OURS, THEIRS, BOTH = "mine", "theirs", "both"
SOMEBODY = "somebody else, or in another tab"
CHOOSE = "Choose what to keep for “{}”"
PICK = "pick_"
TEXT_FIELDS = tuple(name for _, name in TEXTS)


class MergeForm(AnswerForm):
    """Carries what is not saved yet whole, so that it comes back however often others save.

    Nothing is chosen beforehand, and where both say the same nothing is asked.
    """

    def __init__(
        self, *args: Any, rules: Rules, theirs: Said, who: str, has_choice: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, rules=rules, has_choice=True, **kwargs)
        self.rules, self.theirs = rules, theirs
        choices = self.fields.pop("level").choices
        hidden = {"required": False, "widget": forms.HiddenInput}
        mine_level = forms.ChoiceField(choices=choices, **hidden)
        mine_level.error_messages["invalid_choice"] = STALE_PAGE
        self.fields[f"{MINE}level"] = mine_level
        for name in TEXT_FIELDS:
            self.fields[f"{MINE}{name}"] = forms.CharField(**hidden)
            self.fields[name].label = "The text of both"
            self.fields[
                name
            ].help_text = "Yours stands first and what is saved below it. Edit it as you need."
        for name, label in FIELD_LABELS.items():
            self.fields[f"{PICK}{name}"] = _pick(name, label, who)

    @property
    def mine(self) -> Said:
        """What the person had written when somebody else saved first."""
        given = self.cleaned_data if self.is_bound else self.initial
        texts = {name: given.get(f"{MINE}{name}") or "" for name in TEXT_FIELDS}
        chosen = given.get(f"{MINE}level") or ""
        level = to_level(chosen)
        return Said(level=level, is_not_applicable=chosen == NOT_APPLICABLE, **texts)

    @property
    def rows(self) -> list[tuple[Compared, BoundField]]:
        """What differs, with the choice for each. Before: what is saved; after: yours."""
        found = compared(self.theirs, self.mine, self.rules)
        return [(row, self[f"{PICK}{row.field}"]) for row in found if row.differs]

    def clean(self) -> None:
        for row, pick in self.rows:
            if not self.cleaned_data.get(pick.name) and pick.name not in self.errors:
                self.add_error(pick.name, CHOOSE.format(row.label))

    @property
    def said(self) -> Said:
        """What the valid form says, for the action."""
        mine, theirs, said = asdict(self.mine), asdict(self.theirs), asdict(self.mine)
        for row, pick in self.rows:
            chosen = self.cleaned_data[pick.name]
            names = ("level", "is_not_applicable") if row.field == "level" else (row.field,)
            source = {OURS: mine, THEIRS: theirs, BOTH: self.cleaned_data}[chosen]
            said |= {name: source[name] for name in names}
        return Said(**said)


def _pick(name: str, label: str, who: str) -> forms.ChoiceField:
    question = "Which level" if name == "level" else f"Which text for “{label}”"
    choices = [(OURS, "Mine"), (THEIRS, f"What was saved by {who or SOMEBODY}")]
    widget = GovukRadios(label_size="s")
    if name in TEXT_FIELDS:
        choices.append((BOTH, "A text of both, which I edit"))
        widget.reveals = {BOTH: name}
    return forms.ChoiceField(
        label=f"{question} do you want to keep?",
        choices=choices,
        required=False,
        widget=widget,
        error_messages={"invalid_choice": CHOOSE.format(label)},
    )


def first_shown(ours: Said, current: Answer) -> dict[str, Any]:
    """The form when a save has just been refused."""
    both = from_said(merged(ours, Said.stored_in(current)))
    mine = {f"{MINE}{name}": value for name, value in from_said(ours).items()}
    return {**mine, **{name: both[name] for name in TEXT_FIELDS}, "version": current.version}


def shown_again(sent: dict[str, Any], current: Answer) -> dict[str, Any]:
    """After somebody saved once more: all that was written stays, and what was to be kept of
    theirs, whole or in a text of both, is asked anew, because it is another text now."""
    anew = {name: "" for name, value in sent.items() if name.startswith(PICK) and value != OURS}
    return {**sent, **anew, "version": current.version}
