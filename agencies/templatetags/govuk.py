"""What the component templates need beyond the template language. No markup here."""

from collections.abc import Iterator
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_block_tag(end_name="endcomponent")
def component(content: SafeString, template_name: str, **params: Any) -> SafeString:
    """Render a component with what stands between the tags as its `text`."""
    return render_to_string(template_name, {**params, "text": content})


@register.filter
def look(field: BoundField, name: str) -> Any:
    """What the field's widget says about its look: `label_size`, `is_heading`, `is_small`…"""
    return getattr(field.field.widget, name, "")


@register.filter
def kind(field: BoundField) -> str:
    """The shape of a field: "radios", "checkboxes", "group", "checkbox" or "single"."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes"
    if isinstance(widget, forms.RadioSelect):
        return "radios"
    if isinstance(widget, forms.CheckboxInput):
        return "checkbox"
    return "group" if isinstance(widget, forms.MultiWidget) else "single"


@register.filter
def options(field: BoundField) -> list[dict[str, Any]]:
    return [option.data for option in field.subwidgets]


@register.filter
def revealed(field: BoundField, value: Any) -> BoundField | None:
    """The form's field that choosing `value` shows, if any."""
    name = getattr(field.field.widget, "reveals", {}).get(str(value))
    return field.form[name] if name else None


@register.filter
def top_level(form: forms.BaseForm) -> list[BoundField]:
    """The visible fields that are not shown inside another field's option."""
    fields = form.visible_fields()
    inside = {name for f in fields for name in getattr(f.field.widget, "reveals", {}).values()}
    return [field for field in fields if field.name not in inside]


@register.filter
def error_links(form: Any) -> list[dict[str, str]]:
    """Every error of a form as {text, href}, in the order of its fields, its own ones last.

    A list that is ready is handed back; without a form there are none.
    """
    if not isinstance(form, forms.BaseForm):
        return form or []
    links = [
        {"text": str(error), "href": "" if form[name].is_hidden else f"#{error_target(form[name])}"}
        for name in form.fields
        for error in form.errors.get(name, [])
    ]
    return links + [{"text": str(error), "href": ""} for error in form.non_field_errors()]


@register.filter
def error_target(field: BoundField) -> str:
    """The id that an error about the field leads to: its first box or option."""
    if kind(field) in {"radios", "checkboxes", "group"}:
        return f"{field.auto_id}_0"
    return str(field.id_for_label or field.auto_id)


@register.filter
def width_class(width: str) -> str:
    """For a number of characters or a fraction of the column such as "two-thirds"."""
    if not width:
        return ""
    return f"govuk-input--width-{width}" if width.isdigit() else f"govuk-!-width-{width}"


@register.filter
def page_numbers(page: Page[Any]) -> Iterator[Any]:
    """The numbers around a page, with gaps: 1 2 … 7 8 9 … 40."""
    return page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
