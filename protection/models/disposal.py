"""Disposing of evidence whose time is over: one person proposes, another decides."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models

from agencies.models import NONE, Stage, TenantModel
from assessments.models import Evidence
from protection.models.decision import Decision
from protection.workflow import Status

KEPT = "Six years at least: it is the certificate of what was disposed of."


class DisposalQuerySet(models.QuerySet["Disposal"]):
    def for_page(self) -> Self:
        """With who asked and decided, and how many pieces it names (piece_count)."""
        people = self.select_related("requested_by", "decided_by")
        counted = people.annotate(piece_count=models.Count("items"))
        return counted.order_by("-requested_at", "id")

    def waiting(self) -> Self:
        return self.filter(status=Status.REQUESTED)


class Disposal(Decision):
    """A request to dispose of some pieces of evidence. Once confirmed it is their certificate."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {}

    objects = DisposalQuerySet.as_manager()

    def __str__(self) -> str:
        return f"disposal {self.pk}"


class DisposalStage(Stage):
    """One status change of a disposal."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = dict.fromkeys(
        ("from_status", "to_status", "action"), NONE
    )

    record = models.ForeignKey(
        Disposal,
        models.PROTECT,
        db_constraint=False,
        related_name="stages",
        help_text="Which disposal.",
    )


class DisposalItem(TenantModel):
    """One piece of evidence in it, with the end of its time and the reason as they were said."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {"why": NONE}

    disposal = models.ForeignKey(
        Disposal,
        models.PROTECT,
        db_constraint=False,
        related_name="items",
        help_text="Of which disposal.",
    )
    evidence = models.ForeignKey(
        Evidence, models.PROTECT, db_constraint=False, related_name="+", help_text="Which piece."
    )
    kept_until = models.DateField(help_text="The last day it had to be kept.")
    why = models.CharField(max_length=300, help_text="The rule, as the page said it.")
    is_spared = models.BooleanField(
        default=False,
        help_text="Kept after all: when it was decided, its time was no longer over.",
    )

    class Meta:
        ordering = ("kept_until", "id")
        constraints: ClassVar = [
            models.UniqueConstraint("disposal", "evidence", name="disposalitem_once"),
        ]

    def __str__(self) -> str:
        return f"disposal of {self.evidence_id}"
