"""What a person is told of, once; and how they want to be told."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.utils import timezone

from agencies.models import NONE, Membership, TenantModel
from agencies.permissions import Permission, roles_with
from assessments.models.answer import Answer
from assessments.models.assessment import Assessment, person
from assessments.models.comment import Comment
from assessments.models.improvement import Improvement
from assessments.workflow import Progress, Status, Talk
from jobs.models import Job

KEPT_FOR = timedelta(days=90)
DUE_SOON = timedelta(days=7)
"""So long before a last day its person hears of it."""


class About(models.TextChoices):
    """What happened."""

    MENTIONED = "mentioned", "You were told of a comment"
    REPLIED = "replied", "Reply in a conversation you take part in"
    CLAUSE_ASSIGNED = "clause_assigned", "Clause assigned to you"
    CLAUSE_DUE = "clause_due", "Clause of yours is due soon"
    CLAUSE_OVERDUE = "clause_overdue", "Clause of yours is overdue"
    ACTION_ASSIGNED = "action_assigned", "Action planned for you"
    ACTION_DUE = "action_due", "Action of yours is due soon"
    ACTION_OVERDUE = "action_overdue", "Action of yours is overdue"
    SIGNED = "signed", "Signed off: it can be submitted"
    REOPENED = "reopened", "Reopened: its sign-off no longer counts"


class Pace(models.TextChoices):
    """How a person wants to be told of what waits for them."""

    DAILY = "daily", "One email a day, if anything is new"
    AT_ONCE = "at_once", "An email each time"
    OFF = "off", "No email"


_SAME_DAY = models.Q(day=None)


def _said() -> models.Q:
    """In a conversation that is open, where something can still be said."""
    return models.Q(
        about__in=(About.MENTIONED, About.REPLIED),
        comment__withdrawn_at=None,
        comment__thread__status=Talk.OPEN,
        assessment__archived_at=None,
        assessment__status__in=(Status.DRAFT, Status.SIGNED_OFF),
    )


def _clause_waits() -> models.Q:
    """It is the person's still, until the same day, and to do."""
    waits = models.Q(
        about__in=(About.CLAUSE_ASSIGNED, About.CLAUSE_DUE, About.CLAUSE_OVERDUE),
        assessment__in=Assessment.objects.open(),
        answer__in=Answer.objects.to_do(),
        answer__assignment__assignee=models.F("member"),
    )
    return waits & (_SAME_DAY | models.Q(answer__assignment__due_on=models.F("day")))


def _action_waits() -> models.Q:
    """It is the person's still, until the same day, and not done."""
    waits = models.Q(
        about__in=(About.ACTION_ASSIGNED, About.ACTION_DUE, About.ACTION_OVERDUE),
        improvement__owner=models.F("member"),
        improvement__status__in=(Progress.TO_DO, Progress.DOING),
    )
    return waits & (_SAME_DAY | models.Q(improvement__due_on=models.F("day")))


def _step_waits() -> models.Q:
    """Nobody has taken the next step."""
    step = models.Q(about=About.SIGNED, assessment__status=Status.SIGNED_OFF)
    step |= models.Q(about=About.REOPENED, assessment__status=Status.DRAFT)
    return step & models.Q(assessment__archived_at=None)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def live(self) -> NoticeQuerySet:
        """Those about which there is still something to do."""
        return self.filter(_said() | _clause_waits() | _action_waits() | _step_waits())

    def pending(self) -> NoticeQuerySet:
        """Live, neither mailed nor seen, of people who have access and may read."""
        rows = self.live().filter(mailed_at=None, seen_at=None, member__is_active=True)
        return rows.filter(member__role__in=roles_with(Permission.READ_ASSESSMENT))

    def for_page(self, member: Membership) -> NoticeQuerySet:
        """This person's, the newest first, with what a line shows; is_live."""
        rows = self.filter(member=member).select_related(
            "assessment", "answer__clause", "improvement__clause", "comment__thread__clause", "by"
        )
        rows = rows.defer("answer__how", "answer__difference", "answer__words", "comment__words")
        is_live = models.Exists(Notice.objects.live().filter(pk=models.OuterRef("pk")))
        return rows.annotate(is_live=is_live).order_by("-at", "pk")


class Notice(TenantModel):
    """Something that one person is told of, once. It says where to look, and none of the text."""

    KEPT: ClassVar[str] = "90 days."
    DATA_CLASS: ClassVar[dict[str, str]] = {"occasion": NONE}
    is_live: bool  # added by for_page()

    member = person("Who is told.")
    about = models.CharField(max_length=20, choices=About, help_text="What happened.")
    occasion = models.CharField(
        max_length=100, help_text="Which time it happened: nobody is told of one twice."
    )
    day = models.DateField(null=True, help_text="The last day that comes near or has passed.")
    assessment = models.ForeignKey(
        Assessment,
        models.CASCADE,
        db_constraint=False,
        related_name="+",
        help_text="Assessment it is about.",
    )
    answer = models.ForeignKey(
        Answer,
        models.CASCADE,
        db_constraint=False,
        null=True,
        related_name="+",
        help_text="The clause that is the person's.",
    )
    improvement = models.ForeignKey(
        Improvement,
        models.CASCADE,
        db_constraint=False,
        null=True,
        related_name="+",
        help_text="The action that is the person's.",
    )
    comment = models.ForeignKey(
        Comment,
        models.CASCADE,
        db_constraint=False,
        null=True,
        related_name="+",
        help_text="The comment.",
    )
    by = person("Who did it; empty: the service itself.", null=True)
    at = models.DateTimeField(default=timezone.now, help_text="When.")
    seen_at = models.DateTimeField(null=True, help_text="When the person marked it as seen.")
    job = models.ForeignKey(
        Job,
        models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="+",
        help_text="The mail it goes into: one alone.",
    )
    mailed_at = models.DateTimeField(null=True, help_text="When that mail went out.")

    objects = NoticeQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("member", "about", "occasion", name="notice_once"),
            models.CheckConstraint(
                condition=models.Q(about__in=About.values), name="notice_about_known"
            ),
        ]

    def __str__(self) -> str:
        return f"notice {self.pk}"

    @property
    def code(self) -> str:
        """Of the clause that it is about; empty: it is about the assessment."""
        if self.comment:
            return self.comment.thread.clause.code
        if self.improvement:
            return self.improvement.clause.code
        return self.answer.clause.code if self.answer else ""


class NoticeSetting(TenantModel):
    """How one person wants to be told. Nobody has to say so: without a row it is daily."""

    KEPT: ClassVar[str] = "As long as the membership."
    DATA_CLASS: ClassVar[dict[str, str]] = {}

    member = models.OneToOneField(
        Membership,
        models.PROTECT,
        db_constraint=False,
        related_name="+",
        help_text="Whose setting it is.",
    )
    pace = models.CharField(
        max_length=10, choices=Pace, default=Pace.DAILY, help_text="How often they get a mail."
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(pace__in=Pace.values), name="noticesetting_pace_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.pace}"
