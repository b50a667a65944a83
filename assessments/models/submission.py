"""What was signed and what was submitted: frozen rows, one set per round."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, NamedTuple
from uuid import UUID

from django.db import models
from django.utils import timezone

from agencies.models import NONE, PERSONAL, AgencyKind, TenantModel
from assessments.models.assessment import KEPT, Assessment, person
from assessments.models.evidence import Evidence, EvidenceVersion, ScanState, page_in
from standards.models import Clause, EvidenceKind


class SignOff(TenantModel):
    """The approver's declaration over exactly this content."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {
        "name": PERSONAL,
        "declaration": NONE,
        "content_sha256": NONE,
    }

    assessment = models.ForeignKey(
        Assessment,
        models.PROTECT,
        db_constraint=False,
        related_name="sign_offs",
        help_text="What was signed.",
    )
    by = person("The approver.")
    name = models.CharField(max_length=120, help_text="Name as signed.")
    declaration = models.TextField(help_text="The words that were agreed to.")
    content_sha256 = models.CharField(max_length=64, help_text="Hash of the content signed.")
    at = models.DateTimeField(default=timezone.now, help_text="When.")
    voided_at = models.DateTimeField(
        null=True, blank=True, help_text="Reopened or withdrawn: no longer counts."
    )

    class Meta:
        ordering = ("-at",)
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="signoff_agency_id"),
            models.UniqueConstraint(
                "assessment", condition=models.Q(voided_at=None), name="signoff_one_in_force"
            ),
        ]

    def __str__(self) -> str:
        return f"signed by {self.name}"


class Submission(TenantModel):
    """A round: what was submitted, frozen. Rows below it are never updated."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = dict.fromkeys(
        ("title", "agency_name", "agency_kind", "sha256"), NONE
    )

    assessment = models.ForeignKey(
        Assessment,
        models.PROTECT,
        db_constraint=False,
        related_name="submissions",
        help_text="What was submitted.",
    )
    round = models.PositiveSmallIntegerField(help_text="Counts from 1.")
    title = models.CharField(max_length=150, help_text="Title at that moment.")
    agency_name = models.CharField(max_length=120, help_text="Agency's name at that moment.")
    agency_kind = models.CharField(
        max_length=10, choices=AgencyKind, help_text="Agency's kind at that moment."
    )
    period_from = models.DateField(help_text="Period at that moment.")
    period_to = models.DateField(help_text="Period at that moment.")
    sign_off = models.ForeignKey(
        SignOff, models.PROTECT, db_constraint=False, related_name="+", help_text="Declaration."
    )
    guidance = models.ForeignKey(
        "standards.Guidance", models.PROTECT, related_name="+", help_text="Pinned guidance."
    )
    rules = models.ForeignKey(
        "standards.ReadinessRules", models.PROTECT, related_name="+", help_text="Pinned rules."
    )
    sha256 = models.CharField(max_length=64, help_text="Hash of its canonical JSON.")
    by = person("Who submitted.")
    at = models.DateTimeField(default=timezone.now, help_text="When.")
    review_started_at = models.DateTimeField(
        null=True, blank=True, help_text="From then on it cannot be withdrawn."
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="Taken back by agency.")

    class Meta:
        ordering = ("-round",)
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="submission_agency_id"),
            models.UniqueConstraint("assessment", "round", name="submission_round"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, round {self.round}"

    @property
    def is_under_review(self) -> bool:
        """Somebody has begun to review it: from then on it cannot be withdrawn."""
        return self.review_started_at is not None


class RoundRedaction(TenantModel):
    """Personal data was destroyed in a round: its hash before and after, as links of a chain.

    The first begins with Submission.sha256, which stays, and is the hash of the original.
    """

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {"sha256_before": NONE, "sha256_after": NONE}

    submission = models.ForeignKey(
        Submission,
        models.PROTECT,
        db_constraint=False,
        related_name="redactions",
        help_text="Which round.",
    )
    redaction_id = models.UUIDField(help_text="The decision of two people, see Redaction.")
    at = models.DateTimeField(default=timezone.now, help_text="When.")
    sha256_before = models.CharField(max_length=64, help_text="Hash of the rows as they were.")
    sha256_after = models.CharField(max_length=64, help_text="Hash of the rows that are left.")

    class Meta:
        ordering = ("at",)

    def __str__(self) -> str:
        return f"redaction of {self.submission_id}"


class SubmittedAnswer(TenantModel):
    """An answer as it was submitted."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = dict.fromkeys(
        (
            "clause_code",
            "clause_sha256",
            "na_reason",
            "how",
            "difference",
            "answered_by",
            "offered_how",
            "offered_difference",
        ),
        NONE,
    )

    submission = models.ForeignKey(
        Submission,
        models.PROTECT,
        db_constraint=False,
        related_name="answers",
        help_text="Round it is part of.",
    )
    clause = models.ForeignKey(
        Clause, models.PROTECT, related_name="+", help_text="Clause answered."
    )
    clause_code = models.CharField(max_length=10, help_text="Code of the clause.")
    clause_sha256 = models.CharField(max_length=64, help_text="Hash of the clause's text.")
    level = models.PositiveSmallIntegerField(null=True, help_text="As Answer.level.")
    is_not_applicable = models.BooleanField(help_text="As Answer.is_not_applicable.")
    na_reason = models.TextField(blank=True, help_text="As Answer.na_reason.")
    how = models.TextField(blank=True, help_text="As Answer.how.")
    difference = models.TextField(blank=True, help_text="As Answer.difference.")

    answered_by = models.CharField(
        max_length=120, blank=True, help_text="Partner whose answer was accepted; empty: none."
    )
    answered_version = models.PositiveIntegerField(
        null=True, help_text="Version of the partner's offer."
    )
    offered_how = models.TextField(blank=True, help_text="As OfferedAnswer.how.")
    offered_difference = models.TextField(blank=True, help_text="As OfferedAnswer.difference.")

    class Meta:
        ordering = ("clause__position",)
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="submittedanswer_agency_id"),
            models.UniqueConstraint("submission", "clause", name="submittedanswer_clause"),
        ]

    def __str__(self) -> str:
        return f"submitted answer {self.clause_code}"


