"""What is asked. Published text is never edited; guidance and rules are versioned beside it."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from agencies.models import NONE, new_id

KEPT_FOR_EVER = "As long as the service runs."


class EvidenceKind(models.TextChoices):
    """What evidence can be; prompts ask for it and evidence is filed under it."""

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


class Edition(models.Model):
    """One published text of the standards, from <edition>.yaml."""

    KEPT: ClassVar[str] = KEPT_FOR_EVER
    DATA_CLASS: ClassVar[dict[str, str]] = dict.fromkeys(
        ("code", "title", "source", "sha256"), NONE
    )

    id = new_id()
    code = models.SlugField(unique=True, help_text="Stable short name, such as neps-2022.")
    title = models.CharField(max_length=200, help_text="Title of the publication.")
    source = models.TextField(help_text="Who wrote it and where the text was taken from.")
    published_on = models.DateField(null=True, help_text="Date of publication, if known.")
    published_note = models.TextField(blank=True, help_text="What is known about that date.")
    sha256 = models.CharField(max_length=64, help_text="Hash of the canonical text.")
    is_withdrawn = models.BooleanField(default=False, help_text="No new assessment may start.")

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.title


class Standard(models.Model):
    """One of the standards of an edition (S1 to S8)."""

    KEPT: ClassVar[str] = KEPT_FOR_EVER
    DATA_CLASS: ClassVar[dict[str, str]] = dict.fromkeys(("code", "title", "statement"), NONE)

    id = new_id()
    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="standards", help_text="Edition it belongs to."
    )
    code = models.CharField(max_length=10, help_text="Code in the text, such as S1.")
    position = models.PositiveSmallIntegerField(help_text="Order in the edition, from 1.")
    title = models.TextField(help_text="Title of the standard.")
    statement = models.TextField(help_text="Headline statement.")

    class Meta:
        ordering = ("position",)
        constraints: ClassVar = [
            models.UniqueConstraint("edition", "code", name="standard_code_per_edition"),
            models.UniqueConstraint("edition", "position", name="standard_position_per_edition"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Clause(models.Model):
    """One numbered statement that an agency scores itself against."""

    KEPT: ClassVar[str] = KEPT_FOR_EVER
    DATA_CLASS: ClassVar[dict[str, str]] = dict.fromkeys(
        ("code", "text", "text_sha256", "group", "addressed_to"), NONE
    )

    id = new_id()
    standard = models.ForeignKey(
        Standard, models.PROTECT, related_name="clauses", help_text="Standard it belongs to."
    )
    code = models.CharField(max_length=10, help_text="Code in the text, such as 4.11.")
    position = models.PositiveSmallIntegerField(help_text="Order in the edition, from 1 to 70.")
    group = models.CharField(
        max_length=80, blank=True, help_text="Sub-heading, where there is one."
    )
    text = models.TextField(help_text="The clause, word for word.")
    text_sha256 = models.CharField(max_length=64, help_text="Hash of the text: carries answers.")
    addressed_to = ArrayField(
        models.CharField(max_length=10), help_text="Kinds of agency its wording addresses."
    )

    class Meta:
        ordering = ("position",)
        constraints: ClassVar = [
            models.UniqueConstraint("standard", "code", name="clause_code_per_standard"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    def is_addressed_to(self, kind: str) -> bool:
        """Whether the wording addresses this kind of agency (AgencyKind)."""
        return kind in self.addressed_to


class Guidance(models.Model):
    """A version of what this service adds to an edition: prompts, notes, glossary."""

    KEPT: ClassVar[str] = KEPT_FOR_EVER
    DATA_CLASS: ClassVar[dict[str, str]] = dict.fromkeys(("version", "label", "sha256"), NONE)

    id = new_id()
    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="guidance", help_text="Edition it explains."
    )
    version = models.CharField(max_length=20, help_text="Version of the guidance, such as 1.0.")
    label = models.CharField(max_length=200, help_text="How it is marked as not the standards.")
    sha256 = models.CharField(max_length=64, help_text="Hash of its canonical content.")
    is_current = models.BooleanField(help_text="Shown to people now; older ones stay pinned.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("edition", "version", name="guidance_version_per_edition"),
            models.UniqueConstraint(
                "edition", condition=models.Q(is_current=True), name="guidance_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} guidance {self.version}"


class Prompt(models.Model):
    """A sentence on what good evidence for one clause looks like."""

    KEPT: ClassVar[str] = KEPT_FOR_EVER
    DATA_CLASS: ClassVar[dict[str, str]] = {"text": NONE}

    id = new_id()
    guidance = models.ForeignKey(
        Guidance, models.CASCADE, related_name="prompts", help_text="Version it belongs to."
    )
    clause = models.ForeignKey(
        Clause, models.PROTECT, related_name="prompts", help_text="Clause it is about."
    )
    position = models.PositiveSmallIntegerField(help_text="Order at the clause, from 1.")
    kind = models.CharField(
        max_length=30, choices=EvidenceKind, help_text="Kind of evidence it asks for."
    )
    text = models.TextField(help_text="The prompt.")

    class Meta:
        ordering = ("position",)

    def __str__(self) -> str:
        return self.text


class EditorNote(models.Model):
    """What is odd in the source, said beside the clause and never inside it."""

    KEPT: ClassVar[str] = KEPT_FOR_EVER
    DATA_CLASS: ClassVar[dict[str, str]] = {"text": NONE}

    id = new_id()
    guidance = models.ForeignKey(
        Guidance, models.CASCADE, related_name="notes", help_text="Version it belongs to."
    )
    clause = models.ForeignKey(
        Clause, models.PROTECT, related_name="notes", help_text="Clause it is about."
    )
    text = models.TextField(help_text="The note.")

    def __str__(self) -> str:
        return self.text


class GlossaryTerm(models.Model):
    """A term as the standards define it, or as this service does."""

    KEPT: ClassVar[str] = KEPT_FOR_EVER
    DATA_CLASS: ClassVar[dict[str, str]] = dict.fromkeys(("term", "definition", "note"), NONE)

    id = new_id()
    guidance = models.ForeignKey(
        Guidance, models.CASCADE, related_name="terms", help_text="Version it belongs to."
    )
    term = models.CharField(max_length=120, help_text="The term.")
    definition = models.TextField(help_text="What it means.")
    note = models.TextField(blank=True, help_text="Our remark on the source, where needed.")
    is_from_standards = models.BooleanField(help_text="False: our own term.")

    class Meta:
        ordering = ("term",)

    def __str__(self) -> str:
        return self.term


class ReadinessRules(models.Model):
    """A version of the scale and thresholds, from <edition>.readiness.yaml."""

    KEPT: ClassVar[str] = KEPT_FOR_EVER
    DATA_CLASS: ClassVar[dict[str, str]] = dict.fromkeys(
        ("version", "label", "sha256", "document"), NONE
    )

    id = new_id()
    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="rules", help_text="Edition they are for."
    )
    version = models.CharField(max_length=20, help_text="Version of the rules, such as 1.0.")
    label = models.CharField(max_length=200, help_text="That they are illustrative.")
    document = models.JSONField(help_text="The validated file: scale, not_applicable, levels.")
    sha256 = models.CharField(max_length=64, help_text="Hash of the canonical document.")
    is_current = models.BooleanField(help_text="Used for drafts now; older ones stay pinned.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("edition", "version", name="rules_version_per_edition"),
            models.UniqueConstraint(
                "edition", condition=models.Q(is_current=True), name="rules_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} rules {self.version}"
