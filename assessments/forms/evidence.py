"""The forms of evidence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms

from agencies.renderer import (
    CharacterCountTextarea,
    DateField,
    FileUpload,
    GovukCheckboxes,
    GovukRadios,
    SearchInput,
    Select,
    TextInput,
    URLInput,
)
from agencies.uploads import most_megabytes
from assessments.actions.evidence import MAX_SHOWS, MAX_TITLE, MAX_URL, Details, Source
from assessments.inspection import ACCEPTED
from assessments.models import Answer, Evidence, EvidenceKind

FILE, LINK = "file", "link"
KINDS = [("", "Choose a kind"), *EvidenceKind.choices]
ANONYMOUS = (
    "Take out anything that could identify a child, a parent or a carer before you upload it. "
    f"PDF, Word, Excel, PowerPoint, CSV, text, PNG or JPEG, up to {most_megabytes()} MB."
)


class DetailsForm(forms.Form):
    """What is said about a piece of evidence."""

    title = forms.CharField(
        label="Title",
        help_text="For example, Early permanence policy 2026",
        max_length=MAX_TITLE,
        widget=TextInput(width="two-thirds"),
        error_messages={
            "required": "Enter a title",
            "max_length": f"The title must be {MAX_TITLE} characters or fewer",
        },
    )
    kind = forms.ChoiceField(
        label="What kind of evidence is it?",
        choices=KINDS,
        widget=Select(),
        error_messages={
            "required": "Choose what kind of evidence it is",
            "invalid_choice": "Choose what kind of evidence it is",
        },
    )
    shows = forms.CharField(
        label="What does it show?",
        help_text="One or two sentences. Say where to look, such as a page or a sheet.",
        widget=CharacterCountTextarea(rows=4, max_length=MAX_SHOWS),
        error_messages={"required": "Say what it shows"},
    )
    period_from = DateField(
        label="First day of the period it covers (optional)",
        help_text="The period the evidence is about, not the day you add it.",
        required=False,
    )
    period_to = DateField(label="Last day of the period it covers (optional)", required=False)

    @property
    def details(self) -> Details:
        """What the valid form says, for the action."""
        names = ("title", "kind", "shows", "period_from", "period_to")
        return Details(**{name: self.cleaned_data[name] for name in names})


class SourceForm(forms.Form):
    """The thing itself: a file or a link. A box that was not chosen is not read."""

    source = forms.ChoiceField(
        label="Is it a file or a link?",
        choices=[(FILE, "A file"), (LINK, "A link to a website")],
        widget=GovukRadios(reveals={FILE: "upload", LINK: "url"}),
        error_messages={
            "required": "Choose a file or a link",
            "invalid_choice": "Choose a file or a link",
        },
    )
    upload = forms.FileField(
        label="Choose a file",
        help_text=ANONYMOUS,
        required=False,
        allow_empty_file=True,
        max_length=None,
        widget=FileUpload(accept=",".join(ACCEPTED)),
    )
    url = forms.CharField(
        label="Address of the page",
        help_text="For example, https://www.example.org/policy",
        required=False,
        strip=True,
        widget=URLInput(),
        max_length=MAX_URL,
        error_messages={"max_length": f"The link must be {MAX_URL} characters or fewer"},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        missing = {FILE: ("upload", "Choose a file"), LINK: ("url", "Enter the link")}
        field, message = missing.get(cleaned.get("source", ""), ("", ""))
        if field and field not in self.errors and not cleaned.get(field):
            self.add_error(field, message)
        return cleaned

    @property
    def content(self) -> Source:
        if self.cleaned_data["source"] == FILE:
            return Source(upload=self.cleaned_data["upload"])
        return Source(url=self.cleaned_data["url"])

    def ask_again(self) -> None:
        """A browser never sends a file back: say so where another field has the error."""
        if "upload" in self.files and "upload" not in self.errors and self.errors:
            self.add_error("upload", "Choose the file again. A browser does not keep it")


class AddForm(DetailsForm, SourceForm):
    field_order = ["title", "kind", "shows", "period_from", "period_to", "source", "upload", "url"]


class FindForm(forms.Form):
    """The filter above a list. What is not in the list of kinds is taken as all."""

    kind = forms.ChoiceField(
        label="Kind",
        required=False,
        choices=[("", "All kinds"), *EvidenceKind.choices],
        widget=Select(),
    )
    search = forms.CharField(
        label="Title contains", required=False, max_length=MAX_TITLE, widget=SearchInput(width=20)
    )

    def chosen(self) -> dict[str, str]:
        return self.cleaned_data if self.is_valid() else {}


class ClausesForm(forms.Form):
    """Ticks for the clauses of an assessment. `shown` is what was ticked when it was read."""

    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    clauses = forms.MultipleChoiceField(
        label="Which clauses does it support?",
        required=False,
        widget=GovukCheckboxes(is_small=True),
        error_messages={"invalid_choice": "Choose clauses of this self-assessment"},
    )

    def __init__(self, *args: Any, answers: Iterable[Answer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clauses"].choices = [
            (str(answer.pk), f"{answer.clause.code} {answer.clause.text}") for answer in answers
        ]

    def changes(self) -> tuple[set[UUID], set[UUID]]:
        """(ticked since, unticked since): ids of answers."""
        known = {value for value, _label in self.fields["clauses"].choices}
        shown = known & set(self.cleaned_data["shown"].split())
        now = set(self.cleaned_data["clauses"])
        return {UUID(pk) for pk in now - shown}, {UUID(pk) for pk in shown - now}


class AttachForm(forms.Form):
    """Evidence the agency has already, to be attached to one clause."""

    evidence = forms.ModelMultipleChoiceField(
        label="Which evidence supports this clause?",
        queryset=Evidence.objects.none(),
        widget=GovukCheckboxes(),
        error_messages={
            "required": "Choose at least one piece of evidence",
            "invalid_choice": "Choose evidence from the list",
            "invalid_pk_value": "Choose evidence from the list",
        },
    )
