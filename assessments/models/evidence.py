"""What shows it: evidence and its versions. What it supports is linked in answer.py."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from agencies.models import NONE, PERSONAL, TenantModel
from assessments.models.assessment import KEPT, person
from standards.models import EvidenceKind


class ScanState(models.TextChoices):
    RECEIVED = "received", "Waiting for the virus check"
    NOT_SCANNED = "not_scanned", "Not virus-checked"
    CLEAN = "clean", "Virus-checked"
    REFUSED = "refused", "Refused"
    REMOVED = "removed", "Removed"


OPENABLE = frozenset({ScanState.NOT_SCANNED, ScanState.CLEAN})
"""States in which a file may be downloaded and counts as evidence."""


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def for_list(self, *, kind: str = "", search: str = "") -> EvidenceQuerySet:
        """With versions, newest first, and how many answers it supports (clause_count)."""
        found = self.filter(title__icontains=search) if search else self
        found = found.filter(kind=kind) if kind else found
        counted = found.annotate(clause_count=models.Count("versions__links"))
        return counted.prefetch_related("versions").order_by("title", "id")


class Evidence(TenantModel):
    """Something that shows how the agency works: a file or a link, used for any clauses."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {"title": NONE, "shows": NONE}

    title = models.CharField(max_length=150, help_text="What it is called.")
    kind = models.CharField(max_length=30, choices=EvidenceKind, help_text="What sort it is.")
    shows = models.TextField(help_text="What it shows.")
    period_from = models.DateField(null=True, blank=True, help_text="Covers from this day.")
    period_to = models.DateField(null=True, blank=True, help_text="Covers to this day.")
    created_by = person("Who added it.")
    created_at = models.DateTimeField(default=timezone.now, help_text="When it was added.")

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        ordering = ("title",)
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="evidence_agency_id"),
            models.CheckConstraint(
                condition=models.Q(period_to=None)
                | models.Q(period_from=None)
                | models.Q(period_to__gte=models.F("period_from")),
                name="evidence_period_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def latest(self) -> EvidenceVersion:
        """The newest version; free of queries after for_list()."""
        return self.versions.all()[0]


class EvidenceVersion(TenantModel):
    """The file or link itself. A change adds a version; none is ever altered."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {
        "url": NONE,
        "file_name": PERSONAL,
        "stored_as": NONE,
        "sha256": NONE,
        "media_type": NONE,
        "refused_because": NONE,
    }

    evidence = models.ForeignKey(
        Evidence,
        models.CASCADE,
        db_constraint=False,
        related_name="versions",
        help_text="What it is a version of.",
    )
    number = models.PositiveSmallIntegerField(help_text="Counts from 1.")
    url = models.URLField(max_length=500, blank=True, help_text="A link, where it is no file.")
    file_name = models.CharField(max_length=200, blank=True, help_text="Name when uploaded.")
    stored_as = models.CharField(
        max_length=80, blank=True, help_text="Random name in the evidence store."
    )
    sha256 = models.CharField(max_length=64, blank=True, help_text="Hash of the stored bytes.")
    size = models.PositiveIntegerField(default=0, help_text="Bytes.")
    media_type = models.CharField(max_length=120, blank=True, help_text="By content, not name.")
    scan_state = models.CharField(
        max_length=20, choices=ScanState, help_text="Where it is in the virus check."
    )
    refused_because = models.CharField(max_length=200, blank=True, help_text="Why, in words.")
    by = person("Who added this version.")
    at = models.DateTimeField(default=timezone.now, help_text="When.")
    redacted_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the file or link was destroyed for what it held.",
    )

    class Meta:
        ordering = ("-number",)
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="evidenceversion_agency_id"),
            models.UniqueConstraint("evidence", "number", name="evidenceversion_number"),
        ]

    def __str__(self) -> str:
        return self.file_name or self.url

    @property
    def is_file(self) -> bool:
        return not self.url

    @property
    def is_clean(self) -> bool:
        return self.scan_state == ScanState.CLEAN

    @property
    def is_refused(self) -> bool:
        return self.scan_state == ScanState.REFUSED

    @property
    def is_removed(self) -> bool:
        return self.scan_state == ScanState.REMOVED

    @property
    def may_be_opened(self) -> bool:
        return self.scan_state in OPENABLE
