"""Who is told of what, once; and when it is over."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import ProgrammingError
from django.utils import timezone

from agencies.tenancy import acting_for
from assessments.actions.assessments import archive
from assessments.actions.assigning import unassign
from assessments.actions.commenting import reply, resolve, withdraw
from assessments.actions.handing_over import hand_over
from assessments.actions.improving import edit, finish
from assessments.actions.noticing import choose_pace, mark_seen
from assessments.actions.reminding import remind
from assessments.actions.signoff import reopen, sign_off
from assessments.models import Answer, ClauseAssignment, Improvement, Notice, Pace
from tests.assessments.conftest import answer_of
from tests.assessments.test_assigning import give, ids
from tests.assessments.test_commenting import begin
from tests.assessments.test_improving import make, planned
from tests.conftest import acting, owner

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def told(member):
    """What this person is told of, oldest first, with whether it still waits."""
    with owner(member.agency):
        rows = Notice.objects.for_page(member).order_by("at", "about")
        return [(notice.about, notice.code, notice.is_live) for notice in rows]


def test_who_is_named_and_who_took_part_hears_of_a_comment_once(
    draft, lead, contributor, viewer, approver
):
    first = begin(draft, contributor, told=[viewer])
    with acting(lead) as by:
        reply(first.thread, text="@viewer and I know", by=by)
        reply(first.thread, text="And that is all", by=by)
    assert told(viewer) == [("mentioned", "1.1", True)] * 2
    assert told(contributor) == [("replied", "1.1", True)] * 2
    assert told(lead) == told(approver) == []


def test_a_comment_is_over_once_it_is_resolved_or_withdrawn(draft, lead, contributor, viewer):
    first = begin(draft, contributor, told=[viewer])
    second = begin(draft, contributor, told=[lead])
    with acting(contributor) as by:
        resolve(first.thread, by=by)
        withdraw(second, by=by)
    assert told(viewer) == told(lead) == [("mentioned", "1.1", False)]


def test_a_comment_is_over_once_the_assessment_is_archived(draft, lead, contributor, viewer):
    begin(draft, contributor, told=[viewer])
    with acting(lead) as by:
        archive(draft, by=by)
    assert told(viewer) == [("mentioned", "1.1", False)]


def test_a_clause_is_told_to_whom_it_is_given_and_over_when_it_is_complete_or_taken(
    draft, lead, contributor
):
    give(draft, ["1.1", "1.2"], contributor, by=lead)
    give(draft, ["1.1"], contributor, by=lead)  # nothing changes: nothing is told
    give(draft, ["2.1"], lead, by=lead)
    assert told(contributor) == [("clause_assigned", code, True) for code in ("1.1", "1.2")]
    assert told(lead) == []
    with owner(draft.agency):
        Answer.objects.filter(assessment=draft, clause__code="1.1").update(level=2)
    taken = ids(draft, "1.2")
    with acting(lead) as by:
        unassign(draft, answers=taken, by=by)
    assert told(contributor) == [("clause_assigned", code, False) for code in ("1.1", "1.2")]


def test_an_action_is_told_to_its_owner_and_over_when_it_is_done(draft, lead, contributor):
    made = make(draft, contributor, by=lead)
    assert told(contributor) == [("action_assigned", "1.1", True)]
    with acting(contributor) as by:
        edit(made, planned=planned(lead), version=0, by=by)
    assert told(contributor) == [("action_assigned", "1.1", False)]
    with acting(lead) as by:
        edit(made, planned=planned(contributor), version=1, by=by)
        finish(made, by=by)
    assert told(contributor) == [("action_assigned", "1.1", False)] * 2
    assert told(lead) == [("action_assigned", "1.1", False)]


def test_whoever_takes_over_is_told_what_of(draft, lead, contributor, approver, edition):
    give(draft, ["1.1"], contributor, by=lead)
    make(draft, contributor, "1.2", by=lead)
    with owner(draft.agency):
        colleague = type(lead).objects.get(pk=approver.pk)
        colleague.role = "contributor"
        colleague.save(update_fields=["role"])
    with acting(lead) as by:
        hand_over(contributor, to=colleague, by=by)
    expected = [("clause_assigned", "1.1"), ("action_assigned", "1.2")]
    assert sorted(told(colleague)) == sorted((*row, True) for row in expected)
    assert sorted(told(contributor)) == sorted((*row, False) for row in expected)


def test_whoever_may_submit_hears_of_a_signature_and_of_its_end(complete, lead, approver, viewer):
    with acting(approver) as by:
        sign_off(complete, name="Head of service", has_agreed=True, by=by)
    assert told(lead) == [("signed", "", True)]
    with acting(lead) as by:
        reopen(complete, by=by)
    assert told(lead) == [("signed", "", False)]
    assert told(approver) == [("reopened", "", True)]
    assert told(viewer) == []


def test_last_days_are_told_once_each_when_they_are_near_and_when_they_are_over(
    draft, lead, contributor
):
    give(draft, ["1.1", "1.2", "2.1"], contributor, due_on=TODAY + timedelta(days=3), by=lead)
    give(draft, ["2.2"], contributor, due_on=TODAY + timedelta(days=30), by=lead)
    action = make(draft, contributor, "1.4", by=lead)
    with owner(draft.agency):
        late = ClauseAssignment.objects.filter(answer__clause__code="1.2")
        late.update(due_on=TODAY - timedelta(days=3))
        Answer.objects.filter(assessment=draft, clause__code="2.1").update(level=1)
        Improvement.objects.update(due_on=TODAY - timedelta(days=3))
        Notice.objects.all().delete()
    for _ in range(2):
        remind()
    due = [("action_overdue", "1.4"), ("clause_due", "1.1"), ("clause_overdue", "1.2")]
    assert told(contributor) == [(*row, True) for row in due]
    with owner(draft.agency):
        Improvement.objects.filter(pk=action.pk).update(due_on=TODAY + timedelta(days=60))
    give(draft, ["1.1"], contributor, due_on=TODAY + timedelta(days=30), by=lead)
    give(draft, ["1.2"], lead, by=lead)
    assert {row for row in told(contributor) if row[2]} == {("clause_assigned", "1.1", True)}


def test_old_notices_are_forgotten(draft, contributor, viewer):
    begin(draft, contributor, told=[viewer])
    begin(draft, contributor, code="1.2", told=[viewer])
    with owner(draft.agency):
        Notice.objects.filter(comment__thread__clause__code="1.1").update(
            at=timezone.now() - timedelta(days=91)
        )
    remind()
    assert told(viewer) == [("mentioned", "1.2", True)]


def test_what_was_seen_and_how_often_is_each_persons_own(draft, lead, contributor, viewer):
    begin(draft, contributor, told=[viewer, lead])
    with acting(viewer) as by:
        assert (mark_seen(by=by), mark_seen(by=by)) == (1, 0)
        choose_pace(pace=Pace.OFF, by=by)
        with pytest.raises(ValidationError, match="Choose how often you want an email"):
            choose_pace(pace="hourly", by=by)
    with owner(draft.agency):
        assert list(Notice.objects.pending().values_list("member", flat=True)) == [lead.pk]


def test_the_service_itself_touches_nobodys_comment(draft, contributor):
    first = begin(draft, contributor)
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        acting_for(draft.agency_id, realm="worker"),
    ):
        type(first).objects.filter(pk=first.pk).update(text="")
    assert answer_of(draft).open_threads == 1
