"""How much room the files of an agency take up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models.functions import Greatest

from agencies.models import Agency, TenantModel


@dataclass(frozen=True)
class Usage:
    """In bytes."""

    used: int
    quota: int

    @property
    def percent(self) -> int:
        """100 also where the quota was made smaller since."""
        return min(100, 100 * self.used // self.quota) if self.quota else 100

    @property
    def is_nearly_full(self) -> bool:
        return self.percent >= NEARLY


NEARLY = 90


class StorageQuerySet(models.QuerySet["Storage"]):
    def take(self, agency: Agency, size: int) -> bool:
        """Count these bytes, unless they would exceed the quota: then False, and nothing changed.

        Whoever takes at the same moment waits for the end of this transaction.
        """
        return self._add(agency, size) or (self._begin(agency.pk) and self._add(agency, size))

    def give_back(self, agency_id: UUID, size: int) -> None:
        rest = Greatest(models.F("used_bytes") - size, 0)
        self.filter(agency_id=agency_id).update(used_bytes=rest)

    def hold(self, agency_id: UUID) -> None:
        """Before evidence is locked by whoever may give back: everybody locks in this order."""
        list(self.select_for_update().filter(agency_id=agency_id).values_list("pk"))

    def usage(self, agency: Agency) -> Usage:
        used = self.filter(agency=agency).values_list("used_bytes", flat=True).first()
        return Usage(used or 0, agency.quota_bytes)

    def _add(self, agency: Agency, size: int) -> bool:
        fits = self.filter(agency=agency, used_bytes__lte=agency.quota_bytes - size)
        return bool(fits.update(used_bytes=models.F("used_bytes") + size))

    def _begin(self, agency_id: UUID) -> bool:
        """The agency's first file. False: it has a row already."""
        if self.filter(agency_id=agency_id).exists():
            return False
        self.bulk_create([self.model(agency_id=agency_id)], ignore_conflicts=True)
        return True


class Storage(TenantModel):
    """A counter of the bytes of an agency's evidence, kept by the actions that store and delete."""

    KEPT: ClassVar[str] = "As long as the service runs."
    DATA_CLASS: ClassVar[dict[str, str]] = {}

    used_bytes = models.BigIntegerField(default=0, help_text="Sum of its files in the store.")

    objects = StorageQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "storage"
        constraints: ClassVar = [
            models.UniqueConstraint("agency", name="storage_once_per_agency"),
            models.CheckConstraint(
                condition=models.Q(used_bytes__gte=0), name="storage_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.used_bytes} bytes"
