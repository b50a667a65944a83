"""How long evidence is kept, and why: the rules of data/retention.yaml, asked in one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import (
    Case,
    DateField,
    Exists,
    F,
    Func,
    Max,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest, Least, TruncDate
from django.utils import timezone

from assessments.models import Assessment, Evidence, EvidenceVersion, Hold, Status, Submission
from standards.yamlfile import read

FILE = Path(__file__).parent / "data" / "retention.yaml"
OPEN = "As long as a self-assessment that it supports is open; the time is counted from its period"
HELD = "Somebody asked for it to be kept longer than {date}, which would have been its time"
DISPOSED = "Its time was over, and two people decided that it is disposed of"


@dataclass(frozen=True)
class Rule:
    years: int
    why: str


@dataclass(frozen=True)
class Keeping:
    """until: the last day it is kept; None: no end is known, or it has gone."""

    until: date | None
    why: str

    @property
    def is_over(self) -> bool:
        return self.until is not None and self.until < timezone.localdate()


class YearsAfter(Func):
    """The same day some years later; the last of February where there is no such day."""

    template = "(%(expressions)s + make_interval(years => %(years)s))::date"
    output_field = DateField()


@cache
def rules() -> dict[str, Rule]:
    """By key: supported, unused. Raises LoadError where the file is wrong."""
    entries = read(FILE).keys("supported unused")
    return {key: _rule(entry.keys("years why")) for key, entry in entries.items()}


def _rule(said: Any) -> Rule:
    years = said["years"].integer(1, 100)
    return Rule(years, said["why"].text(200).format(years=years))


def with_keeping(evidence: QuerySet[Evidence]) -> QuerySet[Evidence, Any]:
    """With what keeping_of() asks for. kept_until: its last day; null: no end is known."""
    found = evidence.annotate(
        is_in_use=Exists(_assessments().filter(archived_at=None).exclude(status=Status.SUBMITTED)),
        last_period=Greatest(_last_day(_assessments()), _last_day(_submissions(), "assessment__")),
        last_version=TruncDate(Subquery(_newest().values("at")[:1])),
        held_until=Subquery(_holds().values("until")[:1]),
    )
    known = rules()
    due = Least(
        Coalesce(
            YearsAfter(F("last_period"), years=known["supported"].years),
            YearsAfter(F("last_version"), years=known["unused"].years),
        ),
        Value(date.max),  # a period that ends in 9999 leads to a day that Python does not know
    )
    return found.annotate(
        time_over=Case(When(is_in_use=True, then=Value(None)), default=due),
        kept_until=Case(
            When(is_in_use=True, then=Value(None)), default=Greatest(due, F("held_until"))
        ),
    )


def due_for_disposal(evidence: QuerySet[Evidence]) -> QuerySet[Evidence, Any]:
    """Those whose time is over, the longest first."""
    kept: QuerySet[Any, Any] = with_keeping(evidence.filter(disposed_at=None))
    return kept.filter(kept_until__lt=timezone.localdate()).order_by("kept_until", "title", "id")


def keeping_of(evidence: Any) -> Keeping:
    """`evidence` comes from with_keeping()."""
    if evidence.disposed_at is not None:
        return Keeping(None, DISPOSED)
    if evidence.is_in_use:
        return Keeping(None, OPEN)
    if evidence.kept_until != evidence.time_over:
        return Keeping(evidence.kept_until, HELD.format(date=f"{evidence.time_over:%-d %B %Y}"))
    rule = rules()["unused" if evidence.last_period is None else "supported"]
    return Keeping(evidence.kept_until, rule.why)


def _assessments() -> QuerySet[Assessment]:
    """Those whose answers it supports; practice keeps its evidence while it is open too."""
    return Assessment.objects.filter(
        answers__evidence_links__version__evidence=OuterRef("pk")
    ).order_by()


def _submissions() -> QuerySet[Submission]:
    """Those that hold it, also where it was detached since."""
    return Submission.objects.filter(answers__evidence__version__evidence=OuterRef("pk")).order_by()


def _last_day(rows: QuerySet[Any], path: str = "") -> Subquery:
    counted = rows.filter(**{f"{path}is_practice": False})
    grouped = counted.annotate(one=Value(1)).values("one")
    return Subquery(grouped.annotate(day=Max(f"{path}period_to")).values("day"))


def _newest() -> QuerySet[EvidenceVersion]:
    return EvidenceVersion.objects.filter(evidence=OuterRef("pk")).order_by("-number")


def _holds() -> QuerySet[Hold]:
    return Hold.objects.in_force().filter(evidence=OuterRef("pk")).order_by("-until")
