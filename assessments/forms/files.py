"""The form that adds several files at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from agencies.renderer import FileUpload
from assessments.actions.adding_files import MOST_FILES, NONE
from assessments.actions.describing import Details
from assessments.forms.evidence import ANONYMOUS, DetailsForm
from assessments.inspection import ACCEPTED


class FilesUpload(FileUpload):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files. What each holds is looked at by the action."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[bytes]]:
        given = data if isinstance(data, list) else [data] if data else []
        if not given:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return [super(FilesField, self).clean(one, initial) for one in given]


class FilesForm(DetailsForm):
    """As for one piece, but the title: each file brings its own."""

    field_order = ("files", "is_anonymised")
    title = None
    files = FilesField(
        label="Choose files",
        help_text=f"{ANONYMOUS} Up to {MOST_FILES} files at once.",
        allow_empty_file=True,
        max_length=None,
        widget=FilesUpload(accept=",".join(ACCEPTED)),
        error_messages={"required": NONE},
    )
    is_anonymised = forms.BooleanField(
        label="I have looked at every file: nobody can be recognised in them",
        help_text="If you are not sure, leave this open. Each can be declared later.",
        required=False,
    )

    @property
    def details(self) -> Details:
        names = [name for name in DetailsForm.base_fields if name != "title"]
        said = {name: self.cleaned_data[name] for name in names}
        return Details(title="", **{**said, "tags": [said["tags"]]})
