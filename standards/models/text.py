"""The published text: an edition, its standards and their clauses. Never edited."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from agencies.models import NONE, new_id
from standards import wording
from standards.models.additions import (
    KEPT_FOR_EVER,
    EditorNote,
    Guidance,
    Prompt,
    ReadinessRules,
)


class EditionQuerySet(models.QuerySet["Edition"]):
    def in_use(self) -> EditionQuerySet:
        """Those a new assessment may start from."""
        return self.filter(is_withdrawn=False)

    def counted(self) -> EditionQuerySet:
        return self.annotate(
            standard_count=models.Count("standards", distinct=True),
            clause_count=models.Count("standards__clauses"),
        )

    def with_text(self) -> EditionQuerySet:
        """With standards, clauses, and the prompts, notes and rules in use now."""
        now = {"guidance__is_current": True}
        clauses = Clause.objects.prefetch_related(
            models.Prefetch("prompts", Prompt.objects.filter(**now)),
            models.Prefetch("notes", EditorNote.objects.filter(**now)),
        )
        standards = Standard.objects.prefetch_related(models.Prefetch("clauses", clauses))
        return self.with_versions().prefetch_related(models.Prefetch("standards", standards))

    def with_glossary(self) -> EditionQuerySet:
        return self.prefetch_related(
            models.Prefetch(
                "guidance",
                Guidance.objects.filter(is_current=True).prefetch_related("terms"),
                to_attr="guidance_now",
            )
        )

    def with_versions(self) -> EditionQuerySet:
        """With the guidance and the rules in use now, each as a list of at most one."""
        return self.prefetch_related(
            models.Prefetch(
                "guidance", Guidance.objects.filter(is_current=True), to_attr="guidance_now"
            ),
            models.Prefetch(
                "rules", ReadinessRules.objects.filter(is_current=True), to_attr="rules_now"
            ),
        )


class Edition(models.Model):
    """One published text of the standards, from <edition>.yaml."""

    KEPT: ClassVar[str] = KEPT_FOR_EVER
    DATA_CLASS: ClassVar[dict[str, str]] = dict.fromkeys(
        ("code", "title", "source", "published_note", "sha256"), NONE
    )

    id = new_id()
    code = models.SlugField(unique=True, help_text="Stable short name, such as neps-2022.")
    title = models.CharField(max_length=200, help_text="Title of the publication.")
    source = models.TextField(help_text="Who wrote it and where the text was taken from.")
    published_on = models.DateField(null=True, help_text="Date of publication, if known.")
    published_note = models.TextField(blank=True, help_text="What is known about that date.")
    sha256 = models.CharField(max_length=64, help_text="Hash of the canonical text.")
    is_withdrawn = models.BooleanField(default=False, help_text="No new assessment may start.")

    guidance_now: list[Guidance]
    rules_now: list[ReadinessRules]

    objects = EditionQuerySet.as_manager()

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

    @property
    def name(self) -> str:
        """S5 → "Standard 5"."""
        return wording.standard_name(self.code)


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

    @property
    def addressees(self) -> str:
        return wording.addressees(self.addressed_to)

    def is_addressed_to(self, kind: str) -> bool:
        """Whether the wording addresses this kind of agency (AgencyKind)."""
        return kind in self.addressed_to
