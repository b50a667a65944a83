"""How far an assessment was on each day on which that changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from agencies.models import NONE, TenantModel
from assessments.models.assessment import KEPT, Assessment


class ProgressQuerySet(models.QuerySet["ProgressPoint"]):
    def note(self, assessment: Assessment) -> None:
        """Keep today's standing of a locked assessment; of one day the last is kept. One query."""
        point = self.model(
            agency_id=assessment.agency_id,
            assessment=assessment,
            day=timezone.localdate(),
            **{field: getattr(assessment, field) for field in ProgressPoint.FIELDS},
        )
        self.bulk_create(
            [point],
            update_conflicts=True,
            unique_fields=["assessment", "day"],
            update_fields=ProgressPoint.FIELDS,
        )


class ProgressPoint(TenantModel):
    """Where an assessment stood at the end of a day on which its standing changed."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {"readiness": NONE}
    FIELDS: ClassVar[tuple[str, ...]] = ("clause_count", "answered_count", "score", "readiness")

    assessment = models.ForeignKey(
        Assessment,
        models.CASCADE,
        db_constraint=False,
        related_name="progress",
        help_text="Which assessment.",
    )
    day = models.DateField(help_text="The day, in the time zone of the service.")
    clause_count = models.PositiveSmallIntegerField(help_text="As Assessment.clause_count.")
    answered_count = models.PositiveSmallIntegerField(help_text="As Assessment.answered_count.")
    score = models.DecimalField(
        max_digits=3, decimal_places=2, null=True, help_text="As Assessment.score."
    )
    readiness = models.CharField(max_length=40, blank=True, help_text="As Assessment.readiness.")

    objects = ProgressQuerySet.as_manager()

    class Meta:
        ordering = ("day",)
        constraints: ClassVar = [
            models.UniqueConstraint("assessment", "day", name="progress_one_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.answered_count} of {self.clause_count} on {self.day}"
