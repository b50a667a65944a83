"""What the pages of the guidance ask for: shape only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from agencies.renderer import CharacterCountTextarea, FileUpload, Select, Textarea, TextInput
from standards.actions.drafting import ClausePart
from standards.actions.publishing import LONGEST_SUMMARY
from standards.models import EvidenceKind
from standards.schema.guidance import (
    LONGEST_NOTE,
    LONGEST_PROMPT,
    LONGEST_TERM,
    PROMPTS_AT_LEAST,
    PROMPTS_AT_MOST,
    PromptText,
    TermText,
)
from standards.yamlfile import MAX_BYTES

PLACES = range(1, PROMPTS_AT_MOST + 1)
KINDS = [("", "No prompt"), *EvidenceKind.choices]


def one_paragraph(text: str) -> str:
    return " ".join(text.split())


def text_field(label: str, longest: int, *, rows: int, **options: Any) -> forms.CharField:
    too_long = f"{label} must be {longest:,} characters or fewer"
    return forms.CharField(
        label=label,
        max_length=longest,
        widget=Textarea(rows=rows),
        error_messages={"required": f"Enter: {label.lower()}", "max_length": too_long},
        **options,
    )


class ClausePartForm(forms.Form):
    """Two to four prompts, each a kind and a sentence, and the editor's note."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in PLACES:
            self.fields[f"kind_{place}"] = forms.ChoiceField(
                label=f"Prompt {place}: kind of evidence",
                choices=KINDS,
                widget=Select,
                required=False,
                error_messages={"invalid_choice": f"Select the kind of prompt {place}"},
            )
            self.fields[f"text_{place}"] = text_field(
                f"Prompt {place}", LONGEST_PROMPT, rows=3, required=False
            )
        self.fields["note"] = text_field(
            "Editor's note",
            LONGEST_NOTE,
            rows=3,
            required=False,
            help_text="What is odd in the text of the clause. Leave it empty where nothing is.",
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for place in PLACES:
            kind, text = cleaned.get(f"kind_{place}"), cleaned.get(f"text_{place}")
            if text and kind == "":
                self.add_error(f"kind_{place}", f"Select the kind of prompt {place}")
            if kind and text == "":
                message = f"Write prompt {place}, or choose “No prompt” to remove it"
                self.add_error(f"text_{place}", message)
        if not self.errors and len(self.part.prompts) < PROMPTS_AT_LEAST:
            raise ValidationError(f"A clause needs at least {PROMPTS_AT_LEAST} prompts")
        return cleaned

    @property
    def part(self) -> ClausePart:
        found = self.cleaned_data
        prompts = [(found[f"kind_{n}"], one_paragraph(found[f"text_{n}"])) for n in PLACES]
        kept = tuple(PromptText(kind, text) for kind, text in prompts if text)
        return ClausePart(kept, one_paragraph(found["note"]))


def shown(part: ClausePart) -> dict[str, str]:
    """A part as the form's fields."""
    fields = {"note": part.note}
    for place, prompt in enumerate(part.prompts, 1):
        fields |= {f"kind_{place}": prompt.kind, f"text_{place}": prompt.text}
    return fields


class TermForm(forms.Form):
    """A term of our own; of the standards' own terms only the note can be changed."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=16)
    term = forms.CharField(
        label="Term",
        max_length=LONGEST_TERM,
        widget=TextInput,
        error_messages={
            "required": "Enter the term",
            "max_length": f"The term must be {LONGEST_TERM} characters or fewer",
        },
    )
    definition = text_field("What it means", 2_000, rows=5)
    note = text_field("Editor's note", LONGEST_NOTE, rows=3, required=False)

    def __init__(self, *args: Any, stored: dict[str, str] | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stored = stored or {}
        if self.is_printed:
            del self.fields["term"], self.fields["definition"]

    @property
    def is_printed(self) -> bool:
        return self.stored.get("source") == "standards"

    @property
    def said(self) -> TermText:
        found = {key: one_paragraph(value) for key, value in self.cleaned_data.items()}
        del found["seen"]
        return TermText(**({"source": "service"} | self.stored | found))


class UploadForm(forms.Form):
    file = forms.FileField(
        label="Guidance file (YAML)",
        widget=FileUpload(accept=".yaml,.yml"),
        error_messages={
            "required": "Choose a file",
            "empty": "The file is empty",
            "missing": "Choose a file",
            "invalid": "Choose a file",
        },
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            raise ValidationError(f"The file must be no larger than {MAX_BYTES // 1_000_000} MB")
        return file


class PublishForm(forms.Form):
    version = forms.CharField(
        label="Version",
        max_length=20,
        help_text="Higher than every version before.",
        widget=TextInput(width=10),
        error_messages={
            "required": "Enter a version",
            "max_length": "The version must be 20 characters or fewer",
        },
    )
    summary = forms.CharField(
        label="What is new, in a sentence",
        max_length=LONGEST_SUMMARY,
        help_text="Everybody can read it. Name no child, family or colleague.",
        widget=CharacterCountTextarea(rows=3),
        error_messages={
            "required": "Say in a sentence what is new",
            "max_length": f"What is new must be {LONGEST_SUMMARY} characters or fewer",
        },
    )
