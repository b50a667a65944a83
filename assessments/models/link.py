"""Which evidence supports which answer, and where in it to look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, Self
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.utils import timezone

from agencies.models import NONE, TenantModel
from assessments.models.assessment import KEPT, Assessment, person
from assessments.models.evidence import OPENABLE, Evidence, EvidenceVersion, page_in
from assessments.models.searchable import words_of


class LinkQuerySet(models.QuerySet["EvidenceLink"]):
    def for_evidence(self, evidence: Evidence) -> Self:
        """What any of its versions supports, by assessment and clause."""
        return (
            self.filter(version__evidence=evidence)
            .select_related("answer__clause", "answer__assessment", "version")
            .order_by("answer__assessment__title", "answer__assessment", "answer__clause__position")
        )

    def for_gaps(self, assessment: Assessment) -> Self:
        """All of an assessment, by evidence and clause."""
        return (
            self.filter(answer__assessment=assessment)
            .select_related("answer__clause", "version__evidence")
            .defer("answer__how", "answer__difference", "answer__na_reason", "answer__words")
            .order_by("version__evidence__title", "version__evidence", "answer__clause__position")
        )

    def move_to(self, version: EvidenceVersion) -> int:
        """To a newer version: what was said of a place in the older one is to be checked."""
        stays = models.Q(place="", shows="") | models.Q(version=version)
        to_check = models.Case(
            models.When(stays, then="is_place_to_check"), default=models.Value(True)
        )
        return self.update(version=version, is_place_to_check=to_check)


class EvidenceLink(TenantModel):
    """This version of this evidence supports this answer, in this place of it."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {"place": NONE, "shows": NONE, "words": NONE}

    answer = models.ForeignKey(
        "assessments.Answer",
        models.PROTECT,
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
    place = models.CharField(max_length=200, blank=True, help_text="Page or section to look at.")
    shows = models.TextField(blank=True, help_text="What it shows there.")
    is_place_to_check = models.BooleanField(
        default=False, help_text="A newer version came after place and shows were said."
    )
    words = words_of("place", "shows")
    by = person("Who attached it.")
    at = models.DateTimeField(default=timezone.now, help_text="When.")

    objects = LinkQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("answer", "version", name="link_once_per_answer"),
        ]

    def __str__(self) -> str:
        return f"link {self.pk}"

    @property
    def page(self) -> int | None:
        return page_in(self.place)


def newest_versions(
    evidence: Sequence[Evidence], answers: Iterable[UUID]
) -> list[tuple[EvidenceVersion, list[UUID]]]:
    """The newest version of each piece that may be opened, or else the newest, with those of the
    answers (ids) that the piece supports already in any version. One query."""
    links = EvidenceLink.objects.filter(
        version__evidence=models.OuterRef("evidence"), answer__in=list(answers)
    )
    opens_last = models.Case(models.When(scan_state__in=OPENABLE, then=0), default=1)
    rows = (
        EvidenceVersion.objects.filter(evidence__in=evidence)
        .order_by("evidence_id", opens_last, "-number")
        .distinct("evidence_id")
        .annotate(attached=ArraySubquery(links.values("answer")))
    )
    return [(row, row.attached) for row in rows]
