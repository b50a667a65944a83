"""What the evidence of one assessment lacks."""

from __future__ import annotations

from typing import Any

from django.views.generic import TemplateView

from assessments.gaps import find_gaps
from assessments.presenting import clause_urls
from assessments.standing import rules_in_force
from assessments.views.base import AssessmentMixin


class GapsView(AssessmentMixin, TemplateView):
    template_name = "assessments/assessment_gaps.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        gaps, rules = find_gaps(self.assessment), rules_in_force(self.assessment)
        url = clause_urls(self.assessment.pk)

        def linked(codes: Any) -> list[tuple[str, str]]:
            return [(code, url(code)) for code in codes]

        found = {
            "gaps": gaps,
            "level": "" if gaps.from_level is None else rules.title_of(gaps.from_level),
            "voices": [(voice, linked(voice.clauses)) for voice in gaps.voices],
            "claimed": linked(gaps.claimed),
            "expiring": [(piece.evidence, linked(piece.clauses)) for piece in gaps.expiring],
            "to_check": [(piece.evidence, linked(piece.clauses)) for piece in gaps.to_check],
            "unlocated": [(piece.evidence, linked(piece.clauses)) for piece in gaps.unlocated],
            "more_count": gaps.unused_count - len(gaps.unused),
        }
        return super().get_context_data(**{**found, **kwargs})
