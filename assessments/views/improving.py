"""The improvement plan: of one assessment, of the whole agency, and one action of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import ListView, TemplateView

from agencies.models import Membership
from agencies.permissions import Permission, can, require
from agencies.views import ActionFormView
from agencies.views.base import Pages, PostView
from agencies.workflow import Stale
from assessments.actions import improving as actions
from assessments.forms.improving import PlanFilterForm, PlanForm
from assessments.guarding import of_improvement
from assessments.models import Answer, Improvement
from assessments.models.assignment import assignable
from assessments.models.improvement import ImprovementQuerySet
from assessments.planning import Forecast, Standing, foresee, shown, standing
from assessments.presenting import (
    STEP_WORDS,
    blocker_rows,
    clause_url,
    plan_urls,
    progress_mark,
)
from assessments.presenting.guard import PROOF
from assessments.standing import rules_in_force
from assessments.team import is_overdue
from assessments.views.answering import AnswerMixin
from assessments.views.base import AssessmentMixin, KeepsText, PersonMixin

Row = tuple[Improvement, Any, bool]


class ActionListView(PersonMixin, Pages, ListView):
    """All actions of the agency but those of practice, the most urgent first.

    ?show= and ?owner= narrow the list.
    """

    template_name = "assessments/plan_all.html"
    paginate_by = 25

    @property
    def all_rows(self) -> ImprovementQuerySet:
        return Improvement.objects.real()

    @cached_property
    def standing(self) -> Standing:
        require(self.by, Permission.READ_ASSESSMENT)
        return standing(self.all_rows, timezone.localdate())

    @cached_property
    def filter_form(self) -> PlanFilterForm:
        return PlanFilterForm(self.request.GET, owners={self.by.pk: "Mine"} | self.owners)

    @property
    def owners(self) -> dict[Any, str]:
        others = self.standing.owners.items()
        return {pk: name for pk, name in others if pk != self.by.pk}

    def get_queryset(self) -> Any:
        chosen = self.filter_form.chosen()
        rows = shown(self.all_rows.for_page(), chosen.get("show", ""), timezone.localdate())
        return rows.filter(owner=chosen["owner"]) if "owner" in chosen else rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        chosen = self.filter_form.chosen()
        found = {
            "filter_form": self.filter_form,
            "rows": rows(context["page_obj"]),
            "standing": self.standing,
            "chosen": chosen,
            "query": urlencode(chosen),
        }
        return {**context, **found}


class PlanView(AssessmentMixin, ActionListView):
    """The actions that concern one assessment, and where they lead."""

    template_name = "assessments/plan.html"

    @property
    def all_rows(self) -> ImprovementQuerySet:
        return Improvement.objects.concerning(self.assessment)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found: Forecast = foresee(self.assessment, self.standing.expected)
        may_plan = can(self.by, Permission.PLAN_IMPROVEMENT) and not self.assessment.is_archived
        url = plan_urls(self.assessment.pk) if may_plan else None
        context = {
            "forecast": found,
            "may_plan": may_plan,
            "blockers": blocker_rows(found.blockers, self.assessment.pk, url),
        }
        return super().get_context_data(**{**context, **kwargs})


class PlanFormView(KeepsText, ActionFormView):
    """What is said about an action."""

    form_class = PlanForm

    def get_success_url(self) -> str:
        return reverse("assessments:improvement", args=[self.record.pk])


class PlanAddView(AnswerMixin, PlanFormView):
    """An action for a clause."""

    template_name = "assessments/plan_add.html"
    success_message = "Action planned"

    def get_initial(self) -> dict[str, Any]:
        level = self.answer.level
        highest = max(step.level for step in self.rules.scale)
        above = min(highest, (0 if level is None else level) + 1)
        return {"version": 0, "owner": self.by.pk, "expected_level": above}

    def get_form_kwargs(self) -> dict[str, Any]:
        people = assignable(self.by.agency_id)
        return super().get_form_kwargs() | {"people": people, "rules": self.rules}

    def act(self, form: PlanForm) -> Improvement:
        return actions.plan(self.answer, planned=form.planned, by=self.by)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {
            "answer": self.answer,
            "back_url": clause_url(self.kwargs["pk"], self.kwargs["code"]),
            "may_plan": can(self.by, Permission.PLAN_IMPROVEMENT),
        }
        return super().get_context_data(**{**found, **kwargs})


class ActionMixin(PersonMixin):
    """One action of the plan; another agency's is not found, like none at all."""

    kwargs: dict[str, Any]

    @cached_property
    def improvement(self) -> Improvement:
        require(self.by, Permission.READ_ASSESSMENT)
        found = Improvement.objects.for_page().select_related("done_by", "checked_by", "created_by")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {
            "improvement": self.improvement,
            "assessment": self.improvement.assessment,
            "may_plan": can(self.by, Permission.PLAN_IMPROVEMENT),
            "is_overdue": rows([self.improvement])[0][2],
        }
        return super().get_context_data(**{**found, **kwargs})


