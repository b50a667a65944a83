"""Removing personal data for good, by two people; and handing an agency all of its data."""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.utils import timezone

from agencies.models import NONE, Stage, TenantModel
from assessments.models import Answer, EvidenceVersion
from assessments.models.assessment import person
from jobs.models import Job
from protection.models.decision import Decision
from protection.workflow import Status

KEPT = "Six years at least: it shows that something was removed, and holds none of it."


class Part(models.TextChoices):
    """What is removed of an answer (the first seven) or of a piece of evidence (the others)."""

    HOW = "how", "How do you do this?"
    DIFFERENCE = "difference", "What difference does it make?"
    NA_REASON = "na_reason", "Why it does not apply"
    TEXTS = "texts", "All texts of this answer"
    PLAN = "plan", "What the actions planned for this clause say"
    COMMENTS = "comments", "What the comments on this clause say"
    OFFERED = "offered", "What a partner's answer said, as it was submitted"
    FILE = "file", "The file or link of this version, with its name"
    DETAILS = "details", "The title and all that is said about it"
    EVIDENCE = "evidence", "The file or link of this version, the title and all that is said of it"

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of an answer that it covers."""
        return TEXT_FIELDS if self == Part.TEXTS else (self.value,) if self in TEXT_FIELDS else ()

    @property
    def is_beside(self) -> bool:
        """What stands beside an answer: in no revision, no submission and no report."""
        return self in (Part.PLAN, Part.COMMENTS)

    @property
    def has_file(self) -> bool:
        return self in FILE_PARTS

    @property
    def has_details(self) -> bool:
        return self in (Part.DETAILS, Part.EVIDENCE)


TEXT_FIELDS = ("how", "difference", "na_reason")
ANSWER_PARTS = (
    Part.HOW,
    Part.DIFFERENCE,
    Part.NA_REASON,
    Part.TEXTS,
    Part.PLAN,
    Part.COMMENTS,
    Part.OFFERED,
)
FILE_PARTS = (Part.FILE, Part.EVIDENCE)
EVIDENCE_PARTS = (Part.FILE, Part.DETAILS, Part.EVIDENCE)


class Reason(models.TextChoices):
    CHILD = "child", "It could identify a child"
    PARENT = "parent", "It could identify a parent or relative"
    CARER = "carer", "It could identify a carer or an adopter"
    COLLEAGUE = "colleague", "It holds personal data of a colleague"
    OTHER = "other", "Something else that must not be here"


class RedactionQuerySet(models.QuerySet["Redaction"]):
    def for_page(self) -> Self:
        """With all that a page about one request shows."""
        return self.select_related(
            "answer__assessment", "answer__clause", "version__evidence", "requested_by",
            "decided_by", "agency",
        )  # fmt: skip

    def waiting(self) -> Self:
        return self.filter(status=Status.REQUESTED)


class Redaction(Decision):
    """A request to destroy personal data: one person asks, another confirms."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {"note": NONE}

    answer = models.ForeignKey(
        Answer,
        models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="redactions",
        help_text="The answer whose text it is; empty: it is evidence.",
    )
    version = models.ForeignKey(
        EvidenceVersion,
        models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="redactions",
        help_text="The version of the evidence; empty: it is an answer.",
    )
    part = models.CharField(max_length=20, choices=Part, help_text="Which of it.")
    spares_current = models.BooleanField(
        default=False, help_text="What stands there now was put right already, and stays."
    )
    reason = models.CharField(max_length=20, choices=Reason, help_text="Why, in one word.")
    note = models.CharField(
        max_length=200, blank=True, help_text="Why, in words that repeat none of the data."
    )
    destroyed_at = models.DateTimeField(
        null=True, blank=True, help_text="When the data was destroyed; set by the database."
    )

    objects = RedactionQuerySet.as_manager()

    class Meta(Decision.Meta):
        constraints: ClassVar = [
            *Decision.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(answer=None, version__isnull=False)
                | models.Q(answer__isnull=False, version=None),
                name="redaction_of_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"redaction {self.pk}"


class RedactionStage(Stage):
    """One status change of a request to remove personal data."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = dict.fromkeys(
        ("from_status", "to_status", "action"), NONE
    )

    record = models.ForeignKey(
        Redaction,
        models.PROTECT,
        db_constraint=False,
        related_name="stages",
        help_text="Which request.",
    )


class Tombstone(TenantModel):
    """A place where something was destroyed, and a keyed hash of what stood there."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = dict.fromkeys(("table", "field", "digest"), NONE)

    redaction = models.ForeignKey(
        Redaction,
        models.PROTECT,
        db_constraint=False,
        related_name="tombstones",
        help_text="By which decision.",
    )
    table = models.CharField(max_length=60, help_text="Table of the row.")
    record_id = models.UUIDField(help_text="The row.")
    field = models.CharField(max_length=30, help_text="Its field; bytes: the file itself.")
    digest = models.CharField(
        max_length=64,
        help_text="HMAC-SHA256 of a text under a key of the service, so that a short name cannot "
        "be guessed; sha256 of a file.",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("redaction", "record_id", "field", name="tombstone_once"),
        ]

    def __str__(self) -> str:
        return f"{self.table}.{self.field}"


class ExportQuerySet(models.QuerySet["Export"]):
    def for_page(self) -> Self:
        """With all that a page about one export shows."""
        return self.select_related("job", "requested_by", "agency")

    def in_force(self) -> Self:
        """Not gone yet: being made, or there to be fetched."""
        return self.filter(removed_at=None)

    def run_out(self) -> Self:
        return self.in_force().filter(expires_at__lt=timezone.now())


class Export(TenantModel):
    """Everything the agency holds here, as one ZIP file that is there for a few days."""

    KEPT: ClassVar[str] = "The file seven days; that it was made and fetched, six years at least."
    DATA_CLASS: ClassVar[dict[str, str]] = {"stored_as": NONE, "sha256": NONE}

    job = models.ForeignKey(
        Job,
        models.PROTECT,
        db_constraint=False,
        related_name="+",
        help_text="The work of making it.",
    )
    requested_by = person("Who asked for it.")
    created_at = models.DateTimeField(default=timezone.now, help_text="When it was asked for.")
    made_at = models.DateTimeField(
        null=True, blank=True, help_text="When its content was read; empty: not made yet."
    )
    stored_as = models.CharField(
        max_length=80, blank=True, help_text="Random name in the store of exports."
    )
    sha256 = models.CharField(max_length=64, blank=True, help_text="Hash of the file.")
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes.")
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text="After this it can no longer be fetched."
    )
    removed_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When the file went: run out, or data was removed.",
    )

    objects = ExportQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="export_agency_id"),
            models.UniqueConstraint("agency", "job", name="export_one_per_job"),
        ]

    def __str__(self) -> str:
        return f"export {self.pk}"

    @property
    def is_ready(self) -> bool:
        return bool(self.stored_as) and not self.is_over

    @property
    def is_over(self) -> bool:
        """It has run out or was destroyed."""
        has_run_out = self.expires_at is not None and self.expires_at <= timezone.now()
        return self.removed_at is not None or has_run_out
