"""How an agency says it does: the working rows. What was submitted stands in frozen.py."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from agencies.models import NONE, PERSONAL, Membership, Stage, TenantModel
from assessments.workflow import Status
from standards.models import Clause, Edition

KEPT = "Six years after the assessment's period ends; reviewed before disposal."


def person(help_text: str, *, null: bool = False) -> models.ForeignKey:
    """A membership as author; the composite key to the same agency is made by GuardTable."""
    return models.ForeignKey(
        Membership,
        models.PROTECT,
        db_constraint=False,
        null=null,
        related_name="+",
        help_text=help_text,
    )


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def current(self) -> AssessmentQuerySet:
        return self.filter(archived_at=None)

    def archived(self) -> AssessmentQuerySet:
        return self.exclude(archived_at=None)


class Assessment(TenantModel):
    """One self-assessment of one agency against one edition."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {"title": NONE, "readiness": NONE}

    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="+", help_text="Text it answers; never changes."
    )
    title = models.CharField(max_length=150, help_text="Name the agency gives it.")
    period_from = models.DateField(help_text="First day of the period it looks at.")
    period_to = models.DateField(help_text="Last day of the period it looks at.")
    status = models.CharField(
        max_length=20, choices=Status, default=Status.DRAFT, help_text="Set by workflow.move()."
    )
    clause_count = models.PositiveSmallIntegerField(
        default=0, help_text="Clauses in the denominator: addressed to the agency, or answered."
    )
    answered_count = models.PositiveSmallIntegerField(
        default=0, help_text="Of those, how many are complete. Stored by the saving action."
    )
    score = models.DecimalField(
        max_digits=3,
        decimal_places=2,
        null=True,
        help_text="Overall mean level 0.00 to 3.00; empty while nothing is scored.",
    )
    readiness = models.CharField(
        max_length=40, blank=True, help_text="Key of the highest level whose rules are all met."
    )
    created_by = person("Who started it.")
    created_at = models.DateTimeField(default=timezone.now, help_text="When it was started.")
    updated_at = models.DateTimeField(auto_now=True, help_text="Last change of anything in it.")
    archived_at = models.DateTimeField(
        null=True, blank=True, help_text="Set aside: off the list and locked, not deleted."
    )

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="assessment_agency_id"),
            models.CheckConstraint(
                condition=models.Q(period_to__gte=models.F("period_from")),
                name="assessment_period_in_order",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=Status.values), name="assessment_status_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class AssessmentStage(Stage):
    """One status change of an assessment."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = dict.fromkeys(
        ("from_status", "to_status", "action"), NONE
    )

    record = models.ForeignKey(
        Assessment,
        models.CASCADE,
        db_constraint=False,
        related_name="stages",
        help_text="Which assessment.",
    )


class Answer(TenantModel):
    """The agency's answer to one clause. All rows are made when the assessment starts."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {"na_reason": NONE, "how": NONE, "difference": NONE}
    FIELDS: ClassVar[tuple[str, ...]] = (
        "level",
        "is_not_applicable",
        "na_reason",
        "how",
        "difference",
    )

    assessment = models.ForeignKey(
        Assessment,
        models.CASCADE,
        db_constraint=False,
        related_name="answers",
        help_text="Assessment it is part of.",
    )
    clause = models.ForeignKey(
        Clause, models.PROTECT, related_name="+", help_text="Clause it answers."
    )
    level = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="0 Not yet in place to 3 Embedded; empty: not scored."
    )
    is_not_applicable = models.BooleanField(
        default=False, help_text="The clause does not apply; needs na_reason to be complete."
    )
    na_reason = models.TextField(blank=True, help_text="Why it does not apply.")
    how = models.TextField(blank=True, help_text="How do you do this?")
    difference = models.TextField(blank=True, help_text="What difference does it make?")
    version = models.PositiveIntegerField(
        default=0, help_text="Counts saves; a save must carry the one it saw."
    )
    updated_by = person("Who saved it last; empty: nobody yet.", null=True)
    updated_at = models.DateTimeField(null=True, blank=True, help_text="When it was last saved.")

    class Meta:
        ordering = ("clause__position",)
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="answer_agency_id"),
            models.UniqueConstraint("assessment", "clause", name="answer_one_per_clause"),
            models.CheckConstraint(
                condition=models.Q(level=None) | models.Q(level__range=(0, 3)),
                name="answer_level_on_the_scale",
            ),
            models.CheckConstraint(
                condition=models.Q(level=None) | models.Q(is_not_applicable=False),
                name="answer_level_or_not_applicable",
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"

    @property
    def is_complete(self) -> bool:
        """Scored, or not applicable with its reason."""
        return self.level is not None or (self.is_not_applicable and bool(self.na_reason.strip()))


class AnswerRevision(TenantModel):
    """What an answer was after a save. Autosaves of one person share one open revision."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {"na_reason": NONE, "how": NONE, "difference": NONE}

    answer = models.ForeignKey(
        Answer,
        models.CASCADE,
        db_constraint=False,
        related_name="revisions",
        help_text="Which answer.",
    )
    version = models.PositiveIntegerField(help_text="Answer.version after the save.")
    level = models.PositiveSmallIntegerField(null=True, help_text="As Answer.level.")
    is_not_applicable = models.BooleanField(help_text="As Answer.is_not_applicable.")
    na_reason = models.TextField(blank=True, help_text="As Answer.na_reason.")
    how = models.TextField(blank=True, help_text="As Answer.how.")
    difference = models.TextField(blank=True, help_text="As Answer.difference.")
    is_open = models.BooleanField(
        default=False, help_text="An autosave that the same person may still extend (10 minutes)."
    )
    by = person("Who saved.")
    started_at = models.DateTimeField(default=timezone.now, help_text="First save it holds.")
    saved_at = models.DateTimeField(default=timezone.now, help_text="Last save it holds.")

    class Meta:
        ordering = ("-version",)
        constraints: ClassVar = [
            models.UniqueConstraint("answer", "version", name="revision_once_per_version"),
        ]

    def __str__(self) -> str:
        return f"revision {self.version}"


class EvidenceKind(models.TextChoices):
    POLICY = "policy", "Policy"
    PROCEDURE = "procedure", "Procedure"
    AUDIT = "audit", "Audit"
    DATA = "data", "Data"
    TRAINING_RECORD = "training_record", "Training record"
    CASE_STUDY = "case_study", "Case study"
    MEETING_RECORD = "meeting_record", "Meeting record"
    VOICE_OF_CHILDREN = "voice_of_children", "Voice of children"
    VOICE_OF_ADOPTERS = "voice_of_adopters", "Voice of adopters"
    VOICE_OF_CARERS = "voice_of_carers", "Voice of carers"
    VOICE_OF_BIRTH_FAMILY = "voice_of_birth_family", "Voice of birth family"
    OTHER = "other", "Other"


class ScanState(models.TextChoices):
    RECEIVED = "received", "Waiting for the virus check"
    NOT_SCANNED = "not_scanned", "Not virus-checked"
    CLEAN = "clean", "Virus-checked"
    REFUSED = "refused", "Refused"


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
    def may_be_opened(self) -> bool:
        return self.scan_state in {ScanState.CLEAN, ScanState.NOT_SCANNED}


class EvidenceLink(TenantModel):
    """This version of this evidence supports this answer."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {}

    answer = models.ForeignKey(
        Answer,
        models.CASCADE,
        db_constraint=False,
        related_name="evidence_links",
        help_text="Answer it supports.",
    )
    version = models.ForeignKey(
        EvidenceVersion,
        models.PROTECT,
        db_constraint=False,
        related_name="links",
        help_text="The version that is meant.",
    )
    by = person("Who attached it.")
    at = models.DateTimeField(default=timezone.now, help_text="When.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("answer", "version", name="link_once_per_answer"),
        ]

    def __str__(self) -> str:
        return f"link {self.pk}"


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
        models.CASCADE,
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
    DATA_CLASS: ClassVar[dict[str, str]] = {"sha256": NONE, "title": NONE}

    id = models.UUIDField(
        primary_key=True, default=uuid.uuid4, editable=False, help_text="Random identifier."
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


class SubmittedAnswer(TenantModel):
    """An answer as it was submitted."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = dict.fromkeys(
        ("clause_code", "clause_sha256", "na_reason", "how", "difference"), NONE
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

    class Meta:
        ordering = ("clause__position",)
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="submittedanswer_agency_id"),
            models.UniqueConstraint("submission", "clause", name="submittedanswer_clause"),
        ]

    def __str__(self) -> str:
        return f"submitted answer {self.clause_code}"


class SubmittedEvidence(TenantModel):
    """A piece of evidence as it was submitted, pinned to its version."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {
        "title": NONE,
        "kind": NONE,
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
    shows = models.TextField(help_text="What it shows, at that moment.")
    period_from = models.DateField(null=True, help_text="Period at that moment.")
    period_to = models.DateField(null=True, help_text="Period at that moment.")
    file_name = models.CharField(max_length=200, blank=True, help_text="File name, if a file.")
    url = models.URLField(max_length=500, blank=True, help_text="Link, if a link.")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Hash of the pinned bytes.")
    scan_state = models.CharField(
        max_length=20, choices=ScanState, help_text="State of the virus check at that moment."
    )

    class Meta:
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title
