"""What one person asks for and another decides on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from agencies.models import TenantModel
from assessments.models.assessment import person
from protection.workflow import Status


class Decision(TenantModel):
    """A request that waits for a second person. Two people, by a rule of the database too."""

    status = models.CharField(
        max_length=20, choices=Status, default=Status.REQUESTED, help_text="Set by workflow.move()."
    )
    requested_by = person("Who asked.")
    requested_at = models.DateTimeField(default=timezone.now, help_text="When.")
    decided_by = person("Who confirmed or refused: never who asked.", null=True)
    decided_at = models.DateTimeField(null=True, blank=True, help_text="When.")
    updated_at = models.DateTimeField(auto_now=True, help_text="Last change of its state.")

    class Meta:
        abstract = True
        ordering = ("-requested_at",)
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="%(class)s_agency_id"),
            models.CheckConstraint(
                condition=models.Q(decided_by=None)
                | ~models.Q(decided_by=models.F("requested_by")),
                name="%(class)s_by_two_people",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=Status.values), name="%(class)s_status_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(status=Status.CONFIRMED) | models.Q(decided_by__isnull=False),
                name="%(class)s_confirmed_by_somebody",
            ),
        ]

    @property
    def is_waiting(self) -> bool:
        return self.status == Status.REQUESTED

    @property
    def is_confirmed(self) -> bool:
        return self.status == Status.CONFIRMED
