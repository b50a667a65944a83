"""Paper that was asked for, and where its file lies once a worker has made it."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.utils import timezone

from agencies.models import NONE, Membership, TenantModel
from assessments.models import Assessment, Submission
from jobs.models import Job


class Kind(models.TextChoices):
    READINESS = "readiness", "Readiness report"


class ReportQuerySet(models.QuerySet["Report"]):
    def for_page(self) -> Self:
        """With all that a page about one report shows."""
        return self.select_related("job", "assessment", "submission", "requested_by", "agency")

    def for_work(self) -> Self:
        """With all that its content is read from."""
        return self.select_related(
            "assessment__edition",
            "assessment__agency",
            "submission__assessment__edition",
            "submission__sign_off",
            "submission__rules",
            "submission__guidance",
            "submission__by",
        )

    def of(self, assessment: Assessment) -> Self:
        """The reports of one assessment, the latest first."""
        return self.for_page().filter(assessment=assessment)


class Report(TenantModel):
    """A document of one content. Asked for twice, it is the same report."""

    KEPT: ClassVar[str] = "As long as the assessment it was made from."
    DATA_CLASS: ClassVar[dict[str, str]] = dict.fromkeys(
        ("content_key", "stored_as", "sha256"), NONE
    )

    assessment = models.ForeignKey(
        Assessment,
        models.PROTECT,
        db_constraint=False,
        related_name="reports",
        help_text="The self-assessment it is about.",
    )
    submission = models.ForeignKey(
        Submission,
        models.PROTECT,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="reports",
        help_text="The round it shows; empty: the draft as it stood.",
    )
    kind = models.CharField(max_length=20, choices=Kind, help_text="Which document it is.")
    content_key = models.CharField(
        max_length=200, help_text="Hash of what it was asked for; the job has the same."
    )
    job = models.ForeignKey(
        Job,
        models.PROTECT,
        db_constraint=False,
        related_name="+",
        help_text="The work of making it.",
    )
    requested_by = models.ForeignKey(
        Membership,
        models.PROTECT,
        db_constraint=False,
        related_name="+",
        help_text="Who asked for it first.",
    )
    created_at = models.DateTimeField(default=timezone.now, help_text="When it was asked for.")
    made_at = models.DateTimeField(
        null=True, blank=True, help_text="When its content was read; empty: not made yet."
    )
    stored_as = models.CharField(
        max_length=80, blank=True, help_text="Random name in the store of reports."
    )
    sha256 = models.CharField(max_length=64, blank=True, help_text="Hash of the file.")
    size = models.PositiveIntegerField(default=0, help_text="Bytes.")
    pages = models.PositiveSmallIntegerField(default=0, help_text="Pages.")
    destroyed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the file went: it could hold removed personal data."
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="report_agency_id"),
            models.UniqueConstraint("agency", "job", name="report_one_per_job"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def is_draft(self) -> bool:
        return self.submission_id is None

    @property
    def is_ready(self) -> bool:
        return bool(self.stored_as)

    @property
    def is_destroyed(self) -> bool:
        return self.destroyed_at is not None
