"""What keeps evidence longer than its time: a hold, with its reason and its end."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.utils import timezone

from agencies.models import NONE, TenantModel
from assessments.models.assessment import KEPT, person
from assessments.models.evidence import Evidence


class HoldReason(models.TextChoices):
    """No free text: a reason in one's own words would soon name somebody."""

    INQUIRY = "inquiry", "An inquiry or investigation"
    CLAIM = "claim", "A complaint or a legal claim"
    INSPECTION = "inspection", "An inspection or audit"
    AGREEMENT = "agreement", "An agreement or a schedule of our own asks for it"


class HoldQuerySet(models.QuerySet["Hold"]):
    def in_force(self) -> Self:
        return self.filter(lifted_at=None, until__gte=timezone.localdate())


class Hold(TenantModel):
    """A reason to keep a piece of evidence beyond its time, such as an inquiry."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {"because": NONE}

    evidence = models.ForeignKey(
        Evidence,
        models.CASCADE,
        db_constraint=False,
        related_name="holds",
        help_text="What is kept.",
    )
    until = models.DateField(help_text="Last day of the hold.")
    because = models.CharField(max_length=20, choices=HoldReason, help_text="Why.")
    placed_by = person("Who asked for it.")
    placed_at = models.DateTimeField(default=timezone.now, help_text="When.")
    lifted_by = person("Who ended it before its last day.", null=True)
    lifted_at = models.DateTimeField(null=True, blank=True, help_text="When.")

    objects = HoldQuerySet.as_manager()

    class Meta:
        ordering = ("-placed_at",)
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="hold_agency_id"),
            models.CheckConstraint(
                condition=models.Q(because__in=HoldReason.values), name="hold_reason_known"
            ),
            models.CheckConstraint(
                condition=models.Q(lifted_at=None, lifted_by=None)
                | models.Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="hold_lifted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"hold until {self.until}"

    @property
    def is_in_force(self) -> bool:
        return self.lifted_at is None and self.until >= timezone.localdate()
