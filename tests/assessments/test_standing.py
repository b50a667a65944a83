"""What a save scores is what the pages show."""

from __future__ import annotations

import pytest

from agencies.models import Membership
from assessments.actions.answers import Said, answer_clause
from assessments.actions.assessments import archive, restore
from assessments.actions.describing import Details
from assessments.actions.evidence import Source, add_evidence
from assessments.actions.submission import withdraw
from assessments.models import Assessment, EvidenceKind
from assessments.standing import clause_states, stored_states
from tests.assessments.conftest import PERIOD, answer_of, reread
from tests.conftest import acting, owner


def test_bare_rows_and_models_are_scored_alike(complete: Assessment, lead: Membership) -> None:
    first, second, third = (answer_of(complete, code) for code in ("1.1", "1.2", "1.3"))
    with acting(lead) as by:
        said = Said(is_not_applicable=True, na_reason=" ")
        answer_clause(second, version=1, said=said, by=by)
        answer_clause(third, version=1, said=Said(how="Text alone"), by=by)
        details = Details("Policy", EvidenceKind.POLICY, "What it shows", **PERIOD)
        source = Source(url="https://agency.example/policy")
        add_evidence(details, source=source, answer=first, by=by)
        kind = complete.agency.kind
        states = stored_states(complete)
        assert states == clause_states(complete.answers.for_overview(), kind=kind)
    assert [state.has_evidence for state in states].count(True) == 1
    assert [state.level for state in states].count(None) == 2
    assert len({state.is_addressed for state in states}) == 2


@pytest.mark.parametrize("given", ["submitted", "complete"])
def test_what_is_open_again_is_counted_anew(
    given: str, lead: Membership, request: pytest.FixtureRequest
) -> None:
    """While it was submitted or archived a file could be removed or disposed of."""
    assessment: Assessment = request.getfixturevalue(given)
    with acting(lead) as by:
        aside = assessment if given == "submitted" else archive(assessment, by=by)
    with owner():
        Assessment.objects.filter(pk=assessment.pk).update(score=None, answered_count=0)
    with acting(lead) as by:
        withdraw(aside, by=by) if given == "submitted" else restore(aside, by=by)
    assert reread(assessment).answered_count > 0
    assert reread(assessment).score is not None
