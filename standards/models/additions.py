"""What this service adds to an edition: guidance and rules, each versioned on its own."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.text import slugify

from agencies.models import NONE, Membership, new_id

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


VOICES = frozenset(kind for kind in EvidenceKind if kind.startswith("voice_of_"))
"""What the people say whom the work is about."""


class GuidanceQuerySet(models.QuerySet["Guidance"]):
    def with_counts(self) -> GuidanceQuerySet:
        """Newest first, each with how many prompts it has."""
        return self.annotate(prompt_count=models.Count("prompts")).order_by("-published_at", "-pk")

    def with_content(self) -> GuidanceQuerySet:
        """With all that is in it, each part with its clause."""
        return self.select_related("edition").prefetch_related(
            models.Prefetch(
                "prompts",
                Prompt.objects.select_related("clause").order_by("clause__position", "position"),
            ),
            models.Prefetch(
                "notes", EditorNote.objects.select_related("clause").order_by("clause__position")
            ),
            "terms",
        )


class Guidance(models.Model):
    """A version of what this service adds to an edition: prompts, notes, glossary.

    Stored whole by ctx.publish_guidance() (sql/publishing.sql); nobody can change it afterwards.
    """

    KEPT: ClassVar[str] = KEPT_FOR_EVER
    DATA_CLASS: ClassVar[dict[str, str]] = dict.fromkeys(
        ("version", "label", "summary", "sha256"), NONE
    )

    id = new_id()
    edition = models.ForeignKey(
        "standards.Edition",
        models.PROTECT,
        related_name="guidance",
        help_text="Edition it explains.",
    )
    version = models.CharField(max_length=20, help_text="Version of the guidance, such as 1.0.")
    label = models.CharField(max_length=200, help_text="How it is marked as not the standards.")
    sha256 = models.CharField(max_length=64, help_text="Hash of its canonical content.")
    is_current = models.BooleanField(help_text="Shown to people now; older ones stay pinned.")
    summary = models.CharField(
        max_length=300, blank=True, help_text="What is new in it, in a sentence."
    )
    published_at = models.DateTimeField(default=timezone.now, help_text="When it was stored.")
    published_by = models.ForeignKey(
        Membership,
        models.PROTECT,
        db_constraint=False,
        null=True,
        related_name="+",
        help_text="Who of the scheme published it in the browser; empty: came with a file.",
    )

    objects = GuidanceQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("edition", "version", name="guidance_version_per_edition"),
            models.UniqueConstraint(
                "edition", condition=models.Q(is_current=True), name="guidance_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} guidance {self.version}"

    @property
    def is_from_file(self) -> bool:
        return self.published_by_id is None


class Prompt(models.Model):
    """A sentence on what good evidence for one clause looks like."""

    KEPT: ClassVar[str] = KEPT_FOR_EVER
    DATA_CLASS: ClassVar[dict[str, str]] = {"text": NONE}

    id = new_id()
    guidance = models.ForeignKey(
        Guidance, models.CASCADE, related_name="prompts", help_text="Version it belongs to."
    )
    clause = models.ForeignKey(
        "standards.Clause", models.PROTECT, related_name="prompts", help_text="Clause it is about."
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
        "standards.Clause", models.PROTECT, related_name="notes", help_text="Clause it is about."
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

    @property
    def anchor(self) -> str:
        """Where it stands on the glossary page."""
        return f"term-{slugify(self.term)}"


class ReadinessRules(models.Model):
    """A version of the scale and thresholds, from <edition>.readiness.yaml."""

    KEPT: ClassVar[str] = KEPT_FOR_EVER
    DATA_CLASS: ClassVar[dict[str, str]] = dict.fromkeys(
        ("version", "label", "sha256", "document"), NONE
    )

    id = new_id()
    edition = models.ForeignKey(
        "standards.Edition", models.PROTECT, related_name="rules", help_text="Edition they are for."
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
