"""What shows it: evidence and its versions. What it supports is in link.py."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils import timezone

from agencies.models import NONE, PERSONAL, Membership, TenantModel
from assessments.models.assessment import KEPT, person
from assessments.models.searchable import joined, words_of
from assessments.models.storage import Storage
from standards.models import EvidenceKind


class ScanState(models.TextChoices):
    RECEIVED = "received", "Waiting for the virus check"
    NOT_SCANNED = "not_scanned", "Not virus-checked"
    CLEAN = "clean", "Virus-checked"
    REFUSED = "refused", "Refused"
    REMOVED = "removed", "Removed"


OPENABLE = frozenset({ScanState.NOT_SCANNED, ScanState.CLEAN})
"""States in which a file may be downloaded and counts as evidence."""
FILE_TYPES = {
    "application/pdf": "PDF",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PowerPoint",
    "text/csv": "CSV",
    "text/plain": "text",
    "image/png": "PNG",
    "image/jpeg": "JPEG",
}
VIEWABLE = frozenset({"application/pdf", "image/png", "image/jpeg"})
"""What a browser may show by itself, in a sandbox."""
PAGE = re.compile(r"\b(?:page|p\.?|pp\.?|pages)\s{0,2}([1-9][0-9]{0,3})\b", re.IGNORECASE)


SOON = timedelta(days=90)
"""How long before it runs out a piece of evidence is said to run out soon."""


class Validity(models.TextChoices):
    EXPIRED = "expired", "No longer valid"
    SOON = "soon", f"Valid for {SOON.days} days or less"


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def for_list(
        self, *, kind: str = "", search: str = "", owner: str = "", tag: str = "", valid: str = ""
    ) -> Self:
        """By title, with owner, versions and how many answers it supports (clause_count)."""
        exact = {"kind": kind, "owner": owner, "tags__contains": [tag] if tag else ""}
        found = self.filter(**{name: value for name, value in exact.items() if value})
        found = found.containing(search) if search else found
        found = found.running_out(valid) if valid else found
        versions = models.Prefetch("versions", EvidenceVersion.objects.with_links())
        rows = found.select_related("owner").prefetch_related(versions).defer("words")
        return rows.order_by("title", "id")

    def with_usage(self) -> Self:
        """Adds used_bytes, of all files of the agency: one look for the whole list."""
        return self.annotate(used_bytes=models.Subquery(Storage.objects.values("used_bytes")[:1]))

    def containing(self, words: str) -> Self:
        """In the title or the description."""
        return self.filter(
            models.Q(title__icontains=words) | models.Q(description__icontains=words)
        )

    def running_out(self, valid: str) -> Self:
        """`valid`: a value of Validity."""
        today = timezone.localdate()
        if valid == Validity.EXPIRED:
            return self.filter(valid_until__lt=today)
        return self.filter(valid_until__range=(today, today + SOON))

    def kept(self) -> Self:
        """Not disposed of: what can be used."""
        return self.filter(disposed_at=None)

    def held_by(self, member: Membership) -> Self:
        return self.kept().filter(owner=member).order_by("title", "id")

    def owners(self) -> list[tuple[str, str]]:
        """(id, name) of everybody who owns one of these pieces."""
        people = Membership.objects.filter(pk__in=self.values("owner"))
        return [(str(pk), name) for pk, name in people.values_list("pk", "display_name")]

    def tags_in_use(self) -> list[str]:
        """Every tag of these pieces, in order."""
        each = self.annotate(tag=models.Func("tags", function="unnest"))
        return sorted(each.order_by().values_list("tag", flat=True).distinct())


class Evidence(TenantModel):
    """Something that shows how the agency works: a file or a link, used for any clauses."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = dict.fromkeys(
        ("title", "description", "tags", "words"), NONE
    )

    title = models.CharField(max_length=150, help_text="What it is called.")
    kind = models.CharField(max_length=30, choices=EvidenceKind, help_text="What sort it is.")
    description = models.TextField(help_text="What it is, in a sentence or two.")
    period_from = models.DateField(null=True, blank=True, help_text="Covers from this day.")
    period_to = models.DateField(null=True, blank=True, help_text="Covers to this day.")
    valid_until = models.DateField(
        null=True, blank=True, help_text="Its last valid day; empty: it does not run out."
    )
    owner = person("Who keeps it up to date; empty: nobody.", null=True)
    tags = ArrayField(
        models.CharField(max_length=30),
        default=list,
        blank=True,
        help_text="The agency's own words to find it by, in lower case.",
    )
    wording = models.PositiveIntegerField(
        default=1,
        help_text="Counts the changes of what is said about it: one carries the count it saw.",
    )
    words = words_of("title", "description", joined("tags"))
    created_by = person("Who added it.")
    created_at = models.DateTimeField(default=timezone.now, help_text="When it was added.")
    disposed_at = models.DateTimeField(
        null=True,
        blank=True,
        editable=False,
        help_text="When its files were destroyed, since its time was over. See Disposal.",
    )

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
        indexes: ClassVar = [
            GinIndex(fields=("tags",), name="evidence_tags"),
            models.Index(fields=("agency", "title", "id"), name="evidence_by_title"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def validity(self) -> Validity | None:
        """None: valid for longer, or for good."""
        if self.valid_until is None:
            return None
        today = timezone.localdate()
        if self.valid_until < today:
            return Validity.EXPIRED
        return Validity.SOON if self.valid_until <= today + SOON else None

    @property
    def clause_count(self) -> int:
        """How many answers it supports; after for_list()."""
        return sum(version.link_count for version in self.versions.all())

    @property
    def latest(self) -> EvidenceVersion:
        """The newest version; free of queries after for_list()."""
        return self.versions.all()[0]


class VersionQuerySet(models.QuerySet["EvidenceVersion"]):
    def with_links(self) -> VersionQuerySet:
        """The newest first; adds link_count: how many answers it supports, practice left out."""
        counts = models.Q(links__answer__assessment__is_practice=False)
        counted = self.annotate(link_count=models.Count("links", filter=counts))
        return counted.order_by("-number")


class EvidenceVersion(TenantModel):
    """The file or link itself. A change adds a version; none is ever altered."""

    link_count: int  # added by with_links()

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
    scan_tries = models.PositiveSmallIntegerField(
        default=0, help_text="How often the virus check was tried, as far as it was counted."
    )
    refused_because = models.CharField(max_length=200, blank=True, help_text="Why, in words.")
    by = person("Who added this version.")
    at = models.DateTimeField(default=timezone.now, help_text="When.")
    redacted_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the file or link was destroyed for what it held.",
    )

    objects = VersionQuerySet.as_manager()

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
    def is_waiting(self) -> bool:
        """For its virus check."""
        return self.scan_state == ScanState.RECEIVED

    @property
    def is_refused(self) -> bool:
        return self.scan_state == ScanState.REFUSED

    @property
    def is_removed(self) -> bool:
        return self.scan_state == ScanState.REMOVED

    @property
    def may_be_opened(self) -> bool:
        return self.scan_state in OPENABLE

    @property
    def may_be_viewed(self) -> bool:
        """In the browser, rather than saved."""
        return self.is_file and self.may_be_opened and self.media_type in VIEWABLE

    @property
    def type_name(self) -> str:
        return FILE_TYPES.get(self.media_type, "")


def page_in(place: str) -> int | None:
    """The first page that a place names: 12 in "pages 12 to 14"."""
    found = PAGE.search(place)
    return int(found[1]) if found else None