class ActionDetailView(ActionMixin, TemplateView):
    template_name = "assessments/improvement_detail.html"

    @property
    def answer(self) -> Answer:
        """Where the clause stands now, in the assessment that the action was born in."""
        one = self.improvement
        return Answer.objects.only("pk", "level").get(
            assessment=one.assessment_id, clause=one.clause_id
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one = self.improvement
        rules = rules_in_force(one.assessment)
        found = {
            "level": f"{one.expected_level} {rules.title_of(one.expected_level)}",
            "mark": progress_mark(one),
            "stages": [(s, STEP_WORDS[s.action]) for s in one.stages.select_related("by")],
            "answer": self.answer,
            "row": {"suspect": {"suspicions": of_improvement(one)}},
            "proof": PROOF,
            "clause_url": clause_url(one.assessment_id, one.clause.code),
            "may_put_back": can(self.by, Permission.CHECK_IMPROVEMENT) and not one.is_to_do,
            "may_check": can(self.by, Permission.CHECK_IMPROVEMENT)
            and actions.may_check(one, self.by),
        }
        return super().get_context_data(**{**found, **kwargs})


class ActionEditView(ActionMixin, PlanFormView):
    template_name = "assessments/plan_edit.html"
    success_message = "Changes saved"

    def get_initial(self) -> dict[str, Any]:
        said = {name: getattr(self.improvement, name) for name in Improvement.SAID}
        return {**said, "owner": self.improvement.owner_id, "version": self.improvement.version}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Whoever has it may keep it, also after leaving."""
        holder = Membership.objects.filter(pk=self.improvement.owner_id)
        said = {
            "people": assignable(self.by.agency_id) | holder,
            "rules": rules_in_force(self.improvement.assessment),
        }
        return super().get_form_kwargs() | said

    def act(self, form: PlanForm) -> Improvement:
        version = form.cleaned_data["version"]
        return actions.edit(self.improvement, planned=form.planned, version=version, by=self.by)

    def form_valid(self, form: PlanForm) -> HttpResponse:
        try:
            return super().form_valid(form)
        except Stale as conflict:
            return self.show_conflict(form, conflict)

    def show_conflict(self, form: PlanForm, conflict: Stale) -> HttpResponse:
        """What was typed stays, with what is stored above it; sent again, it is meant."""
        form.data = form.data.copy()
        form.data["version"] = str(conflict.current.version)
        form.add_error(None, str(conflict))
        context = self.get_context_data(form=form, stored=conflict.current)
        return self.render_to_response(context, status=412)


class ActionStepView(ActionMixin, PostView):
    """The buttons below an action: POST do= the name of a step."""

    success_message = "Saved"

    def act(self) -> Improvement:
        improvement = self.improvement
        step = actions.STEPS.get(self.request.POST.get("do", ""))
        if step is None:
            raise ValidationError("Choose what to do with the action")
        return step(improvement, by=self.by)

    def get_success_url(self) -> str:
        return reverse("assessments:improvement", args=[self.kwargs["pk"]])


def rows(improvements: Any) -> list[Row]:
    """Each with its mark, and whether it is overdue."""
    today = timezone.localdate()
    return [
        (one, progress_mark(one), one.is_to_do and is_overdue(one.due_on, today))
        for one in improvements
    ]
