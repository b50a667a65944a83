"""Partnership: two agencies that have each said so."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from agencies.models.ground import Agency, Membership, TenantModel


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self) -> ConsentQuerySet:
        return self.filter(ended_at=None)

    def between(self, agency: Agency, other: Agency) -> ConsentQuerySet:
        """What `agency` said about `other`."""
        return self.filter(agency=agency, other=other)

    def concerning(self, agency: Agency) -> ConsentQuerySet:
        """What it said and what was said about it, with both names, the newest first."""
        mine = self.filter(models.Q(agency=agency) | models.Q(other=agency))
        return mine.select_related("agency", "other").order_by("-given_at")


class Consent(TenantModel):
    """One agency's word that it is the partner of another.

    A partnership is two of them that stand: the host's, which asks, and the partner's, given
    after it. Each side writes its own and ends it at will; ctx.partners() puts them together.
    """

    KEPT: ClassVar[str] = "Six years after it ended."
    DATA_CLASS: ClassVar[dict[str, str]] = {}

    other = models.ForeignKey(
        Agency, models.PROTECT, related_name="+", help_text="With whom; it sees this row too."
    )
    is_host = models.BooleanField(help_text="Asks, and may then offer answers; else it agrees.")
    given_by = models.ForeignKey(
        Membership,
        models.PROTECT,
        db_constraint=False,
        related_name="+",
        help_text="Who said so; the other side does not see whom it leads to.",
    )
    given_at = models.DateTimeField(default=timezone.now, help_text="From when it stands.")
    ended_by = models.ForeignKey(
        Membership,
        models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="+",
        help_text="Who ended it.",
    )
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="Until when it stood; as given_at: it was declined."
    )

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ("-given_at",)
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="consent_agency_id"),
            models.UniqueConstraint(
                "agency",
                "other",
                condition=models.Q(ended_at=None),
                name="consent_one_standing",
            ),
            models.CheckConstraint(
                condition=~models.Q(agency=models.F("other")), name="consent_with_another"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, ended_by=None)
                | models.Q(ended_at__gte=models.F("given_at"), ended_by__isnull=False),
                name="consent_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"consent {self.pk}"
