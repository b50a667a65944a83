"""The form of a row in the table of a standard."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, NamedTuple

from django import forms

from assessments.actions.answers import Said
from assessments.forms.answering import (
    NOT_APPLICABLE,
    NOT_SCORED,
    STALE_PAGE,
    AnswerForm,
    from_said,
)
from assessments.models import Answer
from standards.scoring import Rules

TEXTS = ("na_reason", "how", "difference")
SHORT = {NOT_APPLICABLE: "N/A", NOT_SCORED: "None"}


class Option(NamedTuple):
    """A radio of a row: the word in sight, and the rest of its name."""

    id: str
    value: str
    is_chosen: bool
    short: str
    title: str


class RowForm(AnswerForm):
    """The answer to one clause, small. `seen` tells later whether the person changed anything."""

    seen = forms.CharField(
        max_length=64,
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "max_length"), STALE_PAGE),
    )

    def __init__(self, *args: Any, answer: Answer, rules: Rules, **kwargs: Any) -> None:
        self.answer = answer
        prefix = prefix_of(answer)
        super().__init__(*args, rules=rules, has_choice=True, prefix=prefix, **kwargs)
        for name in TEXTS:
            self.fields[name].widget.attrs["rows"] = 3
            self.fields[name].widget.label_size = "s"

    @classmethod
    def of(cls, answer: Answer, rules: Rules, *, shown: Said | None = None) -> RowForm:
        """As it is stored; or with what is `shown` instead and has yet to be saved."""
        stored = Said.stored_in(answer)
        first = {"version": answer.version, "seen": fingerprint(stored)}
        return cls(answer=answer, rules=rules, initial=first | from_said(shown or stored))

    @property
    def is_touched(self) -> bool:
        """Whether the valid form says something else than the page showed."""
        return fingerprint(self.said) != self.cleaned_data["seen"]

    @property
    def options(self) -> Iterator[Option]:
        chosen = str(self["level"].value() or "")
        for widget in self["level"].subwidgets:
            data = widget.data
            value = str(data["value"])
            short = SHORT.get(value, value)
            title = data["label"].removeprefix(f"{value} ")
            yield Option(data["attrs"]["id"], value, value == chosen, short, title)

    @property
    def has_text(self) -> bool:
        return any(self[name].value() for name in TEXTS)

    @property
    def is_open(self) -> bool:
        """Whether the texts are shown at once: there is something to see to in them."""
        is_apart = str(self["level"].value()) == NOT_APPLICABLE
        lacks_reason = is_apart and not str(self["na_reason"].value() or "").strip()
        return lacks_reason or any(self[name].errors for name in TEXTS)


def prefix_of(answer: Answer) -> str:
    """c4-11 for 4.11: a dot in an id would need care in styles and scripts."""
    return f"c{answer.clause.code.replace('.', '-')}"


def fingerprint(said: Said) -> str:
    """The same for the same content, as a form gives it back: without spaces at the ends."""
    content = {k: v.strip() if isinstance(v, str) else v for k, v in asdict(said).items()}
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
