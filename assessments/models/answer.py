"""What the agency says to one clause."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models.functions import Coalesce

from agencies.models import NONE, Membership, TenantModel
from assessments.models.assessment import KEPT, Assessment, in_force, person
from assessments.models.comment import Thread
from assessments.models.evidence import OPENABLE, ScanState
from assessments.models.holding import HAS_ASSIGNEE, TO_DO
from assessments.models.link import EvidenceLink
from assessments.models.searchable import words_of
from standards.models import Clause, Guidance, ReadinessRules

_TEXTS = ("na_reason", "how", "difference")


class AnswerQuerySet(models.QuerySet["Answer"]):
    def with_rules(self) -> AnswerQuerySet:
        """With its clause, assessment and the rules in force."""
        rules_id = in_force(ReadinessRules, "assessment__edition")
        rows = self.select_related("assessment", "clause").defer("words")
        return rows.annotate(rules_id=rules_id)

    def for_form(self) -> AnswerQuerySet:
        """As with_rules, as far as checking a form goes; the save reads the rest, locked."""
        return self.with_rules().only(
            "level", "is_not_applicable", "assessment__edition_id", "clause__code"
        )

    def for_page(self) -> AnswerQuerySet:
        """With what a page shows, the guidance and rules in force, and how many conversations
        are open (open_threads); the clause is published."""
        shown = ("assessment__continues", "updated_by", "confirmed_by", "assignment__assignee")
        rows = self.select_related(*shown).defer("words")
        return rows.annotate(
            guidance_id=in_force(Guidance, "assessment__edition"),
            rules_id=in_force(ReadinessRules, "assessment__edition"),
            open_threads=_open_threads(),
        )

    def for_sheet(self) -> AnswerQuerySet:
        """With what a row of the spreadsheet is compared with, in no order; the clause is
        published."""
        return self.select_related("updated_by").defer("words").order_by()

    def locked(self) -> AnswerQuerySet:
        """The answer and its assessment, locked until the transaction ends."""
        rows = self.select_related("assessment").defer("words")
        return rows.select_for_update(of=("self", "assessment"))

    def for_scoring(self) -> models.QuerySet[Answer, Any]:
        """Bare rows of (clause id, level, is_not_applicable, na_reason, has_evidence), in no
        order: every save that moves a level asks for all of an assessment's."""
        return (
            self.order_by()
            .annotate(has_evidence=_linked(OPENABLE))
            .values_list("clause_id", "level", "is_not_applicable", "na_reason", "has_evidence")
        )

    def with_evidence(self) -> AnswerQuerySet:
        """Adds has_evidence (that may be opened), has_waiting and has_refused."""
        return self.annotate(
            has_evidence=_linked(OPENABLE),
            has_waiting=_linked({ScanState.RECEIVED}),
            has_refused=_linked({ScanState.REFUSED}),
        )

    def for_overview(self) -> AnswerQuerySet:
        """What counters and pictures show: no text, but whether there is any; has_assignee."""
        rows = self.annotate(has_assignee=HAS_ASSIGNEE).with_signs()
        return rows.only(
            "assessment_id",
            "level",
            "is_not_applicable",
            "na_reason",
            "is_to_check",
            "clause__code",
            "clause__addressed_to",
            "clause__standard__code",
            "clause__standard__position",
            "clause__standard__title",
        )

    def for_tasks(self) -> AnswerQuerySet:
        """With clause and standard, for lists of clauses and what stops sign-off."""
        return self.with_signs().with_evidence().defer("how", "difference")

    def for_team(self) -> AnswerQuerySet:
        """As for_tasks, with whose each is."""
        return self.for_tasks().select_related("assignment__assignee")

    def for_mine(self, member: Membership) -> AnswerQuerySet:
        """Those assigned to a person in assessments that are open, the most urgent first."""
        own = self.filter(assignment__assignee=member, assessment__in=Assessment.objects.open())
        rows = own.for_tasks().with_rules().select_related("assignment")
        due = models.F("assignment__due_on").asc(nulls_last=True)
        return rows.order_by(due, "assessment__created_at", "clause__position", "pk")

    def to_do(self) -> AnswerQuerySet:
        """Incomplete, or carried over and not checked yet."""
        return self.filter(TO_DO)

    def done(self) -> AnswerQuerySet:
        return self.filter(~TO_DO)

    def with_signs(self) -> AnswerQuerySet:
        """Adds has_text and has_evidence (that may be opened)."""
        has_text = models.ExpressionWrapper(
            ~models.Q(how="", difference=""), output_field=models.BooleanField()
        )
        rows = self.select_related("clause__standard").defer("words")
        return rows.annotate(has_text=has_text, has_evidence=_linked(OPENABLE))


class Answer(TenantModel):
    """The agency's answer to one clause. All rows are made when the assessment starts."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = dict.fromkeys((*_TEXTS, "words"), NONE)
    FIELDS: ClassVar[tuple[str, ...]] = (
        "level",
        "is_not_applicable",
        "na_reason",
        "how",
        "difference",
    )
    # What the queryset's methods add to a row.
    rules_id: UUID
    guidance_id: UUID | None
    has_evidence: bool
    has_waiting: bool
    has_refused: bool
    has_assignee: bool
    open_threads: int

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
    words = words_of("how", "difference", "na_reason")
    updated_by = person("Who saved it last; empty: nobody yet.", null=True)
    updated_at = models.DateTimeField(null=True, blank=True, help_text="When it was last saved.")
    is_to_check = models.BooleanField(
        default=False, help_text="Carried over, and nobody said yet that it is still true."
    )
    is_reworked = models.BooleanField(
        default=False, help_text="Autosaves changed what is to check; a save will count as a check."
    )
    confirmed_by = person("Who said that what was carried over is still true.", null=True)
    confirmed_at = models.DateTimeField(null=True, blank=True, help_text="When that was said.")

    objects = AnswerQuerySet.as_manager()

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
            models.CheckConstraint(
                condition=models.Q(is_reworked=False) | models.Q(is_to_check=True),
                name="answer_reworked_until_checked",
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"

    @property
    def lacks_reason(self) -> bool:
        """Said not to apply, and not why: it counts as answered only with a reason."""
        return self.is_not_applicable and not self.na_reason.strip()

    @property
    def is_complete(self) -> bool:
        """As scoring has it (ClauseState.is_complete)."""
        return self.level is not None or (self.is_not_applicable and not self.lacks_reason)

    @property
    def is_done(self) -> bool:
        """Nothing is left to do about it; AnswerQuerySet.done() in SQL."""
        return self.is_complete and not self.is_to_check


def _open_threads() -> Coalesce:
    """How many conversations about the clause of an answer are open."""
    same = {"assessment": models.OuterRef("assessment"), "clause": models.OuterRef("clause")}
    rows = Thread.objects.open().filter(**same).order_by().values("assessment")
    return Coalesce(models.Subquery(rows.annotate(n=models.Count("pk")).values("n")), 0)


def _linked(states: Collection[str]) -> models.Exists:
    return models.Exists(
        EvidenceLink.objects.filter(answer=models.OuterRef("pk"), version__scan_state__in=states)
    )