class SubmittedEvidenceQuerySet(models.QuerySet["SubmittedEvidence"]):
    def uses_of(self, evidence: Evidence) -> list[Use]:
        """The rounds that hold any version of it, and which, newest first."""
        rows = self.filter(version__evidence=evidence).order_by(
            "-answer__submission__at", "-version__number"
        )
        found = rows.values_list(
            "answer__submission__assessment_id",
            "answer__submission__title",
            "answer__submission__round",
            "answer__submission__withdrawn_at",
            "version__number",
            "answer__submission__at",
        ).distinct()
        return [Use(*row) for row in found]


class Use(NamedTuple):
    """A version in a round."""

    assessment_id: UUID
    title: str
    round: int
    withdrawn_at: datetime | None
    number: int
    at: datetime


class SubmittedEvidence(TenantModel):
    """A piece of evidence as it was submitted, pinned to its version."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {
        "title": NONE,
        "kind": NONE,
        "description": NONE,
        "place": NONE,
        "shows": NONE,
        "file_name": PERSONAL,
        "url": NONE,
        "sha256": NONE,
        "scan_state": NONE,
    }

    answer = models.ForeignKey(
        SubmittedAnswer,
        models.PROTECT,
        db_constraint=False,
        related_name="evidence",
        help_text="Submitted answer it supports.",
    )
    version = models.ForeignKey(
        EvidenceVersion,
        models.PROTECT,
        db_constraint=False,
        related_name="+",
        help_text="The pinned version.",
    )
    title = models.CharField(max_length=150, help_text="Title at that moment.")
    kind = models.CharField(max_length=30, choices=EvidenceKind, help_text="Kind at that moment.")
    description = models.TextField(help_text="Description at that moment.")
    period_from = models.DateField(null=True, help_text="Period at that moment.")
    period_to = models.DateField(null=True, help_text="Period at that moment.")
    valid_until = models.DateField(null=True, help_text="Last valid day at that moment.")
    place = models.CharField(max_length=200, blank=True, help_text="Page or section to look at.")
    shows = models.TextField(blank=True, help_text="What it shows there.")
    file_name = models.CharField(max_length=200, blank=True, help_text="File name, if a file.")
    url = models.URLField(max_length=500, blank=True, help_text="Link, if a link.")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Hash of the pinned bytes.")
    scan_state = models.CharField(
        max_length=20, choices=ScanState, help_text="State of the virus check at that moment."
    )

    objects = SubmittedEvidenceQuerySet.as_manager()

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title

    @property
    def page(self) -> int | None:
        return page_in(self.place)
