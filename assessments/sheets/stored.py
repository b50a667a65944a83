"""The answers as they are stored now."""

from __future__ import annotations

from assessments.models import Answer, Assessment
from standards import published


def by_code(assessment: Assessment) -> dict[str, Answer]:
    """In the order of the edition; its text is read once by a process (ADR 19)."""
    rows = {answer.clause_id: answer for answer in assessment.answers.for_sheet()}
    found = {}
    for clause in published.clauses(assessment.edition_id):
        if answer := rows.get(clause.pk):
            answer.clause = clause
            found[clause.code] = answer
    return found
