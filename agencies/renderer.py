"""How forms look: the project's form renderer, and widgets that name a GOV.UK component.

A widget holds what to show (rows, hints, what a choice reveals); the markup is in
`templates/django/forms` and `templates/govuk`. How to use them: `templates/govuk/README.md`.
"""

import calendar
import datetime
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting

if TYPE_CHECKING:
    ChoiceBase = forms.ModelChoiceField[Any]
else:
    ChoiceBase = forms.ModelChoiceField

Attrs = dict[str, Any] | None


class GovukRenderer(TemplatesSetting):
    """Django's own project-templates renderer, pointed at our form and field templates."""

    form_template_name = "django/forms/form.html"
    field_template_name = "django/forms/field.html"


class Look:
    """What any of our widgets may say about its field.

    label_size: "s", "m", "l" or "xl"; is_heading: the label is the page's h1;
    width: characters (2, 3, 4, 5, 10, 20) or a fraction such as "two-thirds".
    """

    label_size = ""
    is_heading = False
    width = ""

    def __init__(
        self,
        *args: Any,
        label_size: str = "",
        is_heading: bool = False,
        width: str | int = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.label_size = label_size
        self.is_heading = is_heading
        self.width = str(width)

    def get_context(self, name: str, value: Any, attrs: Attrs) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)  # type: ignore[misc]
        context["widget"]["width"] = self.width
        return context


class TextInput(Look, forms.TextInput):
    pass


class EmailInput(Look, forms.EmailInput):
    pass


class URLInput(Look, forms.URLInput):
    pass


class PasswordInput(Look, forms.PasswordInput):
    """With a button that shows what was typed."""


class Select(Look, forms.Select):
    pass


class SearchInput(Look, forms.TextInput):
    input_type = "search"


class Textarea(Look, forms.Textarea):
    """`rows` high. A line break counts as one character, as the browser counts it."""

    def __init__(self, *args: Any, rows: int = 5, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.attrs["rows"] = rows
        self.attrs.pop("cols", None)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value


class CharacterCountTextarea(Textarea):
    """Counts down to the field's `max_length`; what is too long stays and is named an error.

    The limit comes from the field (or `max_length=`). It is not set as the browser's own
    `maxlength`, which would cut a pasted text without a word.
    """

    template_name = "django/forms/widgets/character_count.html"

    def __init__(self, *args: Any, max_length: int = 0, threshold: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.max_length = max_length
        self.threshold = threshold

    def get_context(self, name: str, value: Any, attrs: Attrs) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        from_field = widget["attrs"].pop("maxlength", 0)
        widget["limit"] = int(self.max_length or from_field)
        widget["threshold"] = self.threshold
        described = widget["attrs"].get("aria-describedby", "")
        widget["attrs"]["aria-describedby"] = f"{described} {widget['attrs']['id']}-info".strip()
        return context


class Choices(Look):
    """What radios and checkboxes share.

    hints: {value: hint below the option}; reveals: {value: name of the form's field shown
    when it is chosen}; divider_before: the value that "or" stands before.
    """

    def __init__(
        self,
        *args: Any,
        hints: Mapping[str, str] | None = None,
        reveals: Mapping[str, str] | None = None,
        divider_before: str = "",
        is_small: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.hints = dict(hints or {})
        self.reveals = dict(reveals or {})
        self.divider_before = divider_before
        self.is_small = is_small

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any]
        option = super().create_option(name, value, *args, **kwargs)  # type: ignore[misc]
        option["hint"] = self.hints.get(str(value), "")
        option["has_divider"] = bool(self.divider_before) and str(value) == self.divider_before
        return option


class GovukRadios(Choices, forms.RadioSelect):
    pass


class GovukCheckboxes(Choices, forms.CheckboxSelectMultiple):
    pass


class FileUpload(Look, forms.FileInput):
    """A button and, with JavaScript, a place to drop the file. `accept`: ".pdf,.docx"."""

    template_name = "django/forms/widgets/file_upload.html"

    def __init__(self, *args: Any, accept: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if accept:
            self.attrs["accept"] = accept


class DateParts(NamedTuple):
    """What was typed, as it was typed."""

    day: str
    month: str
    year: str


class DateInput(Look, forms.MultiWidget):
    """Day, month and year in three boxes; the error marks the boxes that are empty."""

    template_name = "django/forms/widgets/date_input.html"
    use_fieldset = True

    def __init__(self, **kwargs: Any) -> None:
        parts = {part: forms.TextInput() for part in DateParts._fields}
        super().__init__(parts, **kwargs)

    def decompress(self, value: Any) -> DateParts:
        if isinstance(value, str) and value:
            value = datetime.date.fromisoformat(value)
        if not value:
            return DateParts("", "", "")
        return DateParts(str(value.day), str(value.month), str(value.year))

    def value_from_datadict(self, data: Any, files: Any, name: str) -> DateParts:  # type: ignore[override]
        typed = super().value_from_datadict(data, files, name)
        return DateParts(*((part or "").strip() for part in typed))

    def get_context(self, name: str, value: Any, attrs: Attrs) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        parts = context["widget"]["subwidgets"]
        are_empty = [not part["value"] for part in parts]
        some_are = any(are_empty) and not all(are_empty)
        for part, label, is_empty in zip(parts, DateParts._fields, are_empty, strict=True):
            part["label"] = label.capitalize()
            part["is_marked"] = "aria-invalid" in part["attrs"] and (is_empty or not some_are)
        return context


class DateField(forms.DateField):
    """A date from `DateInput`. Takes a month as a number or an English name."""

    widget = DateInput
    default_error_messages: ClassVar = {
        "required": "Enter a date, for example 27 3 2026",
        "incomplete": "The date must include a %(missing)s",
        "year": "The year must be between 1900 and 2199, for example 2026",
        "invalid": "Enter a real date, for example 27 3 2026",
    }

    def to_python(self, value: Any) -> datetime.date | None:
        if not isinstance(value, DateParts):
            return super().to_python(value)
        if not any(value):
            return None
        missing = [part for part, typed in value._asdict().items() if not typed]
        if missing:
            text = " and a ".join(missing)
            raise ValidationError(
                self.error_messages["incomplete"], code="incomplete", params={"missing": text}
            )
        if not re.fullmatch(r"(19|20|21)[0-9]{2}", value.year):
            raise ValidationError(self.error_messages["year"], code="year")
        try:
            return datetime.date(int(value.year), month_number(value.month), int(value.day))
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error


class RowField(ChoiceBase):
    """One of the rows given to the form. What is no id at all is no choice either."""

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except ValidationError as error:
            raise ValidationError(self.error_messages["invalid_choice"]) from error


def month_number(typed: str) -> int:
    """1 to 12 from "3", "03", "Mar" or "march"; ValueError for anything else."""
    names = [name.lower() for name in calendar.month_name]
    short = [name[:3] for name in names]
    name = typed.lower().rstrip(".")
    if name and name in names:
        return names.index(name)
    if name and name in short:
        return short.index(name)
    return int(typed)
