"""From answers to scoring, and back to the stored counters. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from assessments.models import Answer, Assessment, ProgressPoint
from standards import published
from standards.models import Guidance, ReadinessRules
from standards.scoring import ClauseState, Result, Rules, assess


def rules_in_force(assessment: Assessment) -> Rules:
    """The rules a draft is measured by; free of queries after Assessment.objects.for_page()."""
    rules_id = getattr(assessment, "rules_id", None)
    if rules_id is None:
        current = ReadinessRules.objects.values_list("pk", flat=True)
        rules_id = current.get(edition=assessment.edition_id, is_current=True)
    return published.rules(rules_id)


def guidance_in_force(answer: Answer) -> UUID | None:
    """Id of the guidance beside an answer; free of queries after Answer.objects.for_page()."""
    if hasattr(answer, "guidance_id"):
        return answer.guidance_id
    current = Guidance.objects.values_list("pk", flat=True)
    return current.filter(edition=answer.assessment.edition_id, is_current=True).first()


def clause_states(answers: Iterable[Answer], *, kind: str) -> list[ClauseState]:
    """What scoring needs, in the given order. `answers` come from Answer.objects.for_overview()
    or for_tasks(); `kind` is the agency's."""
    return [
        ClauseState(
            code=answer.clause.code,
            standard=answer.clause.standard.code,
            level=answer.level,
            is_not_applicable=answer.is_not_applicable,
            has_na_reason=bool(answer.na_reason.strip()),
            is_addressed=answer.clause.is_addressed_to(kind),
            has_evidence=answer.has_evidence,
        )
        for answer in answers
    ]


def stored_states(assessment: Assessment) -> list[ClauseState]:
    """As clause_states, of what is stored, without a model for each row."""
    kind = assessment.agency.kind
    rows = {clause_id: rest for clause_id, *rest in assessment.answers.for_scoring()}
    return [
        ClauseState(
            code=clause.code,
            standard=clause.standard.code,
            level=level,
            is_not_applicable=is_not_applicable,
            has_na_reason=bool(na_reason.strip()),
            is_addressed=clause.is_addressed_to(kind),
            has_evidence=has_evidence,
        )
        for clause in published.clauses(assessment.edition_id)
        if clause.pk in rows
        for level, is_not_applicable, na_reason, has_evidence in [rows[clause.pk]]
    ]


def restand(assessment: Assessment, rules: Rules | None = None) -> Result:
    """Score the stored answers, keep the counters that lists show, and today's if they changed.

    Call it with the assessment locked, after writing what may change its standing: an answer,
    an attachment, the state of a virus check.
    """
    result = assess(stored_states(assessment), rules or rules_in_force(assessment))
    stood = _figures(assessment)
    assessment.clause_count = result.clause_count
    assessment.answered_count = result.answered_count
    assessment.score = result.score
    assessment.readiness = result.reached
    assessment.save(
        update_fields=["clause_count", "answered_count", "score", "readiness", "updated_at"]
    )
    if _figures(assessment) != stood:
        ProgressPoint.objects.note(assessment)
    return result


def _figures(assessment: Assessment) -> list[object]:
    return [getattr(assessment, field) for field in ProgressPoint.FIELDS]
