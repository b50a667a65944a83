"""The next version of the guidance, while the scheme writes it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from agencies.models import NONE, Membership, TenantModel
from standards.models.additions import Guidance


class GuidanceDraft(TenantModel):
    """One an edition. Deleted when it is published or thrown away; agencies never see it."""

    KEPT: ClassVar[str] = "Until it is published or thrown away."
    DATA_CLASS: ClassVar[dict[str, str]] = {"document": NONE}

    edition = models.ForeignKey(
        "standards.Edition", models.PROTECT, related_name="+", help_text="Edition it explains."
    )
    source = models.ForeignKey(
        Guidance, models.PROTECT, related_name="+", help_text="Version it was begun from."
    )
    document = models.JSONField(
        help_text="GuidanceText.document(): one whole, checked as a file is, hashed when published."
    )
    started_by = models.ForeignKey(
        Membership, models.PROTECT, db_constraint=False, related_name="+", help_text="Who began it."
    )
    started_at = models.DateTimeField(default=timezone.now, help_text="When it was begun.")
    changed_at = models.DateTimeField(default=timezone.now, help_text="When it was last changed.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "edition", name="draft_one_per_edition"),
        ]

    def __str__(self) -> str:
        return f"Draft of {self.edition_id} from {self.source_id}"
