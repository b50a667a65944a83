"""One assessment at a glance, and one standard of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import Http404
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from assessments.models import Answer
from assessments.presenting import blocker_rows, clause_rows, standard_rows
from assessments.standing import clause_states, rules_in_force
from assessments.team import count_unassigned, parts
from assessments.views.base import AssessmentMixin
from standards.fewest import grouped, to_next_level
from standards.scoring import ClauseState, Rules, assess


class StandingMixin(AssessmentMixin):
    """The answers of an assessment and what they amount to, read once."""

    @cached_property
    def answers(self) -> list[Answer]:
        return list(self.assessment.answers.for_tasks())

    @cached_property
    def states(self) -> list[ClauseState]:
        return clause_states(self.answers, kind=self.by.agency.kind)

    @cached_property
    def rules(self) -> Rules:
        return rules_in_force(self.assessment)


class OverviewView(StandingMixin, TemplateView):
    template_name = "assessments/assessment_overview.html"

    @cached_property
    def answers(self) -> list[Answer]:
        return list(self.assessment.answers.for_overview())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        result = assess(self.states, self.rules)
        next_level = result.next_level
        changes = to_next_level(self.states, self.rules, result)
        found = {
            "result": result,
            "rules": self.rules,
            "reached": next((r for r in result.levels if r.key == result.reached), None),
            "standards": standard_rows(self.answers, result),
            "answers": self.answers,
            "states": self.states,
            "blockers": blocker_rows(next_level.blockers if next_level else (), self.kwargs["pk"]),
            "fewest": blocker_rows(grouped(changes), self.kwargs["pk"]),
            "fewest_count": len(changes),
            "to_check_count": sum(answer.is_to_check for answer in self.answers),
            "unassigned_count": count_unassigned(self.answers, self.states),
            "sign_off": self.assessment.sign_offs.filter(voided_at=None).first(),
            "submissions": list(self.assessment.submissions.select_related("by")),
        }
        return super().get_context_data(**{**found, **kwargs})


class ProgressView(AssessmentMixin, TemplateView):
    """Where it stood on each day on which that changed."""

    template_name = "assessments/assessment_progress.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {
            "points": list(self.assessment.progress.all()),
            "rules": rules_in_force(self.assessment),
        }
        return super().get_context_data(**{**found, **kwargs})


class StandardView(StandingMixin, TemplateView):
    """The clauses of one standard."""

    template_name = "assessments/standard_detail.html"

    @cached_property
    def answers(self) -> list[Answer]:
        return list(self.assessment.answers.for_team())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        whose = parts(self.answers, self.states, timezone.localdate())
        shown = clause_rows(self.answers, self.states, self.rules)
        rows = [replace(row, part=part) for row, part in zip(shown, whose, strict=True)]
        mine = [row for row in rows if row.clause.standard.code == self.kwargs["code"]]
        if not mine:
            raise Http404
        result = assess(self.states, self.rules)
        codes = [part.code for part in result.standards]
        at = codes.index(self.kwargs["code"])
        found = {
            "standard": mine[0].clause.standard,
            "rows": mine,
            "part": result.standards[at],
            "previous_code": codes[at - 1] if at else "",
            "next_code": codes[at + 1] if at + 1 < len(codes) else "",
        }
        return super().get_context_data(**{**found, **kwargs})
