"""The worker's side of notices: one mail with all that waits for a person
(jobs.handlers.Handler). It holds counts and codes of clauses, and none of anybody's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from agencies.models import Membership
from assessments.actions.noticing import claim, noted, pace_of
from assessments.actions.reminding import cut_off
from assessments.models import About, Notice, Pace
from jobs.models import Job

MOST_CODES = 20


@dataclass(frozen=True)
class Line:
    """What happened how often, and to which clauses; more: how many codes are left out."""

    words: str
    count: int
    codes: list[str]
    more: int


@dataclass(frozen=True)
class Letter:
    """All that the mail says."""

    member_id: UUID
    notices: tuple[UUID, ...]
    to: str
    agency_name: str
    lines: list[Line]
    is_daily: bool
    link: str
    settings_link: str

    @property
    def count(self) -> int:
        return len(self.notices)


def read(job: Job) -> Letter | None:
    """The letter; None where nothing waits any more, or the person has left or wants no mail."""
    member = Membership.objects.select_related("agency").get(pk=job.subject_id)
    pace = pace_of(member)
    if pace == Pace.OFF:
        return None
    until = cut_off(timezone.now()) if pace == Pace.DAILY else None
    notices = claim(job.pk, member.pk, until=until)
    if not notices:
        return None
    site = settings.SERVICE_URL.rstrip("/")
    return Letter(
        member_id=member.pk,
        notices=tuple(notice.pk for notice in notices),
        to=member.email,
        agency_name=member.agency.name,
        lines=lines(notices),
        is_daily=pace == Pace.DAILY,
        link=site + reverse("assessments:notices"),
        settings_link=site + reverse("assessments:notice_setting"),
    )


def work(letter: Letter | None) -> None:
    """Send it. A mail server that does not answer raises, and the job is tried again."""
    if letter is None:
        return
    context = {"letter": letter, "service_name": settings.SERVICE_NAME}
    subject = render_to_string("assessments/mail/notices_subject.txt", context)
    body = render_to_string("assessments/mail/notices.txt", context)
    EmailMessage(" ".join(subject.split()), body, to=[letter.to]).send()


def store(job: Job, letter: Letter | None, result: None) -> None:
    if letter is not None:
        noted(letter.member_id, letter.notices)


def lines(notices: Sequence[Notice]) -> list[Line]:
    """One for each kind of event, in the order of the list."""
    found = []
    for about in About:
        of_it = [notice for notice in notices if notice.about == about]
        codes = sorted({notice.code for notice in of_it if notice.code}, key=_in_order)
        if of_it:
            shown, more = codes[:MOST_CODES], max(0, len(codes) - MOST_CODES)
            found.append(Line(str(about.label), len(of_it), shown, more))
    return found


def _in_order(code: str) -> list[tuple[int, str]]:
    """As the standards count: 3.9 before 3.10."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in code.split(".")]
