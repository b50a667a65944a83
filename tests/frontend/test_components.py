"""Our component templates give the markup that GOV.UK Frontend's own fixtures give."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template.loader import render_to_string

from agencies import renderer

FIXTURES: dict[str, dict[str, str]] = json.loads(
    (Path(__file__).parent / "fixtures" / "govuk-frontend-6.6.0.json").read_text()
)
# What may differ: ids and addresses are ours, and Django's; app-* classes add, never replace.
OURS = {
    "id", "for", "name", "value", "href", "aria-describedby", "aria-labelledby", "aria-controls",
    "data-prevent-double-click", "aria-invalid", "maxlength", "data-maxlength", "required",
    "placeholder", "cols", "d",
}  # fmt: skip
VOID = {"input", "br", "path", "img", "meta", "link", "hr"}
Node = tuple[str, tuple[str, ...], tuple[tuple[str, str], ...]] | str


class Skeleton(HTMLParser):
    """Elements with their classes and telling attributes, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.nodes: list[Node] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = sorted(c for c in given.pop("class", "").split() if not c.startswith("app-"))
        told = sorted((k, v) for k, v in given.items() if k not in OURS)
        self.nodes.append((tag, tuple(classes), tuple(told)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.nodes.append((f"/{tag}", (), ()))

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if not words:
            return
        if self.nodes and isinstance(self.nodes[-1], str):
            words = f"{self.nodes.pop()} {words}"
        self.nodes.append(words)


def same(ours: str, theirs: str) -> None:
    assert Skeleton(ours).nodes == Skeleton(theirs).nodes


TASKS = [
    {"title": "Company Directors", "href": "#", "status": "Completed", "colour": "plain"},
    {"title": "Registered company details", "href": "#", "status": "Incomplete", "colour": "blue"},
    {"title": "Business plan", "href": "#", "status": "Incomplete", "colour": "blue"},
]
ERRORS = [
    {"text": "The date your passport was issued must be in the past", "href": "#example-error-1"},
    {"text": "Enter a postcode, like AA1 1AA", "href": "#example-error-2"},
]
INCLUDED: list[tuple[str, str, str, dict[str, Any]]] = [
    ("button", "default", "button", {"text": "Save and continue"}),
    ("button", "secondary", "button", {"text": "Secondary button", "variant": "secondary"}),
    ("button", "disabled", "button", {"text": "Disabled button", "disabled": True}),
    ("button", "link", "button", {"text": "Link button", "href": "/"}),
    ("button", "start", "button", {"text": "Start now button", "start": True}),
    ("back-link", "default", "back_link", {"href": "#"}),
    ("tag", "default", "tag", {"text": "Alpha"}),
    ("tag", "grey", "tag", {"text": "Grey", "colour": "grey"}),
    ("error-message", "default", "error_message", {"errors": ["Error message about full name goes here"]}),
    ("notification-banner", "default", "notification_banner", {"text": "This publication was withdrawn on 7 March 2014."}),
    ("notification-banner", "with type as success", "notification_banner", {"text": "Email sent to example@email.com", "type": "success"}),
    ("error-summary", "default", "error_summary", {"form": ERRORS}),
    ("error-summary", "without links", "error_summary", {"form": [{"text": "Invalid username or password"}]}),
    ("task-list", "default", "task_list", {"items": TASKS}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("component", "name", "template", "context"),
    INCLUDED,
    ids=[f"{c}: {n}" for c, n, _, _ in INCLUDED],
)
def test_component_is_as_the_fixture(
    component: str, name: str, template: str, context: dict[str, Any]
) -> None:
    same(render_to_string(f"govuk/{template}.html", context), FIXTURES[component][name])


@pytest.mark.parametrize(("name", "number"), [("default", 2), ("first page", 1), ("last page", 3)])
def test_pagination_is_as_the_fixture(name: str, number: int) -> None:
    page = Paginator(range(3), 1).page(number)
    same(render_to_string("govuk/pagination.html", {"page": page}), FIXTURES["pagination"][name])


class Form(forms.Form):
    default_renderer = renderer.GovukRenderer


def group(field: forms.Field, *, label: str, data: dict[str, str] | None = None) -> str:
    """The markup of one field, bound when `data` is given."""
    field.label, field.required = label, data is not None
    form = type("OneField", (Form,), {"it": field})(data)
    return str(form["it"].as_field_group())


FIELDS = {
    ("input", "default"): (forms.CharField(), "National Insurance number", None),
    ("input", "with hint text"): (
        forms.CharField(
            help_text="It’s on your National Insurance card, benefit letter, payslip or P60. "
            "For example, ‘QQ 12 34 56 C’."
        ),
        "National insurance number",
        None,
    ),
    ("input", "with error message"): (
        forms.CharField(
            error_messages={"required": "Enter a National Insurance number in the correct format"}
        ),
        "National Insurance number",
        {},
    ),
    ("textarea", "default"): (
        forms.CharField(widget=renderer.Textarea(rows=5)),
        "Can you provide more detail?",
        None,
    ),
    ("textarea", "with error message"): (
        forms.CharField(
            widget=renderer.Textarea(rows=5),
            error_messages={"required": "You must provide an explanation"},
        ),
        "Why can’t you provide a National Insurance number?",
        {},
    ),
    ("radios", "default"): (
        forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")], widget=renderer.GovukRadios()),
        "Have you changed your name?",
        None,
    ),
}


@pytest.mark.parametrize("key", FIELDS, ids=": ".join)
def test_field_is_as_the_fixture(key: tuple[str, str]) -> None:
    field, label, data = FIELDS[key]
    component, name = key
    same(group(field, label=label, data=data), FIXTURES[component][name])


class Everything(Form):
    title = forms.CharField()
    text = forms.CharField(widget=renderer.CharacterCountTextarea(max_length=10))
    level = forms.ChoiceField(choices=[("1", "One")], widget=renderer.GovukRadios())
    kinds = forms.MultipleChoiceField(
        choices=[("a", "A"), ("b", "B")], widget=renderer.GovukCheckboxes()
    )
    day = renderer.DateField()
    choice = forms.ChoiceField(choices=[("x", "X")], widget=renderer.Select())
    agreed = forms.BooleanField()
    file = forms.FileField(widget=renderer.FileUpload())
    password = forms.CharField(widget=renderer.PasswordInput())


class Targets(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.wanted: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            elif name in {"for", "aria-describedby", "aria-controls", "aria-labelledby"}:
                self.wanted += (value or "").split()
            elif name == "href" and (value or "").startswith("#"):
                self.wanted.append((value or "")[1:])


def test_every_error_link_label_and_description_leads_somewhere() -> None:
    form = Everything({})
    summary = render_to_string("govuk/error_summary.html", {"form": form})
    found = Targets(summary + str(form))
    assert summary.count('href="#') == len(form.fields)
    assert set(found.wanted) <= set(found.ids)
    assert len(found.ids) == len(set(found.ids))


@pytest.mark.parametrize(
    ("day", "message"),
    [
        (("31", "2", "2026"), "real date"),
        (("1", "", "2026"), "month"),
        (("x", "1", "2026"), "real date"),
    ],
)
def test_date_that_is_none_says_what_to_do(day: tuple[str, str, str], message: str) -> None:
    form = Everything({"day_day": day[0], "day_month": day[1], "day_year": day[2]})
    assert message in form.errors["day"][0]
