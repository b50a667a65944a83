"""The mail with what is new: one for all of it, once, and none of anybody's words."""

import datetime
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from agencies.actions.people import remove
from assessments import notice_mail
from assessments.actions.commenting import resolve
from assessments.actions.noticing import choose_pace, mark_seen
from assessments.actions.reminding import cut_off, remind
from assessments.models import Notice, Pace
from jobs import engine
from jobs.models import Job
from jobs.workflow import Status
from tests.assessments.test_assigning import give
from tests.assessments.test_commenting import begin
from tests.assessments.test_improving import make
from tests.conftest import acting, owner

pytestmark = pytest.mark.django_db


def jobs():
    with owner():
        return list(Job.objects.filter(kind="notice_mail").order_by("created_at"))


def send():
    """What the clock and the workers do; returns the mails."""
    mail.outbox.clear()
    remind()
    for job in jobs():
        engine.run(job.agency_id, job.pk)
    return list(mail.outbox)


def a_day_passes():
    with owner():
        for model, field in ((Notice, "at"), (Job, "created_at")):
            for row in model.objects.all():
                setattr(row, field, getattr(row, field) - timedelta(days=1))
                row.save(update_fields=[field])


@pytest.fixture
def waiting(draft, lead, contributor):
    """A comment, two clauses and an action that wait for the contributor since yesterday."""
    first = begin(draft, lead, "The secret of the Smith family", told=[contributor])
    give(draft, ["3.10", "3.9"], contributor, by=lead)
    make(draft, contributor, "3.1", by=lead, what="Train the panel")
    a_day_passes()
    return first


def test_one_mail_tells_of_all_and_quotes_nobody(waiting, lead, contributor):
    (letter,) = send()
    assert letter.to == [contributor.email]
    assert letter.subject == f"4 notices for you at {contributor.agency.name}"
    for line in (
        "- You were told of a comment: 1 (clause 1.1)\n",
        "- Clause assigned to you: 2 (clauses 3.9, 3.10)\n",
        "- Action planned for you: 1 (clause 3.1)\n",
        "at most once a day",
        "/assessments/notices/settings/",
    ):
        assert line in letter.body
    words = ("Smith", "Train", "Year one", contributor.display_name, lead.display_name)
    assert not [word for word in words if word in letter.body]
    assert send() == []
    assert len(jobs()) == 1


def test_what_is_new_today_waits_for_tomorrow(draft, lead, contributor):
    begin(draft, lead, told=[contributor])
    assert send() == []
    a_day_passes()
    assert len(send()) == 1


def test_two_clocks_ask_for_one_mail_and_two_workers_send_one(waiting):
    remind()
    remind()
    (job,) = jobs()
    mail.outbox.clear()
    for _ in range(2):
        engine.run(job.agency_id, job.pk)
    assert len(mail.outbox) == 1


def test_what_is_over_or_seen_is_not_mailed(waiting, draft, lead, contributor):
    with acting(lead) as by:
        resolve(waiting.thread, by=by)
    (letter,) = send()
    assert "comment" not in letter.body.partition("See all")[0]
    give(draft, ["4.1"], contributor, by=lead)
    a_day_passes()
    with acting(contributor) as by:
        mark_seen(by=by)
    assert send() == []


def test_whoever_left_or_wants_none_gets_none(waiting, draft, lead, contributor, viewer):
    begin(draft, lead, told=[viewer])
    a_day_passes()
    with acting(viewer) as by:
        choose_pace(pace=Pace.OFF, by=by)
    remind()
    with acting(lead) as by:
        remove(contributor, by=by)
    assert send() == []
    assert {job.status for job in jobs()} == {Status.DONE}


def test_at_once_is_a_mail_for_each_event(draft, lead, contributor):
    with acting(contributor) as by:
        choose_pace(pace=Pace.AT_ONCE, by=by)
    begin(draft, lead, told=[contributor])
    give(draft, ["1.1", "2.1"], contributor, by=lead)
    assert len(jobs()) == 2
    (letter,) = send()  # the first job takes all that waits by then
    assert "3 notices" in letter.subject
    assert "each time something is new" in letter.body


def test_a_worker_that_dies_loses_nothing_and_no_other_mail_holds_the_same(waiting):
    remind()
    (job,) = jobs()
    with owner():  # it read, and died before it sent
        assert notice_mail.read(job) is not None
    assert send()[0].subject.startswith("4 notices")
    assert send() == []


def test_what_a_failed_mail_held_goes_into_the_next(waiting):
    remind()
    (job,) = jobs()
    with owner():
        notice_mail.read(job)
        Job.objects.filter(pk=job.pk).update(
            status=Status.FAILED, content_key=f"{job.content_key}:yesterday"
        )
    assert len(send()) == 1


def test_no_more_codes_than_anybody_reads(draft, lead, contributor):
    with owner(draft.agency):
        codes = list(draft.answers.values_list("clause__code", flat=True)[:25])
    give(draft, codes, contributor, by=lead)
    a_day_passes()
    assert "and 5 more)" in send()[0].body


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-01-10T06:59", "2026-01-09T07:00+00:00"),
        ("2026-01-10T07:00", "2026-01-10T07:00+00:00"),
        ("2026-07-10T06:00", "2026-07-10T07:00+01:00"),  # seven in summer
        ("2026-03-29T05:30", "2026-03-28T07:00+00:00"),  # the night an hour is lost
    ],
)
def test_the_hour_is_that_of_the_local_clock(now, expected):
    at = datetime.datetime.fromisoformat(now).replace(tzinfo=datetime.UTC)
    assert timezone.localtime(cut_off(at)) == datetime.datetime.fromisoformat(expected)
