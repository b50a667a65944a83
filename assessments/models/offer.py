"""Answers that a host offers to a partner, and what the partner takes of them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models.functions import JSONObject
from django.utils import timezone

from agencies.models import NONE, Agency, TenantModel
from assessments.models.answer import Answer
from assessments.models.assessment import KEPT, Assessment, person
from standards.models import Clause, Edition


class OfferQuerySet(models.QuerySet["Offer"]):
    """A partner is let see what is in force and offered to it: see ctx.visible_offers()."""

    def sent(self, agency: Agency) -> OfferQuerySet:
        """The host's own, with those that were withdrawn."""
        return self.filter(agency=agency).select_related("partner", "edition")

    def received(self, agency: Agency) -> OfferQuerySet:
        return self.filter(partner=agency).select_related("agency", "edition")

    def counted(self) -> OfferQuerySet:
        """With how many answers each holds (count), the newest first: a query that counts takes
        no heed of the model's own order."""
        return self.annotate(count=models.Count("answers")).order_by("-published_at")

    def series(self, offer: Offer) -> OfferQuerySet:
        """All versions of it that were not withdrawn."""
        mine = self.filter(agency=offer.agency_id, partner=offer.partner_id)
        return mine.filter(edition=offer.edition_id, withdrawn_at=None)


class Offer(TenantModel):
    """A version of what a host offers to one partner: published, never changed, withdrawn at will.

    The versions for one partner and edition are numbered from 1.
    """

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {}

    partner = models.ForeignKey(Agency, models.PROTECT, related_name="+", help_text="To whom.")
    edition = models.ForeignKey(
        Edition, models.PROTECT, related_name="+", help_text="Whose clauses are answered."
    )
    assessment = models.ForeignKey(
        Assessment,
        models.PROTECT,
        db_constraint=False,
        related_name="offers",
        help_text="Whose answers were copied; the partner cannot open it.",
    )
    number = models.PositiveIntegerField(help_text="Version, from 1.")
    published_by = person("Who published it; the partner does not see whom it leads to.")
    published_at = models.DateTimeField(default=timezone.now, help_text="When.")
    withdrawn_by = person("Who withdrew it.", null=True)
    withdrawn_at = models.DateTimeField(
        null=True, blank=True, help_text="The partner sees nothing of it from then on."
    )

    objects = OfferQuerySet.as_manager()

    class Meta:
        ordering = ("-published_at",)
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="offer_agency_id"),
            models.UniqueConstraint(
                "agency", "partner", "edition", "number", name="offer_once_per_number"
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None, withdrawn_by=None)
                | models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="offer_withdrawn_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"offer, version {self.number}"


class OfferedAnswer(TenantModel):
    """The copy of an answer's texts that an offer holds. No level and no evidence is offered."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {"how": NONE, "difference": NONE}
    TEXTS: ClassVar[tuple[str, ...]] = ("how", "difference")

    offer = models.ForeignKey(
        Offer, models.PROTECT, db_constraint=False, related_name="answers", help_text="Its offer."
    )
    clause = models.ForeignKey(
        Clause, models.PROTECT, related_name="+", help_text="Clause it answers."
    )
    how = models.TextField(blank=True, help_text="As Answer.how when it was published.")
    difference = models.TextField(
        blank=True, help_text="As Answer.difference when it was published."
    )

    class Meta:
        ordering = ("clause__position",)
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="offeredanswer_agency_id"),
            models.UniqueConstraint("offer", "clause", name="offeredanswer_once_per_clause"),
        ]

    def __str__(self) -> str:
        return f"offered answer {self.pk}"


class AcceptanceQuerySet(models.QuerySet["Acceptance"]):
    def standing(self) -> AcceptanceQuerySet:
        """Not ended by oneself. Whether the host still offers it, its text tells."""
        return self.filter(ended_at=None)

    def gone(self) -> AcceptanceQuerySet:
        """Standing in open assessments, though no longer offered: somebody has to answer anew."""
        seen = OfferedAnswer.objects.filter(pk=models.OuterRef("offered"))
        rows = self.standing().filter(~models.Exists(seen))
        rows = rows.filter(answer__assessment__in=Assessment.objects.open())
        shown = rows.select_related("answer__assessment", "answer__clause", "host")
        return shown.defer("answer__words").order_by("at")

    def for_page(self) -> AcceptanceQuerySet:
        return self.select_related("host", "by", "ended_by").order_by("-at")


class Acceptance(TenantModel):
    """A partner says: to this clause our host's answer is ours too. Its text stays the host's."""

    KEPT: ClassVar[str] = KEPT
    DATA_CLASS: ClassVar[dict[str, str]] = {}

    answer = models.ForeignKey(
        Answer,
        models.CASCADE,
        db_constraint=False,
        related_name="acceptances",
        help_text="The own answer that it stands beside.",
    )
    offered = models.UUIDField(
        db_index=True,
        help_text="Which OfferedAnswer; no key, since it is another agency's row and may be gone "
        "from sight.",
    )
    host = models.ForeignKey(Agency, models.PROTECT, related_name="+", help_text="Whose it is.")
    number = models.PositiveIntegerField(help_text="Version of the offer.")
    by = person("Who accepted it.")
    at = models.DateTimeField(default=timezone.now, help_text="When.")
    ended_by = person("Who ended it.", null=True)
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="Replaced by another version, or by an own answer."
    )

    objects = AcceptanceQuerySet.as_manager()

    class Meta:
        ordering = ("-at",)
        constraints: ClassVar = [
            models.UniqueConstraint("agency", "id", name="acceptance_agency_id"),
            models.UniqueConstraint(
                "answer", condition=models.Q(ended_at=None), name="acceptance_one_standing"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at=None, ended_by=None)
                | models.Q(ended_at__isnull=False, ended_by__isnull=False),
                name="acceptance_ended_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"acceptance {self.pk}"


def with_partners(rows: models.QuerySet[Answer]) -> models.QuerySet[Answer]:
    """Adds what partners.of_answer() needs, without a query of its own: what is accepted, with
    its text as far as it is offered still, and which versions are offered for the clause."""
    copies = OfferedAnswer.objects.filter(pk=models.OuterRef("offered"))
    text = models.Subquery(copies.values(said=JSONObject(how="how", difference="difference")))
    accepted = Acceptance.objects.standing().filter(answer=models.OuterRef("pk"))
    offered = OfferedAnswer.objects.filter(
        clause=models.OuterRef("clause_id"), offer__partner=models.OuterRef("agency_id")
    )
    return rows.annotate(
        accepted=accepted.values(
            said=JSONObject(
                id="id",
                offered="offered",
                host="host_id",
                host_name="host__name",
                number="number",
                text=text,
            )
        )[:1],
        offered=ArraySubquery(
            offered.order_by("offer__agency__name", "-offer__number").values(
                said=JSONObject(
                    id="id",
                    host="offer__agency_id",
                    host_name="offer__agency__name",
                    number="offer__number",
                )
            )
        ),
    )
