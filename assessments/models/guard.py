"""What the personal-data guard found in files, and what people said about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import JSONObject
from django.utils import timezone

from agencies.models import NONE, PERSONAL, TenantModel
from agencies.privacy import LOOKS_LIKE
from assessments.inspection.verdict import Extent
from assessments.models.answer import Answer
from assessments.models.assessment import KEPT, person
from assessments.models.evidence import Evidence, EvidenceVersion
from assessments.models.link import EvidenceLink

EXTENTS = [
    (Extent.WHOLE.value, "All of its text was read"),
    (Extent.PART.value, "Only part of it could be read"),
    (Extent.NONE.value, "No text in it could be read"),
]
SAID_BY = {"by": "by__display_name", "at": "at"}


class EvidenceReading(TenantModel):
    """How much of a file's text was read for personal data. A file without one was not read."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {}

    version = models.ForeignKey(
        EvidenceVersion,
        models.CASCADE,
        db_constraint=False,
        related_name="readings",
        help_text="Which file.",
    )
    extent = models.CharField(max_length=10, choices=EXTENTS, help_text="How much was read.")
    at = models.DateTimeField(default=timezone.now, help_text="When.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("version", name="reading_once_per_version"),
        ]

    def __str__(self) -> str:
        return self.get_extent_display()


class EvidenceFinding(TenantModel):
    """Something in a file or its name that looks like personal data; never the words themselves."""

    KEPT: ClassVar[str] = "As long as the file; it goes when the file is destroyed."
    DATA_CLASS: ClassVar[dict[str, str]] = {"place": NONE, "excerpt": PERSONAL}

    version = models.ForeignKey(
        EvidenceVersion,
        models.CASCADE,
        db_constraint=False,
        related_name="findings",
        help_text="Which file.",
    )
    position = models.PositiveSmallIntegerField(help_text="Order in the file.")
    kind = models.CharField(
        max_length=20,
        choices=[(kind.value, words) for kind, words in LOOKS_LIKE.items()],
        help_text="What it looks like.",
    )
    place = models.CharField(max_length=60, help_text="Where it first stands, such as a page.")
    excerpt = models.CharField(
        max_length=60, help_text="First letters of its words, the rest dots."
    )
    is_mild = models.BooleanField(help_text="It seems to be an office's or a team's.")

    class Meta:
        ordering = ("position",)
        constraints: ClassVar = [
            models.UniqueConstraint("version", "position", name="finding_once_per_position"),
        ]

    def __str__(self) -> str:
        return f"{self.excerpt} ({self.place})"


class FileDeclaration(TenantModel):
    """A person's word that a file is anonymised."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {}

    version = models.ForeignKey(
        EvidenceVersion,
        models.CASCADE,
        db_constraint=False,
        related_name="declarations",
        help_text="Which file.",
    )
    by = person("Who declared it.")
    at = models.DateTimeField(default=timezone.now, help_text="When.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("version", name="declaration_once_per_version"),
        ]

    def __str__(self) -> str:
        return f"declaration {self.pk}"


class Clearance(TenantModel):
    """A person has looked at one thing that was found in one place: it is no personal data.

    It holds for that thing there as long as it stays; anything new is found anew.
    """

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {"digest": NONE}

    answer = models.ForeignKey(
        Answer,
        models.CASCADE,
        db_constraint=False,
        null=True,
        related_name="clearances",
        help_text="Found in the texts of this answer, or",
    )
    evidence = models.ForeignKey(
        Evidence,
        models.CASCADE,
        db_constraint=False,
        null=True,
        related_name="clearances",
        help_text="in what is said about this evidence, or",
    )
    version = models.ForeignKey(
        EvidenceVersion,
        models.CASCADE,
        db_constraint=False,
        null=True,
        related_name="clearances",
        help_text="in this file.",
    )
    digest = models.CharField(
        max_length=64, help_text="Keyed hash of its kind and words: only this service can make it."
    )
    by = person("Who looked.")
    at = models.DateTimeField(default=timezone.now, help_text="When.")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(answer=None, evidence=None, version__isnull=False)
                | models.Q(answer=None, version=None, evidence__isnull=False)
                | models.Q(evidence=None, version=None, answer__isnull=False),
                name="clearance_of_one_place",
            ),
            models.UniqueConstraint("answer", "digest", name="clearance_once_per_answer"),
            models.UniqueConstraint("evidence", "digest", name="clearance_once_per_evidence"),
            models.UniqueConstraint("version", "digest", name="clearance_once_per_version"),
        ]

    def __str__(self) -> str:
        return f"clearance {self.pk}"


def guarded_answers(rows: models.QuerySet[Answer]) -> Any:
    """Adds what guarding.of_answer() needs, without a query of its own."""
    links = EvidenceLink.objects.filter(answer=models.OuterRef("pk"))
    said = JSONObject(title="version__evidence__title", place="place", shows="shows")
    return rows.annotate(
        cleared=_clearances("answer", "pk"),
        said_of_links=ArraySubquery(links.order_by("pk").values(said=said)),
    )


def cleared_in(answer: Answer) -> Any:
    """What people said of one answer, as guarded_answers() adds it."""
    rows = Clearance.objects.filter(answer=answer).order_by("at")
    return rows.values_list(JSONObject(digest="digest", **SAID_BY), flat=True)


def guarded_evidence(rows: models.QuerySet[Evidence]) -> Any:
    """Adds what guarding.of_details() needs, without a query of its own."""
    return rows.annotate(cleared=_clearances("evidence", "pk"))


def with_guard(rows: models.QuerySet[EvidenceVersion]) -> models.QuerySet[EvidenceVersion, Any]:
    """Adds what guarding.of_version() and of_details() need, without a query of its own."""
    here = models.OuterRef("pk")
    findings = EvidenceFinding.objects.filter(version=here).order_by("position")
    shown = JSONObject(kind="kind", place="place", excerpt="excerpt", is_mild="is_mild")
    reading = EvidenceReading.objects.filter(version=here).values("extent")
    declared = FileDeclaration.objects.filter(version=here).values(said=JSONObject(**SAID_BY))
    return rows.annotate(
        found=ArraySubquery(findings.values(shown=shown)),
        extent=models.Subquery(reading),
        declared=models.Subquery(declared),
        cleared=_clearances("version", "pk"),
        details_cleared=_clearances("evidence", "evidence_id"),
    )


def with_declaration(rows: models.QuerySet[Any], *, at: datetime) -> Any:
    """Adds to rows with a `version` whether its file was declared anonymised by that moment."""
    given = FileDeclaration.objects.filter(version=models.OuterRef("version"), at__lte=at)
    return rows.annotate(is_declared=models.Exists(given))


def _clearances(place: str, path: str) -> ArraySubquery:
    rows = Clearance.objects.filter(**{place: models.OuterRef(path)}).order_by("at")
    return ArraySubquery(rows.values(said=JSONObject(digest="digest", **SAID_BY)))
