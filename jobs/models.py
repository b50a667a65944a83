"""Work that outlives a request. The row is the truth; the queue only hints at it."""

from __future__ import annotations

import datetime
from typing import ClassVar

from django.db import models
from django.utils import timezone

from agencies.models import NONE, Membership, TenantModel
from jobs.workflow import OPEN, Status

SLOW_AFTER = datetime.timedelta(seconds=60)
"""Queued longer than this, a job is sent again, and the page says that it is waiting."""


class Job(TenantModel):
    """One piece of work for one agency: asked for once, done once, whoever does it."""

    KEPT: ClassVar[str] = "One year after it finished."
    DATA_CLASS: ClassVar[dict[str, str]] = dict.fromkeys(
        ("kind", "content_key", "status", "reason"), NONE
    )

    kind = models.CharField(max_length=40, help_text="Which handler does it (JOB_KINDS).")
    subject_id = models.UUIDField(help_text="The record it is about, such as a report.")
    content_key = models.CharField(
        max_length=200, help_text="What is wanted, in one word: asked twice, it is the same job."
    )
    status = models.CharField(
        max_length=10, choices=Status, default=Status.QUEUED, help_text="Set by jobs.engine."
    )
    attempts = models.PositiveSmallIntegerField(
        default=0, help_text="How often a worker has begun it since it was last asked for."
    )
    fence = models.PositiveIntegerField(
        default=0, help_text="Grows with each claim; only the worker that knows it may finish."
    )
    lease_until = models.DateTimeField(
        null=True, blank=True, help_text="Until then it is the claiming worker's."
    )
    reason = models.CharField(
        max_length=300, blank=True, help_text="Why it failed, in a sentence for people."
    )
    requested_by = models.ForeignKey(
        Membership,
        models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who asked for it; empty: the service itself.",
    )
    created_at = models.DateTimeField(default=timezone.now, help_text="When it was asked for.")
    queued_at = models.DateTimeField(
        default=timezone.now, help_text="When it was last put in the queue."
    )
    started_at = models.DateTimeField(null=True, blank=True, help_text="Last time it was begun.")
    finished_at = models.DateTimeField(null=True, blank=True, help_text="Done or failed.")

    class Meta:
        ordering = ("-created_at",)
        indexes: ClassVar = [
            models.Index("queued_at", condition=models.Q(status__in=OPEN), name="job_open"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="job_agency_id"),
            models.UniqueConstraint("agency", "content_key", name="job_content_key"),
            models.CheckConstraint(
                condition=models.Q(status__in=Status.values), name="job_status_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def is_done(self) -> bool:
        return self.status == Status.DONE

    @property
    def has_failed(self) -> bool:
        return self.status == Status.FAILED

    @property
    def is_slow(self) -> bool:
        """Nobody has begun it for a minute: no worker answers, or all are busy."""
        return self.status == Status.QUEUED and timezone.now() - self.queued_at > SLOW_AFTER
