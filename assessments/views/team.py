"""Who does what: in one assessment, for one clause, and all that is one's own."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import ListView

from agencies.permissions import Permission, can, require
from agencies.views import ActionFormView
from agencies.views.base import Pages
from assessments.actions import assigning as actions
from assessments.actions.answers import rules_of
from assessments.forms.assigning import AssignForm, ShowForm, TeamForm
from assessments.models import Answer
from assessments.models.assignment import assignable
from assessments.presenting import Mark, clause_url, clause_urls, mark_of
from assessments.standing import clause_states
from assessments.team import Part, Show, parts
from assessments.views.answering import AnswerMixin
from assessments.views.base import AssessmentMixin, KeepsText, PersonMixin
from assessments.views.overview import StandingMixin
from assessments.workflow import why_locked
from standards.models import Standard

TAKE = "take"
"""What the second button of a form sends: the clauses become no one's."""


@dataclass(frozen=True)
class Row:
    """A clause in the list, with its tick where it can be chosen."""

    part: Part
    href: str
    mark: Mark
    option: dict[str, Any] | None


class AssigningView(KeepsText, AssessmentMixin, ActionFormView):
    """A form with two buttons: one gives the clauses to somebody, one makes them no one's."""

    @property
    def is_taking(self) -> bool:
        return self.request.POST.get("do") == TAKE

    @property
    def may_assign(self) -> bool:
        return can(self.by, Permission.ASSIGN_CLAUSE) and not why_locked(self.assessment)

    def get_form_kwargs(self) -> dict[str, Any]:
        people = assignable(self.by.agency_id)
        return super().get_form_kwargs() | {"people": people, "is_taking": self.is_taking}

    def change(self, form: Any, answers: list[UUID]) -> int:
        """How many clauses changed hands, or day."""
        if self.is_taking:
            return actions.unassign(self.assessment, answers=answers, by=self.by)
        said = {name: form.cleaned_data[name] for name in ("to", "due_on")}
        return len(actions.assign(self.assessment, answers=answers, **said, by=self.by))

    def get_success_message(self) -> str:
        count = f"{self.record} clause" if self.record == 1 else f"{self.record} clauses"
        if not self.record:
            return "Nothing had changed"
        return f"{count} made no one's" if self.is_taking else f"{count} assigned"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"may_assign": self.may_assign, **kwargs})


class TeamView(AssigningView, StandingMixin):
    """All clauses with whose they are; ?show= and ?standard= narrow the list."""

    form_class = TeamForm
    template_name = "assessments/team.html"

    @cached_property
    def answers(self) -> list[Answer]:
        return list(self.assessment.answers.for_team())

    @cached_property
    def parts(self) -> list[Part]:
        return parts(self.answers, self.states, timezone.localdate())

    @cached_property
    def show_form(self) -> ShowForm:
        """After a refusal everything is shown, so that no tick is out of sight."""
        said = {} if self.request.method == "POST" else self.request.GET
        standards = dict.fromkeys(part.clause.standard for part in self.parts)
        return ShowForm(said, standards=list(standards))

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"parts": self.parts}

    def act(self, form: TeamForm) -> int:
        return self.change(form, form.chosen())

    def get_success_url(self) -> str:
        return self.request.get_full_path()

    def groups(self, form: TeamForm, chosen: dict[str, str]) -> list[tuple[Standard, list[Row]]]:
        """What is to be shown, standard by standard."""
        url, rules = clause_urls(self.assessment.pk), self.rules
        options = [option.data for option in form["clauses"].subwidgets]
        rows = [
            Row(
                part,
                url(part.clause.code),
                mark_of(part.answer, state, rules),
                option if self.may_assign else None,
            )
            for part, state, option in zip(self.parts, self.states, options, strict=True)
            if part.is_shown(chosen["show"], self.by)
            and chosen["standard"] in ("", part.clause.standard.code)
        ]
        grouped = groupby(rows, key=lambda row: row.part.clause.standard)
        return [(standard, list(found)) for standard, found in grouped]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        chosen = self.show_form.chosen()
        groups = self.groups(context["form"], chosen)
        ticks = {o.data["value"]: o.data for o in context["form"]["standards"].subwidgets}
        is_whole = chosen["show"] == Show.ALL and self.may_assign
        found = {
            "show_form": self.show_form,
            "groups": [
                (standard, rows, ticks[standard.code] if is_whole else None)
                for standard, rows in groups
            ],
            "shown_count": sum(len(rows) for _, rows in groups),
            "unassigned_count": sum(part.is_unassigned for part in self.parts),
            "overdue_count": sum(part.is_overdue for part in self.parts),
        }
        return {**context, **found}


class AssignView(AnswerMixin, AssigningView):
    """One clause."""

    form_class = AssignForm
    template_name = "assessments/assign.html"

    def get_initial(self) -> dict[str, Any]:
        row = getattr(self.answer, "assignment", None)
        is_ahead = row and row.due_on and row.due_on >= timezone.localdate()
        return {"to": row.assignee_id, "due_on": row.due_on if is_ahead else None} if row else {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = clause_url(self.kwargs["pk"], self.kwargs["code"])
        return super().get_context_data(answer=self.answer, back_url=back, **kwargs)

    def act(self, form: AssignForm) -> int:
        return self.change(form, [self.answer.pk])

    def get_success_url(self) -> str:
        return clause_url(self.kwargs["pk"], self.kwargs["code"])


class MineView(PersonMixin, Pages, ListView):
    """What is one's own and to do, in all open assessments; with ?show=complete what is done."""

    template_name = "assessments/mine.html"
    paginate_by = 25

    @property
    def is_done(self) -> bool:
        return self.request.GET.get("show") == "complete"

    def get_queryset(self) -> Any:
        require(self.by, Permission.READ_ASSESSMENT)
        rows = Answer.objects.for_mine(self.by)
        return rows.done() if self.is_done else rows.to_do()

    def rows(self, answers: list[Answer]) -> list[Row]:
        """Each with its own rules: the assessments may be of several editions."""
        states = clause_states(answers, kind=self.by.agency.kind)
        found = parts(answers, states, timezone.localdate())
        return [
            Row(
                part,
                clause_url(part.answer.assessment_id, part.clause.code),
                mark_of(part.answer, state, rules_of(part.answer)),
                None,
            )
            for part, state in zip(found, states, strict=True)
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(is_done=self.is_done, **kwargs)
        query = "show=complete" if self.is_done else ""
        return {**context, "rows": self.rows(list(context["page_obj"])), "query": query}
