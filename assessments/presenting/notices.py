"""How what a person is told of is shown."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from assessments.models import About, Notice
from assessments.presenting import clause_url


@dataclass(frozen=True)
class NoticeRow:
    """href: where to look. is_new: not marked as seen, and something is still to be done."""

    notice: Notice
    text: str
    href: str
    is_new: bool


def notice_row(notice: Notice) -> NoticeRow:
    """`notice` comes from Notice.objects.for_page()."""
    return NoticeRow(
        notice=notice,
        text=str(About(notice.about).label),
        href=_href(notice),
        is_new=notice.is_live and notice.seen_at is None,
    )


def _href(notice: Notice) -> str:
    if notice.comment:
        return reverse("assessments:thread", args=[notice.comment.thread_id])
    if notice.improvement:
        return reverse("assessments:improvement", args=[notice.improvement.pk])
    if notice.answer:
        return clause_url(notice.assessment_id, notice.code)
    return reverse("assessments:overview", args=[notice.assessment_id])
