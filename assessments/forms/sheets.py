"""The forms of the spreadsheet: the workbook that comes back, and what of it is imported."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from agencies.renderer import FileUpload, GovukRadios
from agencies.uploads import most_megabytes
from assessments.forms.merging import OURS, SOMEBODY, THEIRS
from assessments.sheets.previewing import Line

CHOOSE_FILE = "Choose the workbook that you filled in"
CHOOSE = "Choose what to keep for clause {code}"


class SheetForm(forms.Form):
    upload = forms.FileField(
        label="Choose the workbook that you filled in",
        help_text=f"The Excel workbook (.xlsx) that you downloaded here, up to {most_megabytes()} "
        "MB. We read it and do not keep it.",
        allow_empty_file=True,
        max_length=None,
        widget=FileUpload(accept=".xlsx"),
        error_messages={"required": CHOOSE_FILE, "invalid": CHOOSE_FILE},
    )


class ImportForm(forms.Form):
    """A tick for each row that changes something, and a choice where somebody saved since.

    Nothing is chosen beforehand in a conflict. `token` carries the rows themselves.
    """

    token = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, lines: Sequence[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[_name(line)] = _pick(line) if line.is_conflict else _tick(line)

    @property
    def conflicts(self) -> list[tuple[Line, BoundField]]:
        return [(line, self[_name(line)]) for line in self.lines if line.is_conflict]

    @property
    def changes(self) -> list[tuple[Line, BoundField]]:
        return [(line, self[_name(line)]) for line in self.lines if not line.is_conflict]

    @property
    def chosen(self) -> list[Line]:
        """What the valid form wants to be stored."""
        return [line for line in self.lines if self.cleaned_data[_name(line)] in (True, OURS)]


def _name(line: Line) -> str:
    """c4-11 for 4.11: a dot in an id would need care in styles and scripts."""
    return f"c{line.code.replace('.', '-')}"


def _tick(line: Line) -> forms.BooleanField:
    return forms.BooleanField(label=f"Import clause {line.code}", required=False, initial=True)


def _pick(line: Line) -> forms.ChoiceField:
    message = CHOOSE.format(code=line.code)
    theirs = f"What was saved by {line.who or SOMEBODY}"
    return forms.ChoiceField(
        label=f"Which do you want to keep for clause {line.code}?",
        choices=[(OURS, "What my workbook says"), (THEIRS, theirs)],
        widget=GovukRadios(label_size="s"),
        error_messages={"required": message, "invalid_choice": message},
    )
