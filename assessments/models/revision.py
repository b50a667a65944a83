"""What an answer was after each save."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import ClassVar

from django.db import models
from django.utils import timezone

from agencies.models import NONE, Membership, TenantModel
from assessments.models.answer import Answer
from assessments.models.assessment import KEPT, person
from assessments.redacted import WHOLE_MARK

TEXTS = ("na_reason", "how", "difference")
AUTOSAVES_SHARE = timedelta(minutes=10)
"""How long the autosaves of one person go into one revision."""


class RevisionQuerySet(models.QuerySet["AnswerRevision"]):
    def for_list(self) -> RevisionQuerySet:
        """Who, when and how far; no text, but whether personal data was removed from one."""
        marked = reduce(or_, (models.Q(**{f"{name}__regex": WHOLE_MARK}) for name in TEXTS))
        is_redacted = models.ExpressionWrapper(marked, output_field=models.BooleanField())
        rows = self.select_related("by").defer(*TEXTS)
        return rows.annotate(is_redacted=is_redacted).order_by("-version")

    def extendable(self, answer: Answer, *, by: Membership, now: datetime) -> RevisionQuerySet:
        """The latest one, if it is an autosave of this person begun in the last ten minutes.

        A save by somebody else raises Answer.version, and so ends what was open before it.
        """
        return self.extendable_of([answer], by=by, now=now)

    def extendable_of(
        self, answers: Collection[Answer], *, by: Membership, now: datetime
    ) -> RevisionQuerySet:
        """Those of several answers."""
        latest = [models.Q(answer=answer, version=answer.version) for answer in answers]
        return self.filter(
            reduce(or_, latest), is_open=True, by=by, started_at__gt=now - AUTOSAVES_SHARE
        )


class AnswerRevision(TenantModel):
    """What an answer was after a save. Autosaves of one person share one open revision."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {"na_reason": NONE, "how": NONE, "difference": NONE}

    answer = models.ForeignKey(
        Answer,
        models.PROTECT,
        db_constraint=False,
        related_name="revisions",
        help_text="Which answer.",
    )
    version = models.PositiveIntegerField(help_text="Answer.version after the save.")
    level = models.PositiveSmallIntegerField(null=True, help_text="As Answer.level.")
    is_not_applicable = models.BooleanField(help_text="As Answer.is_not_applicable.")
    na_reason = models.TextField(blank=True, help_text="As Answer.na_reason.")
    how = models.TextField(blank=True, help_text="As Answer.how.")
    difference = models.TextField(blank=True, help_text="As Answer.difference.")
    is_open = models.BooleanField(
        default=False, help_text="An autosave that the same person may still extend (10 minutes)."
    )
    # What RevisionQuerySet.for_list() adds.
    is_redacted: bool

    by = person("Who saved.")
    started_at = models.DateTimeField(default=timezone.now, help_text="First save it holds.")
    saved_at = models.DateTimeField(default=timezone.now, help_text="Last save it holds.")

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ("-version",)
        constraints: ClassVar = [
            models.UniqueConstraint("answer", "version", name="revision_once_per_version"),
        ]

    def __str__(self) -> str:
        return f"revision {self.version}"

    @property
    def holds_several(self) -> bool:
        """Whether autosaves of one person were brought together in it."""
        return self.started_at != self.saved_at
