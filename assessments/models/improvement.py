"""What an agency means to do so that it gets better at a clause: an action of its plan."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.db import models
from django.utils import timezone

from agencies.models import NONE, Membership, Stage, TenantModel
from assessments.models.assessment import KEPT, Assessment, person
from assessments.workflow import Progress
from standards.models import Clause


class ImprovementQuerySet(models.QuerySet["Improvement"]):
    def open(self) -> ImprovementQuerySet:
        """Those about which something is still to be done, if only to check them."""
        return self.exclude(status=Progress.CHECKED)

    def real(self) -> ImprovementQuerySet:
        """Without those of practice."""
        return self.filter(assessment__is_practice=False)

    def overdue(self, today: date) -> ImprovementQuerySet:
        return self.filter(status__in=(Progress.TO_DO, Progress.DOING), due_on__lt=today)

    def concerning(self, assessment: Assessment) -> ImprovementQuerySet:
        """Born in this assessment, or open still since an earlier one of the same edition.

        Practice starts from nothing, and nothing follows from it.
        """
        if assessment.is_practice:
            return self.filter(assessment=assessment)
        earlier = models.Q(
            assessment__edition=assessment.edition_id,
            assessment__created_at__lt=assessment.created_at,
            assessment__is_practice=False,
        )
        is_open = ~models.Q(status=Progress.CHECKED)
        return self.filter(models.Q(assessment=assessment) | (earlier & is_open))

    def for_page(self) -> ImprovementQuerySet:
        """With all that a list or a page shows, the most urgent first."""
        rows = self.select_related("assessment", "clause__standard", "owner")
        return rows.order_by("due_on", "clause__position", "created_at", "pk")

    def held_by(self, member: Membership) -> ImprovementQuerySet:
        """All of this person's, in whatever state, the most urgent first."""
        return self.filter(owner=member).for_page()


class Improvement(TenantModel):
    """An action born from a clause of an assessment. It outlives the cycle it was born in."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {"what": NONE, "why": NONE}
    SAID: ClassVar[tuple[str, ...]] = ("what", "why", "owner", "due_on", "expected_level")

    assessment = models.ForeignKey(
        Assessment,
        models.PROTECT,
        db_constraint=False,
        related_name="improvements",
        help_text="Assessment it was born in.",
    )
    clause = models.ForeignKey(
        Clause, models.PROTECT, related_name="+", help_text="Clause it is about."
    )
    what = models.CharField(max_length=200, help_text="What will be done.")
    why = models.TextField(help_text="Why, and what it should change.")
    owner = person("Who sees to it.")
    due_on = models.DateField(help_text="Last day for it.")
    expected_level = models.PositiveSmallIntegerField(
        help_text="Level that the clause should have once it is done."
    )
    status = models.CharField(
        max_length=10,
        choices=Progress,
        default=Progress.TO_DO,
        help_text="Set by workflow.move().",
    )
    version = models.PositiveIntegerField(
        default=0, help_text="Counts changes of what is said; a change must carry the one it saw."
    )
    created_by = person("Who planned it.")
    created_at = models.DateTimeField(default=timezone.now, help_text="When it was planned.")
    done_by = person("Who said that it was done.", null=True)
    checked_by = person("Who checked it: never who said it was done.", null=True)
    updated_at = models.DateTimeField(auto_now=True, help_text="Last change of its state.")

    objects = ImprovementQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="improvement_agency_id"),
            models.CheckConstraint(
                condition=models.Q(status__in=Progress.values), name="improvement_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(expected_level__range=(0, 3)),
                name="improvement_level_on_the_scale",
            ),
            models.CheckConstraint(
                condition=~models.Q(status=Progress.CHECKED)
                | models.Q(checked_by__isnull=False, done_by__isnull=False),
                name="improvement_checked_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(checked_by=None) | ~models.Q(checked_by=models.F("done_by")),
                name="improvement_by_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"action {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status != Progress.CHECKED

    @property
    def is_done(self) -> bool:
        """Done, and not checked yet."""
        return self.status == Progress.DONE

    @property
    def is_doing(self) -> bool:
        return self.status == Progress.DOING

    @property
    def is_to_do(self) -> bool:
        """Something is still to be done but to check it."""
        return self.status in (Progress.TO_DO, Progress.DOING)


class ImprovementStage(Stage):
    """One status change of an action of the plan."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = dict.fromkeys(
        ("from_status", "to_status", "action"), NONE
    )

    record = models.ForeignKey(
        Improvement,
        models.PROTECT,
        db_constraint=False,
        related_name="stages",
        help_text="Which action.",
    )
