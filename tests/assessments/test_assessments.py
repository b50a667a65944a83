"""Starting an assessment, and what happens to it as a whole."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Event
from agencies.workflow import NotAllowed
from assessments.actions import assessments as actions
from assessments.actions.answers import Said, answer_clause
from assessments.models import Answer, Assessment
from tests.assessments.conftest import PERIOD, answer_of, reread
from tests.conftest import acting, count_queries, owner

pytestmark = pytest.mark.django_db


def test_start_makes_an_empty_answer_for_each_clause_in_one_insert(edition, lead):
    with acting(lead) as by:
        few = count_queries(lambda: actions.start(edition, title=" Year  one ", **PERIOD, by=by))
    with owner():
        assessment = Assessment.objects.get()
        answers = list(assessment.answers.all())
    assert assessment.title == "Year one"
    assert len(answers) == 70
    assert not any(answer.version or answer.level for answer in answers)
    assert few < 12


def test_start_counts_only_clauses_addressed_to_the_kind_of_agency(draft, edition):
    with owner():
        addressed = [a.clause for a in draft.answers.select_related("clause")]
    expected = sum(clause.is_addressed_to("LA") for clause in addressed)
    assert draft.clause_count == expected < 70
    assert (draft.answered_count, draft.score, draft.readiness) == (0, None, "")


def test_start_refuses_a_period_that_ends_before_it_begins(edition, lead):
    backwards = {"period_from": date(2026, 4, 2), "period_to": date(2026, 4, 1)}
    with acting(lead) as by, pytest.raises(ValidationError) as refusal:
        actions.start(edition, title="Year one", **backwards, by=by)
    assert set(refusal.value.message_dict) == {"period_to"}


@pytest.mark.parametrize("title", ["", "  ", "x" * 151])
def test_start_refuses_a_title_that_is_missing_or_too_long(title, edition, lead):
    with acting(lead) as by, pytest.raises(ValidationError) as refusal:
        actions.start(edition, title=title, **PERIOD, by=by)
    assert set(refusal.value.message_dict) == {"title"}


def test_start_refuses_a_withdrawn_edition(edition, lead):
    edition.is_withdrawn = True
    with acting(lead) as by, pytest.raises(ValidationError):
        actions.start(edition, title="Year one", **PERIOD, by=by)


def test_start_by_a_contributor_is_refused(edition, contributor):
    with acting(contributor) as by, pytest.raises(PermissionDenied):
        actions.start(edition, title="Year one", **PERIOD, by=by)


def test_rename_changes_title_and_period(draft, lead):
    days = {"period_from": date(2025, 4, 1), "period_to": date(2026, 3, 31)}
    with acting(lead) as by:
        actions.rename(draft, title="Year zero", **days, by=by)
    assert reread(draft).title == "Year zero"
    assert reread(draft).period_to == date(2026, 3, 31)


def test_rename_while_signed_is_refused(signed, lead):
    with acting(lead) as by, pytest.raises(NotAllowed, match="signed off"):
        actions.rename(signed, title="Other", **PERIOD, by=by)


def test_archived_assessment_takes_no_answer_until_restored(draft, lead):
    answer = answer_of(draft)
    with acting(lead) as by:
        actions.archive(draft, by=by)
        with pytest.raises(NotAllowed, match="archived"):
            answer_clause(answer, version=0, said=Said(level=1), by=by)
        with pytest.raises(NotAllowed, match="archived"):
            actions.archive(draft, by=by)
        actions.restore(draft, by=by)
        answer_clause(answer, version=0, said=Said(level=1), by=by)
        with pytest.raises(NotAllowed, match="not archived"):
            actions.restore(draft, by=by)
    assert answer_of(draft).level == 1


def test_delete_removes_an_empty_assessment_and_leaves_an_event(draft, lead):
    with acting(lead) as by:
        actions.delete(draft, by=by)
    with owner():
        assert not Assessment.objects.exists()
        assert not Answer.objects.exists()
    with acting(lead):
        assert Event.objects.filter(action="assessment.delete", about_id=draft.pk).exists()


def test_delete_keeps_what_was_ever_written_in(draft, lead):
    answer = answer_of(draft)
    with acting(lead) as by:
        answer_clause(answer, version=0, said=Said(how="Something"), by=by)
        answer_clause(answer, version=1, said=Said(), by=by)
        with pytest.raises(NotAllowed, match="Archive"):
            actions.delete(draft, by=by)
    with owner():
        assert Answer.objects.count() == 70


def test_delete_keeps_a_reopened_assessment(signed, approver, lead):
    from assessments.actions.signoff import reopen

    with acting(approver) as by:
        reopen(signed, by=by)
    with acting(lead) as by, pytest.raises(NotAllowed):
        actions.delete(signed, by=by)
