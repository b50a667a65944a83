"""What colleagues say to each other about a clause: for their agency alone."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils import timezone

from agencies.models import NONE, Membership, Stage, TenantModel
from agencies.permissions import Permission, roles_with
from assessments.models.assessment import KEPT, Assessment, person
from assessments.models.searchable import words_of
from assessments.workflow import Talk
from standards.models import Clause


def readers(agency_id: UUID) -> models.QuerySet[Membership]:
    """Who may read comments, and so be told of one, by name. No machines."""
    people = Membership.objects.filter(agency_id=agency_id, is_active=True, is_machine=False)
    rows = people.filter(role__in=roles_with(Permission.READ_ASSESSMENT))
    return rows.order_by("display_name", "pk")


class ThreadQuerySet(models.QuerySet["Thread"]):
    def open(self) -> ThreadQuerySet:
        return self.filter(status=Talk.OPEN)

    def of_clause(self, assessment_id: UUID, clause_id: UUID) -> ThreadQuerySet:
        return self.filter(assessment=assessment_id, clause=clause_id)

    def for_page(self) -> ThreadQuerySet:
        """With the assessment, the clause and who settled it last."""
        return self.select_related("assessment", "clause", "settled_by")

    def for_list(self) -> ThreadQuerySet:
        """Open ones first, the newest first among them, each with how it began: first_text,
        first_by (a name), withdrawn_at, reply_count and last_at."""
        comments = Comment.objects.filter(thread=models.OuterRef("pk")).order_by("at", "pk")
        count = comments.order_by().values("thread").annotate(n=models.Count("pk")).values("n")
        rows = self.select_related("assessment", "clause", "settled_by").annotate(
            first_text=models.Subquery(comments.values("text")[:1]),
            first_by=models.Subquery(comments.values("by__display_name")[:1]),
            withdrawn_at=models.Subquery(comments.values("withdrawn_at")[:1]),
            reply_count=models.Subquery(count) - 1,
            last_at=models.Subquery(comments.reverse().values("at")[:1]),
        )
        is_resolved = models.Case(models.When(status=Talk.OPEN, then=0), default=1)
        return rows.order_by(is_resolved, "-at", "pk")


class Thread(TenantModel):
    """A conversation about a clause of an assessment: a comment, and what is answered to it."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {}
    # What ThreadQuerySet.for_list() adds.
    first_text: str
    first_by: str
    withdrawn_at: datetime | None
    reply_count: int
    last_at: datetime

    assessment = models.ForeignKey(
        Assessment,
        models.PROTECT,
        db_constraint=False,
        related_name="threads",
        help_text="Assessment it belongs to.",
    )
    clause = models.ForeignKey(
        Clause, models.PROTECT, related_name="+", help_text="Clause it is about."
    )
    status = models.CharField(
        max_length=10, choices=Talk, default=Talk.OPEN, help_text="Set by workflow.move()."
    )
    at = models.DateTimeField(default=timezone.now, help_text="When it was begun.")
    settled_by = person("Who resolved or reopened it last; empty: nobody yet.", null=True)
    updated_at = models.DateTimeField(auto_now=True, help_text="Last change of its state.")

    objects = ThreadQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="thread_agency_id"),
            models.CheckConstraint(
                condition=models.Q(status__in=Talk.values), name="thread_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"thread {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status == Talk.OPEN


class ThreadStage(Stage):
    """One time that a conversation was resolved or reopened."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = dict.fromkeys(
        ("from_status", "to_status", "action"), NONE
    )

    record = models.ForeignKey(
        Thread,
        models.PROTECT,
        db_constraint=False,
        related_name="stages",
        help_text="Which conversation.",
    )


class CommentQuerySet(models.QuerySet["Comment"]):
    def for_page(self) -> CommentQuerySet:
        """Oldest first, with who wrote each and who was told. Two queries."""
        told = models.Prefetch("mentions", Mention.objects.select_related("member"))
        rows = self.select_related("by").defer("words").prefetch_related(told)
        return rows.order_by("at", "pk")


class Comment(TenantModel):
    """What somebody said. It is never changed; who wrote it can withdraw it."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {"text": NONE, "words": NONE}

    thread = models.ForeignKey(
        Thread,
        models.PROTECT,
        db_constraint=False,
        related_name="comments",
        help_text="In which conversation.",
    )
    text = models.TextField(blank=True, help_text="What was said; empty: withdrawn.")
    words = words_of("text")
    by = person("Who wrote it.")
    at = models.DateTimeField(default=timezone.now, help_text="When.")
    withdrawn_at = models.DateTimeField(
        null=True, blank=True, help_text="When who wrote it took it back; its text is gone."
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="comment_agency_id"),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None) | models.Q(text=""),
                name="comment_withdrawn_is_gone",
            ),
        ]

    def __str__(self) -> str:
        return f"comment {self.pk}"

    @property
    def is_withdrawn(self) -> bool:
        return self.withdrawn_at is not None

    @property
    def told(self) -> list[Membership]:
        """Whom the writer wanted to tell, by name. Read by for_page()."""
        members = (mention.member for mention in self.mentions.all())
        return sorted(members, key=lambda member: member.display_name)


class Mention(TenantModel):
    """A colleague whom the writer of a comment wanted to tell of it."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {}

    comment = models.ForeignKey(
        Comment,
        models.PROTECT,
        db_constraint=False,
        related_name="mentions",
        help_text="Of which comment.",
    )
    member = person("Who was to be told.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("comment", "member", name="mention_once"),
        ]

    def __str__(self) -> str:
        return f"mention {self.pk}"
