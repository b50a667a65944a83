"""Progress over time: kept by the actions that change it, shown with a fixed number of queries."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from assessments.actions import attaching
from assessments.actions.answers import Said, answer_clause
from assessments.actions.assessments import delete
from assessments.models import Answer, Evidence, ProgressPoint
from tests.assessments.conftest import sent, url
from tests.assessments.test_budgets import evidence_for
from tests.conftest import acting, count_queries, owner

pytestmark = pytest.mark.django_db


def say(assessment, said, *, by, code="1.1", is_autosave=False):
    with acting(by) as member:
        answer = Answer.objects.for_page().get(assessment=assessment, clause__code=code)
        answer_clause(answer, version=answer.version, said=said, is_autosave=is_autosave, by=member)


def points(assessment):
    with owner():
        rows = ProgressPoint.objects.filter(assessment=assessment).order_by("day")
        return [(p.day, p.answered_count, p.score, p.readiness) for p in rows]


def days_ago(assessment, days):
    """What was noted today was noted some days ago."""
    with owner(assessment.agency):
        today = timezone.localdate()
        found = assessment.progress.filter(day=today)
        assert found.update(day=today - timedelta(days=days)) == 1


def test_start_is_the_first_point(draft):
    assert points(draft) == [(timezone.localdate(), 0, None, "")]


def test_of_one_day_the_last_standing_is_kept(draft, contributor):
    days_ago(draft, 3)
    for level in (1, 3):
        say(draft, Said(level=level), by=contributor)
    say(draft, Said(level=1), by=contributor, code="1.2", is_autosave=True)
    today = timezone.localdate()
    assert points(draft) == [
        (today - timedelta(days=3), 0, None, ""),
        (today, 2, Decimal("2.00"), ""),
    ]


def test_text_that_changes_no_standing_adds_no_point(draft, contributor):
    say(draft, Said(level=2), by=contributor)
    days_ago(draft, 1)
    say(draft, Said(level=2, how="In words"), by=contributor)
    assert len(points(draft)) == 1


def test_evidence_that_brings_a_level_is_a_point(complete, lead):
    evidence_for(complete, lead, 69)
    say(complete, Said(level=3), by=lead)
    assert points(complete)[-1][3] == "working_towards"
    days_ago(complete, 2)
    with acting(lead) as by:
        piece = Evidence.objects.first()
        for answer in Answer.objects.filter(assessment=complete, evidence_links=None):
            attaching.attach_evidence(answer, evidence=[piece.pk], by=by)
    assert points(complete)[-1] == (timezone.localdate(), 70, Decimal("2.01"), "full")


def test_refused_save_leaves_no_point(draft, contributor, client_for):
    days_ago(draft, 1)
    say(draft, Said(how="First"), by=contributor)
    form = sent(draft, "1.1", level="3") | {"version": 0}
    assert client_for(contributor).post(url("clause", draft, "1.1"), form).status_code == 412
    assert len(points(draft)) == 1


def test_points_go_with_an_empty_assessment(draft, lead):
    with acting(lead) as by:
        delete(draft, by=by)
    assert points(draft) == []


def test_page_shows_the_picture_and_every_day(draft, lead, viewer, client_for):
    days_ago(draft, 9)
    say(draft, Said(level=2), by=lead)
    page = client_for(viewer).get(url("progress", draft)).content.decode()
    assert "from 0 of 68 clauses answered on" in page
    assert page.count("<tr") == 3
    assert url("progress", draft) in client_for(viewer).get(url("overview", draft)).content.decode()


def test_page_without_any_point_says_so(draft, lead, client_for):
    with owner(draft.agency):
        ProgressPoint.objects.all().delete()
    assert "nothing to show yet" in client_for(lead).get(url("progress", draft)).content.decode()


def test_page_takes_the_same_queries_with_1_day_and_300(draft, lead, client_for, floor):
    client = client_for(lead)
    one = count_queries(lambda: client.get(url("progress", draft)))
    with owner(draft.agency):
        ProgressPoint.objects.bulk_create(
            ProgressPoint(
                agency=draft.agency,
                assessment=draft,
                day=date(2024, 1, 1) + timedelta(days=number),
                clause_count=68,
                answered_count=number % 68,
            )
            for number in range(300)
        )
    assert one == count_queries(lambda: client.get(url("progress", draft))) <= floor + 2


def test_another_agency_sees_none_of_it(draft, stranger, client_for):
    assert client_for(stranger).get(url("progress", draft)).status_code == 404
    with acting(stranger):
        assert not ProgressPoint.objects.filter(assessment=draft).exists()
