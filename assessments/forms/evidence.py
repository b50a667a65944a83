"""The forms of evidence."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Q

from agencies.models import Membership
from agencies.renderer import (
    CharacterCountTextarea,
    DateField,
    FileUpload,
    GovukCheckboxes,
    GovukRadios,
    RowField,
    SearchInput,
    Select,
    TextInput,
    URLInput,
)
from agencies.uploads import most_megabytes
from assessments.actions.attaching import NO_SUCH
from assessments.actions.describing import MAX_DESCRIPTION, MAX_TAG, MAX_TAGS, MAX_TITLE, Details
from assessments.actions.evidence import MAX_URL, Source
from assessments.actions.placing import MAX_PLACE, MAX_SHOWS, Where
from assessments.inspection import ACCEPTED
from assessments.models import Answer, EvidenceKind, Validity
from assessments.models.evidence import EvidenceQuerySet

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
    description = forms.CharField(
        label="Description",
        help_text="What it is, in one or two sentences. Where to look in it you say for each "
        "clause that it supports.",
        widget=CharacterCountTextarea(rows=4, max_length=MAX_DESCRIPTION),
        error_messages={"required": "Enter a description"},
    )
    period_from = DateField(
        label="First day of the period it covers (optional)",
        help_text="The period the evidence is about, not the day you add it.",
        required=False,
    )
    period_to = DateField(label="Last day of the period it covers (optional)", required=False)
    valid_until = DateField(
        label="Valid until (optional)",
        help_text="Its last valid day, such as the day on which a policy must be reviewed.",
        required=False,
    )
    owner = RowField(
        label="Who keeps it up to date? (optional)",
        queryset=Membership.objects.none(),
        required=False,
        empty_label="Nobody",
        widget=Select(),
        error_messages={"invalid_choice": "Choose somebody who works with your agency here"},
    )
    tags = forms.CharField(
        label="Tags (optional)",
        help_text=f"Words to find it by, with commas between them. Up to {MAX_TAGS}, of up to "
        f"{MAX_TAG} characters each.",
        required=False,
        widget=TextInput(width="two-thirds"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        there = Q(is_active=True, is_machine=False)
        now = self.initial.get("owner")
        self.fields["owner"].queryset = Membership.objects.filter(there | Q(pk=now))

    @property
    def details(self) -> Details:
        """What the valid form says, for the action."""
        said = {name: self.cleaned_data[name] for name in DetailsForm.base_fields}
        return Details(**{**said, "tags": [said["tags"]]})


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

    is_anonymised = forms.BooleanField(
        label="I have looked at the file: nobody can be recognised in it",
        help_text="If you are not sure, leave this open. You or a colleague can declare it later.",
        required=False,
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
            return Source(
                upload=self.cleaned_data["upload"],
                is_anonymised=self.cleaned_data["is_anonymised"],
            )
        return Source(url=self.cleaned_data["url"])

    def ask_again(self) -> None:
        """A browser never sends a file back: say so where another field has the error."""
        if "upload" in self.files and "upload" not in self.errors and self.errors:
            self.add_error("upload", "Choose the file again. A browser does not keep it")


class WhereForm(forms.Form):
    """Where to look in it, for one clause."""

    place = forms.CharField(
        label="Page or section (optional)",
        help_text="Where an assessor should look, for example: page 12, or section 3.2",
        required=False,
        max_length=MAX_PLACE,
        widget=TextInput(width="two-thirds"),
        error_messages={
            "max_length": f"The page or section must be {MAX_PLACE} characters or fewer"
        },
    )
    shows = forms.CharField(
        label="What does it show there? (optional)",
        help_text="One or two sentences about this clause.",
        required=False,
        widget=CharacterCountTextarea(rows=3, max_length=MAX_SHOWS),
    )

    @property
    def where(self) -> Where:
        return Where(self.cleaned_data["place"], self.cleaned_data["shows"])


class AddForm(DetailsForm, SourceForm):
    field_order = [*DetailsForm.base_fields, *SourceForm.base_fields]


class AddToClauseForm(AddForm, WhereForm):
    """New evidence for a clause: with where to look in it."""

    field_order = [*AddForm.field_order, *WhereForm.base_fields]


class FindForm(forms.Form):
    """The filter above a list. What is not in a list of choices is taken as all."""

    field_order = ("search", "kind", "valid", "owner", "tag")
    kind = forms.ChoiceField(
        label="Kind",
        required=False,
        choices=[("", "All kinds"), *EvidenceKind.choices],
        widget=Select(),
    )
    owner = forms.ChoiceField(label="Owner", required=False, widget=Select())
    tag = forms.ChoiceField(label="Tag", required=False, widget=Select())
    valid = forms.ChoiceField(
        label="Validity",
        required=False,
        choices=[("", "Any"), *Validity.choices],
        widget=Select(),
    )
    search = forms.CharField(
        label="Title or description contains",
        required=False,
        max_length=MAX_TITLE,
        widget=SearchInput(width=20),
    )

    def __init__(self, *args: Any, evidence: EvidenceQuerySet, **kwargs: Any) -> None:
        """Offers the owners and tags of `evidence`."""
        super().__init__(*args, **kwargs)
        self.fields["owner"].choices = [("", "All owners"), *evidence.owners()]
        self.fields["tag"].choices = [("", "All tags"), *((t, t) for t in evidence.tags_in_use())]

    def chosen(self) -> dict[str, str]:
        """What was asked for, without what cannot be."""
        self.full_clean()
        return self.cleaned_data


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


class IdsField(forms.TypedMultipleChoiceField):
    """Ids of the right shape. Whether there is such a thing, the action says."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(coerce=UUID, **kwargs)

    def valid_value(self, value: Any) -> bool:
        return True


class AttachForm(forms.Form):
    """Evidence the agency has already, to be attached to one clause."""

    evidence = IdsField(
        label="Which evidence supports this clause?",
        widget=GovukCheckboxes(),
        error_messages={
            "required": "Choose at least one piece of evidence",
            "invalid_choice": NO_SUCH,
        },
    )
