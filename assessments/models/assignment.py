"""Whose a clause is, and by when."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils import timezone

from agencies.models import Membership, TenantModel
from agencies.permissions import Permission, roles_with
from assessments.models.answer import Answer
from assessments.models.assessment import KEPT, person


def assignable(agency_id: UUID) -> models.QuerySet[Membership]:
    """Whom a clause can be assigned to, by name: people who may answer. No machines."""
    people = Membership.objects.filter(agency_id=agency_id, is_active=True, is_machine=False)
    rows = people.filter(role__in=roles_with(Permission.ANSWER_CLAUSE))
    return rows.order_by("display_name", "pk")


class ClauseAssignmentQuerySet(models.QuerySet["ClauseAssignment"]):
    def held_by(self, member: Membership) -> ClauseAssignmentQuerySet:
        """All of this person's, in whatever state their assessments are, the most urgent first."""
        rows = self.filter(assignee=member).select_related("answer__clause", "answer__assessment")
        due = models.F("due_on").asc(nulls_last=True)
        ordered = rows.order_by(due, "answer__assessment__created_at", "answer__clause__position")
        return ordered.defer("answer__how", "answer__difference", "answer__words")


class ClauseAssignment(TenantModel):
    """One clause of an assessment is somebody's. It binds nobody: others may answer it too."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {}

    answer = models.OneToOneField(
        Answer,
        models.CASCADE,
        db_constraint=False,
        related_name="assignment",
        help_text="The answer to see to.",
    )
    assignee = person("Who is to see to it.")
    due_on = models.DateField(null=True, blank=True, help_text="Last day for it; empty: none.")
    by = person("Who assigned it.")
    at = models.DateTimeField(default=timezone.now, help_text="When.")

    objects = ClauseAssignmentQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="clauseassignment_agency_id"),
        ]

    def __str__(self) -> str:
        return f"assignment {self.pk}"
