"""A whole standard on one page: a level for each clause, one button."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import get_text_list
from django.views.generic import TemplateView

from agencies.permissions import Permission, can, require
from agencies.workflow import NotAllowed, Stale
from assessments.actions.answer_table import Outcome, Row, answer_clauses
from assessments.actions.answers import Said
from assessments.comparing import Compared, compared, merged, who_saved
from assessments.forms.table import RowForm
from assessments.models import Answer
from assessments.presenting import TEXTS, level_text
from assessments.standing import rules_in_force
from assessments.views.base import AssessmentMixin, KeepsText
from assessments.workflow import why_locked
from standards.models import Standard
from standards.scoring import Rules


@dataclass(frozen=True)
class Line:
    """A clause with its form, what is wrong with it, and both texts where somebody was first."""

    form: RowForm
    is_addressed: bool
    errors: list[str]
    conflict: list[Compared]
    who: str

    @property
    def answer(self) -> Answer:
        return self.form.answer

    @property
    def differs_in_text(self) -> bool:
        """The first row is the level."""
        return any(row.differs for row in self.conflict[1:])


class TableView(KeepsText, AssessmentMixin, TemplateView):
    template_name = "assessments/standard_table.html"

    @cached_property
    def standards(self) -> list[Standard]:
        return list(Standard.objects.filter(edition=self.assessment.edition_id))

    @cached_property
    def standard(self) -> Standard:
        for standard in self.standards:
            if standard.code == self.kwargs["code"]:
                return standard
        raise Http404

    @property
    def answers(self) -> list[Answer]:
        """As they are stored now."""
        rows = self.assessment.answers.filter(clause__standard=self.standard)
        return list(rows.select_related("clause", "updated_by"))

    @cached_property
    def rules(self) -> Rules:
        return rules_in_force(self.assessment)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require(self.by, Permission.READ_ASSESSMENT)
        forms = [RowForm(request.POST, answer=a, rules=self.rules) for a in self.answers]
        sent = [form for form in forms if form.add_prefix("version") in request.POST]
        if not all(form.is_valid() for form in sent):
            return self.show(sent, status=422)
        touched = [form for form in sent if form.is_touched]
        try:
            outcome = self.act(touched)
        except ValidationError as error:
            return self.show(sent, by_code=error.message_dict, status=422)
        except PermissionDenied as refusal:
            return self.refuse(touched, str(refusal), status=403)
        except NotAllowed as refusal:
            return self.refuse(touched, str(refusal), status=409)
        return self.conclude(outcome, [form.answer for form in forms])

    def act(self, touched: list[RowForm]) -> Outcome:
        rows = [Row(form.answer, form.cleaned_data["version"], form.said) for form in touched]
        return answer_clauses(self.assessment, rows=rows, by=self.by)

    def conclude(self, outcome: Outcome, shown: list[Answer]) -> HttpResponse:
        saved = f"{_counted(outcome)}{_reasons(shown, outcome)}"
        if outcome.conflicts:
            return self.show_conflicts(outcome.conflicts, saved)
        messages.success(self.request, saved)
        return HttpResponseRedirect(self.get_success_url())

    def get_success_url(self) -> str:
        following = self.neighbour(1)
        if self.request.POST.get("then") == "overview" or not following:
            return self.overview_url
        return reverse("assessments:table", args=[self.kwargs["pk"], following])

    def neighbour(self, step: int) -> str:
        codes = [standard.code for standard in self.standards]
        at = codes.index(self.standard.code) + step
        return codes[at] if 0 <= at < len(codes) else ""

    def show(
        self,
        forms: list[RowForm],
        *,
        status: int,
        by_code: dict[str, list[str]] | None = None,
    ) -> HttpResponse:
        """What was typed, with what is wrong about it."""
        lines = [self.line(form, (by_code or {}).get(form.answer.clause.code)) for form in forms]
        return self.render_to_response(self.get_context_data(lines=lines), status=status)

    def show_conflicts(self, conflicts: list[Stale], saved: str) -> HttpResponse:
        """The rows as they are stored now; where somebody was first, both texts to choose from."""
        stale = {conflict.current.pk: conflict for conflict in conflicts}
        lines = []
        for answer in self.answers:
            conflict = stale.get(answer.pk)
            ours = Said(**conflict.ours) if conflict else None
            both = merged(ours, Said.stored_in(answer)) if ours else None
            form = RowForm.of(answer, self.rules, shown=both)
            errors = [str(conflict)] if conflict else []
            lines.append(self.line(form, errors, ours))
        context = self.get_context_data(lines=lines, saved_text=saved, saved_first=_who(lines))
        return self.render_to_response(context, status=412)

    def line(
        self, form: RowForm, errors: list[str] | None = None, ours: Said | None = None
    ) -> Line:
        found = [text for texts in form.errors.values() for text in texts] if form.is_bound else []
        answer = form.answer
        stored = Said.stored_in(answer)
        return Line(
            form,
            answer.clause.is_addressed_to(self.by.agency.kind),
            found + (errors or []),
            compared(stored, ours, self.rules) if ours else [],
            who_saved(answer, self.by),
        )

    def refuse(self, forms: list[RowForm], reason: str, *, status: int) -> HttpResponse:
        """Locked, or no longer allowed, since the page was opened: what was said is not lost."""
        said = [
            (f"Clause {form.answer.clause.code}: {label}", text)
            for form in forms
            for label, text in [
                ("level", level_text(form.said, self.rules)),
                *((label, getattr(form.said, field)) for label, field in TEXTS),
            ]
        ]
        self.template_name = "assessments/table_refused.html"
        context = super().get_context_data(reason=reason, unsaved=said, standard=self.standard)
        return self.render_to_response(context, status=status)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if "lines" not in kwargs:
            kwargs["lines"] = [self.line(RowForm.of(a, self.rules)) for a in self.answers]
        found = {
            "standard": self.standard,
            "rules": self.rules,
            "errors": _links(kwargs["lines"]),
            "may_write": can(self.by, Permission.ANSWER_CLAUSE) and not why_locked(self.assessment),
            "previous_code": self.neighbour(-1),
            "next_code": self.neighbour(1),
        }
        return super().get_context_data(**{**found, **kwargs})


def _links(lines: list[Line]) -> list[dict[str, str]]:
    """For the error summary: each leads to the first radio of its row."""
    return [
        {
            "text": f"Clause {line.answer.clause.code}: {error}",
            "href": f"#{next(line.form.options).id}",
        }
        for line in lines
        for error in line.errors
    ]


def _counted(outcome: Outcome) -> str:
    count = len(outcome.saved)
    if not count:
        return "Nothing had changed, so nothing was saved"
    return "1 clause saved" if count == 1 else f"{count} clauses saved"


def _reasons(shown: list[Answer], outcome: Outcome) -> str:
    """Which clauses of the standard do not apply for a reason that nobody has given yet."""
    stored = {answer.pk: answer for answer in [*shown, *outcome.saved, *outcome.same]}
    codes = [answer.clause.code for answer in stored.values() if answer.lacks_reason]
    if not codes:
        return ""
    if len(codes) == 1:
        return f". Clause {codes[0]} still needs a reason why it does not apply"
    return f". Clauses {get_text_list(codes, 'and')} still need a reason why they do not apply"


def _who(lines: list[Line]) -> str:
    """By whom the rows in conflict were saved; empty where that is not known of each."""
    names = list(dict.fromkeys(line.who for line in lines if line.conflict))
    return f"by {get_text_list(names, 'and')}" if all(names) else ""
