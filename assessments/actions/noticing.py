"""Telling people what waits for them: once for each event, and in one mail for all of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, require, roles_with
from assessments.models import (
    About,
    Assessment,
    ClauseAssignment,
    Comment,
    Improvement,
    Notice,
    NoticeSetting,
    Pace,
)
from assessments.models.comment import readers
from jobs.actions import enqueue

KIND = "notice_mail"
CHOOSE = "Choose how often you want an email"


def tell(notices: Iterable[Notice], *, by: Membership) -> None:
    """Store them, unless a person would be told of what they did, or of the same event again.

    Whoever wants to hear at once gets a job for a mail in the same transaction.
    """
    wanted = [notice for notice in notices if notice.member_id != by.pk]
    for notice in wanted:
        notice.by = by
    Notice.objects.bulk_create(wanted, ignore_conflicts=True)
    first = {notice.member_id: notice for notice in reversed(wanted)}
    eager = NoticeSetting.objects.filter(pace=Pace.AT_ONCE, member__in=first)
    for member_id in eager.values_list("member", flat=True) if first else ():
        enqueue_mail(by.agency_id, member_id, str(first[member_id].pk), by=by)


def enqueue_mail(
    agency_id: UUID, member_id: UUID, occasion: str, *, by: Membership | None = None
) -> None:
    """One mail to this person with all that waits by then."""
    key = f"{KIND}:{member_id}:{occasion}"
    enqueue(KIND, agency_id=agency_id, subject_id=member_id, content_key=key, by=by)


def of_comment(comment: Comment, *, told: Sequence[Membership]) -> list[Notice]:
    """For those whom its writer tells, and for all others who said something before."""
    others = readers(comment.agency_id).exclude(pk__in=[member.pk for member in told])
    spoke = Comment.objects.filter(thread=comment.thread_id).values("by")
    facts = {"comment": comment, "assessment_id": comment.thread.assessment_id}
    found = [(About.MENTIONED, member) for member in told]
    found += [(About.REPLIED, member) for member in others.filter(pk__in=spoke)]
    return [_notice(about, member.pk, comment, str(comment.pk), **facts) for about, member in found]


def of_assignment(row: ClauseAssignment) -> Notice:
    """Each assignment is an event of its own, and so is each handover of one."""
    facts = {"answer": row.answer, "assessment_id": row.answer.assessment_id}
    return _notice(About.CLAUSE_ASSIGNED, row.assignee_id, row, str(row.pk), **facts)


def of_improvement(row: Improvement) -> Notice:
    """Its version tells one time that it got an owner from another."""
    facts = {"improvement": row, "assessment_id": row.assessment_id}
    occasion = f"{row.pk}:{row.version}"
    return _notice(About.ACTION_ASSIGNED, row.owner_id, row, occasion, **facts)


def of_step(assessment: Assessment, about: About) -> list[Notice]:
    """For all who may submit it. `assessment` is as the step has left it."""
    people = readers(assessment.agency_id).filter(role__in=roles_with(Permission.SUBMIT))
    occasion = f"{assessment.pk}:{assessment.updated_at.isoformat()}"
    facts = {"assessment_id": assessment.pk}
    return [_notice(about, member.pk, assessment, occasion, **facts) for member in people]


@transaction.atomic
def mark_seen(*, by: Membership) -> int:
    """All that this person was told of so far. What was seen is not mailed any more."""
    require(by, Permission.READ_ASSESSMENT)
    return Notice.objects.filter(member=by, seen_at=None).update(seen_at=timezone.now())


@transaction.atomic
def choose_pace(*, pace: str, by: Membership) -> NoticeSetting:
    """How often this person gets a mail."""
    require(by, Permission.READ_ASSESSMENT)
    if pace not in Pace.values:
        raise ValidationError({"pace": CHOOSE})
    setting, _ = NoticeSetting.objects.update_or_create(
        member=by, defaults={"agency_id": by.agency_id, "pace": pace}
    )
    audit.record("noticesetting.change", by, pace=pace)
    return setting


def pace_of(member: Membership) -> str:
    """As chosen, or daily."""
    setting = NoticeSetting.objects.filter(member=member).first()
    return setting.pace if setting else Pace.DAILY


def claim(job_id: UUID, member_id: UUID, *, until: Any = None) -> list[Notice]:
    """As the worker: what goes into this mail and into no other, however often it is tried.

    until: nothing newer; None: all that waits. What another mail takes at this moment is its own.
    """
    rows = Notice.objects.pending().filter(Q(job=None) | Q(job=job_id), member=member_id)
    rows = rows.filter(at__lte=until) if until else rows
    rows = rows.select_for_update(of=("self",), skip_locked=True)
    chosen = list(rows.values_list("pk", flat=True))
    Notice.objects.filter(pk__in=chosen).update(job=job_id)
    found = Notice.objects.filter(pk__in=chosen).select_related(
        "answer__clause", "improvement__clause", "comment__thread__clause"
    )
    return list(found.order_by("at", "pk"))


def noted(member_id: UUID, notices: Collection[UUID]) -> None:
    """The worker's word that a mail with these went out."""
    Notice.objects.filter(pk__in=notices).update(mailed_at=timezone.now())
    member = Membership.objects.get(pk=member_id)
    audit.record("notice.mail", member, count=len(notices))


def _notice(about: About, member_id: UUID, of: Any, occasion: str, **facts: Any) -> Notice:
    return Notice(
        agency_id=of.agency_id, member_id=member_id, about=about, occasion=occasion, **facts
    )
