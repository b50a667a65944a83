"""The charts for pages of apps below this one, which may not import it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template

from assessments.models import Answer, ProgressPoint
from assessments.presenting import clause_urls
from reports import charts
from reports import timeline as timelines
from reports.figures import rows
from standards.scoring import ClauseState, Result, Rules

register = template.Library()


@register.inclusion_tag("reports/_figures.html")
def figures(
    answers: Sequence[Answer], states: Sequence[ClauseState], result: Result, rules: Rules
) -> dict[str, Any]:
    """Heatmap and radar of a working assessment, each with its table. No queries."""
    standards = _standards(answers, states, result)
    scale = [{"level": step.level, "title": step.title} for step in rules.scale]
    found = rows(standards, scale)
    longest = max((len(row.tiles) for row in found), default=0)
    return {
        "heatmap": charts.heatmap(standards, scale),
        "radar": charts.radar(standards),
        "rows": [(row, range(longest - len(row.tiles))) for row in found],
        "columns": range(1, longest + 1),
    }


@register.inclusion_tag("reports/_timeline.html")
def timeline(points: Sequence[ProgressPoint], rules: Rules) -> dict[str, Any]:
    """Answers and score over time with their table, the latest day first. No queries."""
    titles = {level.key: level.title for level in rules.levels}
    return {
        "picture": timelines.timeline(points),
        "rows": [(point, titles.get(point.readiness, "")) for point in reversed(points)],
    }


def _standards(
    answers: Sequence[Answer], states: Sequence[ClauseState], result: Result
) -> list[dict[str, Any]]:
    """The standards of a working assessment, each clause with the link to its page.

    `answers` come from Answer.objects.for_overview(), `states` and `result` from them.
    """
    found: dict[str, dict[str, Any]] = {
        standard.code: {"code": standard.code, "score": standard.score, "clauses": []}
        for standard in result.standards
    }
    url = clause_urls(answers[0].assessment_id)
    for answer, state in zip(answers, states, strict=True):
        found[state.standard]["title"] = answer.clause.standard.title
        found[state.standard]["clauses"].append(
            {
                "code": state.code,
                "level": state.level,
                "is_addressed": state.is_addressed,
                "is_not_applicable": state.is_not_applicable,
                "na_reason": answer.na_reason,
                "href": url(state.code),
            }
        )
    return list(found.values())
