"""What the clock does about notices: last days that come near, the daily mail, and forgetting.

Run as often as one likes: each notice and each mail of a day is there once.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from agencies.tenancy import acting_for, agency_ids
from assessments.actions.noticing import enqueue_mail
from assessments.models import (
    About,
    Answer,
    Assessment,
    ClauseAssignment,
    Improvement,
    Notice,
    NoticeSetting,
    Pace,
    Progress,
)
from assessments.models.notice import DUE_SOON, KEPT_FOR
from jobs.workflow import Status as JobStatus


def cut_off(now: datetime.datetime) -> datetime.datetime:
    """The last time that it was the hour of the daily mail, by the local clock."""
    local = timezone.localtime(now)
    day = local.date() - datetime.timedelta(days=local.hour < settings.NOTICE_HOUR)
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(settings.NOTICE_HOUR)))


def remind() -> int:
    """As the worker, by the clock, in every agency; returns how many mails were asked for."""
    since = cut_off(timezone.now())
    return sum(_remind_in(agency_id, since) for agency_id in agency_ids())


def _remind_in(agency_id: UUID, since: datetime.datetime) -> int:
    with acting_for(agency_id, realm="worker"):
        Notice.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()
        due = [*_clauses(since), *_actions(since)]
        Notice.objects.bulk_create(due, ignore_conflicts=True)
        _give_back(agency_id)
        members = _waiting(since)
        for member_id in members:
            enqueue_mail(agency_id, member_id, timezone.localtime(since).date().isoformat())
    return len(members)


def _waiting(since: datetime.datetime) -> list[UUID]:
    """Who gets a mail: what is new after the hour waits for the next day, unless at once."""
    pace = NoticeSetting.objects.filter(member=OuterRef("member"))
    rows = Notice.objects.pending().filter(~Exists(pace.filter(pace=Pace.OFF)), job=None)
    old = rows.filter(at__lte=since) | rows.filter(Exists(pace.filter(pace=Pace.AT_ONCE)))
    return list(old.order_by("member").values_list("member", flat=True).distinct())


def _give_back(agency_id: UUID) -> None:
    """What was to go into a mail that has failed for good goes into the next one."""
    failed = Notice.objects.filter(mailed_at=None, job__status=JobStatus.FAILED)
    failed.filter(agency_id=agency_id).update(job=None)


def _clauses(since: datetime.datetime) -> Iterator[Notice]:
    """Those to do whose last day is near or over."""
    rows: QuerySet[Any] = ClauseAssignment.objects.filter(
        due_on__lte=_near(since),
        answer__in=Answer.objects.to_do(),
        answer__assessment__in=Assessment.objects.open().filter(is_practice=False),
    )
    for row in rows.select_related("answer"):
        about = _about(row.due_on, since, About.CLAUSE_DUE, About.CLAUSE_OVERDUE)
        occasion = f"{row.answer_id}:{row.due_on}"
        yield Notice(
            agency_id=row.agency_id,
            member_id=row.assignee_id,
            about=about,
            occasion=occasion,
            day=row.due_on,
            answer_id=row.answer_id,
            assessment_id=row.answer.assessment_id,
            at=since,
        )


def _actions(since: datetime.datetime) -> Iterator[Notice]:
    """Those not done yet whose last day is near or over."""
    rows = Improvement.objects.real().filter(
        due_on__lte=_near(since), status__in=(Progress.TO_DO, Progress.DOING)
    )
    for row in rows:
        yield Notice(
            agency_id=row.agency_id,
            member_id=row.owner_id,
            about=_about(row.due_on, since, About.ACTION_DUE, About.ACTION_OVERDUE),
            occasion=f"{row.pk}:{row.due_on}",
            day=row.due_on,
            improvement=row,
            assessment_id=row.assessment_id,
            at=since,
        )


def _near(since: datetime.datetime) -> datetime.date:
    return timezone.localtime(since).date() + DUE_SOON


def _about(day: datetime.date, since: datetime.datetime, soon: About, late: About) -> About:
    return late if day < timezone.localtime(since).date() else soon
