"""A second factor that was lost."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from agencies.models.ground import PERSONAL, Membership, TenantModel


class FactorReset(TenantModel):
    """A lost second factor: one officer asks, another confirms, and only then is it removed."""

    KEPT: ClassVar[str] = "Six years after it was asked for."
    DATA_CLASS: ClassVar[dict[str, str]] = {"reason": PERSONAL}

    member = models.ForeignKey(
        Membership, models.PROTECT, db_constraint=False, related_name="+", help_text="Who lost it."
    )
    requested_by = models.ForeignKey(
        Membership,
        models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="+",
        help_text="Who asked; empty when the operator of the server removed it.",
    )
    requested_at = models.DateTimeField(default=timezone.now, help_text="When it was asked for.")
    reason = models.CharField(
        max_length=300, blank=True, help_text="Why the operator removed it without two officers."
    )
    confirmed_by = models.ForeignKey(
        Membership,
        models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="+",
        help_text="The second officer: neither who asked nor who lost it.",
    )
    confirmed_at = models.DateTimeField(null=True, help_text="When it was confirmed.")
    withdrawn_at = models.DateTimeField(null=True, help_text="When it was withdrawn or ran out.")
    removed_at = models.DateTimeField(null=True, help_text="When the factors were removed.")

    class Meta:
        ordering = ("-requested_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                "agency",
                "member",
                condition=models.Q(confirmed_at=None, withdrawn_at=None, removed_at=None),
                name="factor_reset_one_open_per_person",
            ),
            models.CheckConstraint(
                condition=~models.Q(confirmed_by=models.F("requested_by"))
                & ~models.Q(confirmed_by=models.F("member"))
                & ~models.Q(requested_by=models.F("member")),
                name="factor_reset_takes_two_others",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}"
