"""Two self-assessments of the agency side by side."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from assessments.cycles import Comparison, comparable, compare, first_choice
from assessments.forms.cycles import CHANGES, CyclesForm
from assessments.models import Assessment
from assessments.presenting import clause_urls
from assessments.presenting.cycles import change_rows, side_facts
from assessments.views.base import AssessmentMixin


class CyclesView(AssessmentMixin, TemplateView):
    """?with= the other one; ?show=changes leaves out what is the same."""

    template_name = "assessments/assessment_cycles.html"

    @cached_property
    def others(self) -> list[Assessment]:
        return list(comparable(self.assessment))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        first = first_choice(self.assessment, self.others)
        asked = {"with": str(first.pk) if first else "", **request.GET.dict()}
        form = CyclesForm(asked, others=self.others)
        context: dict[str, Any] = {"form": form}
        if self.others and form.is_valid():
            other = next(o for o in self.others if str(o.pk) == form.cleaned_data["with"])
            is_short = form.cleaned_data["show"] == CHANGES
            context |= self.compared(compare(self.assessment, other), is_short=is_short)
        status = 422 if self.others and form.errors else 200
        return self.render_to_response(self.get_context_data(**context), status=status)

    def compared(self, comparison: Comparison, *, is_short: bool) -> dict[str, Any]:
        changes = comparison.changed if is_short else comparison.changes
        then, now = comparison.then, comparison.now
        urls = [clause_urls(side.assessment.pk) for side in (then, now)]
        return {
            "comparison": comparison,
            "facts": side_facts(then, now),
            "rows": change_rows(changes, then.rules, now.rules, *urls),
        }
