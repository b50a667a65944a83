"""The self-assessment itself: what it covers, its state and its stored counters."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils import timezone

from agencies.models import NONE, Membership, Stage, TenantModel
from assessments.workflow import Status
from standards.models import Edition, Guidance, ReadinessRules

KEPT = "Six years after the assessment's period ends; reviewed before disposal."


def person(help_text: str, *, null: bool = False) -> models.ForeignKey:
    """A membership as author; the composite key to the same agency is made by GuardTable."""
    return models.ForeignKey(
        Membership,
        models.PROTECT,
        db_constraint=False,
        null=null,
        related_name="+",
        help_text=help_text,
    )


def in_force(model: type[Guidance | ReadinessRules], edition: str) -> models.Subquery:
    """Id of the version in force for the edition at this path; saves a query."""
    rows = model.objects.filter(edition=models.OuterRef(edition), is_current=True)
    return models.Subquery(rows.values("pk")[:1])


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def current(self) -> AssessmentQuerySet:
        return self.filter(archived_at=None)

    def open(self) -> AssessmentQuerySet:
        """Those whose content may be changed, as workflow.require_open() has it."""
        return self.current().filter(status=Status.DRAFT)

    def archived(self) -> AssessmentQuerySet:
        return self.exclude(archived_at=None)

    def empty(self) -> AssessmentQuerySet:
        """No answer was ever saved or accepted, no evidence attached, nothing signed or made from
        it."""
        found = self.exclude(answers__version__gt=0).exclude(answers__evidence_links__isnull=False)
        found = found.exclude(answers__acceptances__isnull=False)
        for relation in self.model._meta.related_objects:
            if relation.on_delete is models.PROTECT:
                found = found.exclude(**{f"{relation.name}__isnull": False})
        return found

    def for_page(self) -> AssessmentQuerySet:
        """With its edition, agency and the rules in force (rules_id)."""
        return self.select_related("edition", "agency").annotate(
            rules_id=in_force(ReadinessRules, "edition")
        )

    def locked(self) -> AssessmentQuerySet:
        """As for_page, the assessment locked until the transaction ends."""
        return self.for_page().select_for_update(of=("self",))


class Assessment(TenantModel):
    """One self-assessment of one agency against one edition."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {"title": NONE, "readiness": NONE}
    rules_id: UUID  # added by for_page() and locked()

    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="+", help_text="Text it answers; never changes."
    )
    title = models.CharField(max_length=150, help_text="Name the agency gives it.")
    period_from = models.DateField(help_text="First day of the period it looks at.")
    period_to = models.DateField(help_text="Last day of the period it looks at.")
    status = models.CharField(
        max_length=20, choices=Status, default=Status.DRAFT, help_text="Set by workflow.move()."
    )
    clause_count = models.PositiveSmallIntegerField(
        default=0, help_text="Clauses in the denominator: addressed to the agency, or answered."
    )
    answered_count = models.PositiveSmallIntegerField(
        default=0, help_text="Of those, how many are complete. Stored by the saving action."
    )
    score = models.DecimalField(
        max_digits=3,
        decimal_places=2,
        null=True,
        help_text="Overall mean level 0.00 to 3.00; empty while nothing is scored.",
    )
    readiness = models.CharField(
        max_length=40, blank=True, help_text="Key of the highest level whose rules are all met."
    )
    is_practice = models.BooleanField(
        default=False,
        editable=False,
        help_text="To try things out: never signed off, in no figure. Decided when it starts.",
    )
    form_key = models.UUIDField(
        null=True,
        editable=False,
        help_text="Made with the form it was started by: a form sent twice starts one.",
    )
    continues = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        db_constraint=False,
        editable=False,
        related_name="+",
        help_text="Earlier one that texts and evidence were carried over from, if any.",
    )
    created_by = person("Who started it.")
    created_at = models.DateTimeField(default=timezone.now, help_text="When it was started.")
    updated_at = models.DateTimeField(auto_now=True, help_text="Last change of anything in it.")
    archived_at = models.DateTimeField(
        null=True, blank=True, help_text="Set aside: off the list and locked, not deleted."
    )

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="assessment_agency_id"),
            models.UniqueConstraint("agency", "form_key", name="assessment_once_per_form"),
            models.CheckConstraint(
                condition=models.Q(period_to__gte=models.F("period_from")),
                name="assessment_period_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=Status.values), name="assessment_status_known"
            ),
            models.CheckConstraint(
                condition=models.Q(is_practice=False) | models.Q(status=Status.DRAFT),
                name="assessment_practice_stays_draft",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def is_draft(self) -> bool:
        return self.status == Status.DRAFT

    @property
    def is_signed_off(self) -> bool:
        return self.status == Status.SIGNED_OFF

    @property
    def is_submitted(self) -> bool:
        return self.status == Status.SUBMITTED

    @property
    def may_be_deleted(self) -> bool:
        """Practice whatever it holds; anything else while nothing was said in it."""
        return self.is_practice or self.is_empty

    @property
    def is_empty(self) -> bool:
        """Nothing was said in it. One query, while it is a draft without a scored answer."""
        may_be = self.is_draft and not self.answered_count
        return may_be and Assessment.objects.empty().filter(pk=self.pk).exists()


class AssessmentStage(Stage):
    """One status change of an assessment."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = dict.fromkeys(
        ("from_status", "to_status", "action"), NONE
    )

    record = models.ForeignKey(
        Assessment,
        models.PROTECT,
        db_constraint=False,
        related_name="stages",
        help_text="Which assessment.",
    )
