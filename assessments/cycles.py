"""Two assessments of one agency side by side: what was said then, and what is said now.

What was submitted is compared as it was submitted; anything else as it stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models.functions import Coalesce

from assessments.actions.answers import Said
from assessments.models import (
    OPENABLE,
    Answer,
    Assessment,
    EvidenceLink,
    Submission,
    SubmittedAnswer,
    SubmittedEvidence,
)
from assessments.redacted import is_mark
from assessments.standing import rules_in_force
from standards import published
from standards.mapping import Fate
from standards.models import Clause, Standard
from standards.scoring import ClauseState, LevelResult, Result, Rules, assess

FIELDS = (*Answer.FIELDS, "clause_id", "evidence_count", "has_evidence")


class Texts(models.TextChoices):
    """What became of what is written to a clause."""

    NONE = "none", "Nothing written"
    SAME = "same", "The same"
    TO_CHECK = "to_check", "Carried over, to check"
    CHANGED = "changed", "Changed"
    WRITTEN = "written", "Written since"
    DROPPED = "dropped", "No longer there"
    REMOVED = "removed", "Personal data removed"


@dataclass(frozen=True)
class Stand:
    """What one assessment says to one clause."""

    said: Said = field(default_factory=Said)
    evidence_count: int = 0
    has_evidence: bool = False
    is_to_check: bool = False

    @property
    def has_text(self) -> bool:
        return any(text.strip() for text in self.said.texts)


@dataclass(frozen=True)
class Side:
    """One of the two; `round`: the submission that it is read from, if it is submitted."""

    assessment: Assessment
    round: Submission | None
    rules: Rules
    stands: Mapping[UUID, Stand]

    @cached_property
    def clauses(self) -> Sequence[Clause]:
        return published.clauses(self.assessment.edition_id)

    @cached_property
    def result(self) -> Result:
        kind = self.round.agency_kind if self.round else self.assessment.agency.kind
        return assess(
            [_state(clause, self.at(clause), kind) for clause in self.clauses], self.rules
        )

    @property
    def reached(self) -> LevelResult | None:
        found = self.result
        return next((level for level in found.levels if level.key == found.reached), None)

    def at(self, clause: Clause | None) -> Stand:
        return self.stands.get(clause.pk, Stand()) if clause else Stand()


@dataclass(frozen=True)
class Change:
    """A clause then and now. Without `after` it is gone from the standards."""

    before: Clause | None
    after: Clause | None
    fate: Fate | None
    then: Stand
    now: Stand

    @property
    def clause(self) -> Clause:
        found = self.after or self.before
        assert found is not None  # noqa: S101 - one of the two is always there
        return found

    @property
    def steps(self) -> int | None:
        """By how many levels it rose; below 0: fell. None unless it has a level in both."""
        then, now = self.then.said.level, self.now.said.level
        return None if then is None or now is None else now - then

    @property
    def is_level_changed(self) -> bool:
        then, now = self.then.said, self.now.said
        return (then.level, then.is_not_applicable) != (now.level, now.is_not_applicable)

    @property
    def texts(self) -> Texts:
        if any(map(is_mark, (*self.then.said.texts, *self.now.said.texts))):
            return Texts.REMOVED
        if not self.then.has_text:
            return Texts.WRITTEN if self.now.has_text else Texts.NONE
        if not self.now.has_text:
            return Texts.DROPPED
        if self.then.said.texts != self.now.said.texts:
            return Texts.CHANGED
        return Texts.TO_CHECK if self.now.is_to_check else Texts.SAME

    @property
    def is_change(self) -> bool:
        is_said = self.texts not in (Texts.NONE, Texts.SAME)
        is_shown = self.then.evidence_count != self.now.evidence_count
        return is_said or is_shown or self.is_level_changed or self.fate is not Fate.SAME


@dataclass(frozen=True)
class Mean:
    """The score of a standard then and now; `by`: by how much it rose."""

    standard: Standard
    then: Decimal | None
    now: Decimal | None

    @property
    def by(self) -> Decimal | None:
        return None if self.then is None or self.now is None else self.now - self.then


@dataclass(frozen=True)
class Comparison:
    then: Side
    now: Side
    changes: Sequence[Change]

    @cached_property
    def is_other_edition(self) -> bool:
        return self.then.assessment.edition_id != self.now.assessment.edition_id

    @property
    def changed(self) -> list[Change]:
        return [change for change in self.changes if change.is_change]

    @property
    def raised_count(self) -> int:
        return sum((change.steps or 0) > 0 for change in self.changes)

    @property
    def lowered_count(self) -> int:
        return sum((change.steps or 0) < 0 for change in self.changes)

    @property
    def means(self) -> list[Mean]:
        """By the standards of the later edition."""
        then, now = (_scores(side.result) for side in (self.then, self.now))
        standards = dict.fromkeys(clause.standard for clause in self.now.clauses)
        return [Mean(each, then.get(each.code), now.get(each.code)) for each in standards]


def comparable(assessment: Assessment) -> models.QuerySet[Assessment]:
    """The others of the agency, newest first. Practice is compared with practice alone."""
    rows = Assessment.objects.for_page().filter(is_practice=assessment.is_practice)
    return rows.exclude(pk=assessment.pk).order_by("-period_to", "-created_at")


def first_choice(assessment: Assessment, others: Sequence[Assessment]) -> Assessment | None:
    """The one that it was started from, else the last one before it, else any."""
    named = [other for other in others if other.pk == assessment.continues_id]
    before = [other for other in others if _age(other) < _age(assessment)]
    return next(iter([*named, *before, *others]), None)


def compare(one: Assessment, other: Assessment) -> Comparison:
    """The earlier one is `then`. Both come from Assessment.objects.for_page(). Three queries."""
    rounds = Submission.objects.filter(assessment__in=(one, other), withdrawn_at=None)
    by_assessment = {found.assessment_id: found for found in rounds}
    then, now = (
        _side(assessment, by_assessment.get(assessment.pk))
        for assessment in sorted((one, other), key=_age)
    )
    mapping = published.mapping(then.assessment.edition_id, now.assessment.edition_id)
    kept = [
        Change(pair.before, pair.after, pair.fate, then.at(pair.before), now.at(pair.after))
        for pair in mapping.pairs
    ]
    gone = [Change(clause, None, None, then.at(clause), Stand()) for clause in mapping.gone]
    return Comparison(then, now, [*kept, *gone])


def _side(assessment: Assessment, found: Submission | None) -> Side:
    rows: models.QuerySet[Any]
    if found is None:
        rows = Answer.objects.filter(assessment=assessment)
        openable = models.Q(version__scan_state__in=OPENABLE)
        rows = _counted(rows, EvidenceLink.objects.all(), openable)
        rules = rules_in_force(assessment)
    else:
        rows = SubmittedAnswer.objects.filter(submission=found)
        openable = models.Q(scan_state__in=OPENABLE)
        rows = _counted(rows, SubmittedEvidence.objects.all(), openable)
        rules = published.rules(found.rules_id)
    flags = ["is_to_check"] if found is None else []
    stands = {row["clause_id"]: _stand(row) for row in rows.values(*FIELDS, *flags)}
    return Side(assessment, found, rules, stands)


def _counted(
    rows: models.QuerySet[Any], evidence: models.QuerySet[Any], may_be_opened: models.Q
) -> models.QuerySet[Any]:
    """With how much evidence there is, and whether any of it may be opened."""
    own = evidence.filter(answer=models.OuterRef("pk")).order_by()
    count = own.values("answer").annotate(count=models.Count("pk")).values("count")
    found: models.QuerySet[Any] = rows.order_by().annotate(
        evidence_count=Coalesce(models.Subquery(count), 0),
        has_evidence=models.Exists(own.filter(may_be_opened)),
    )
    return found


def _stand(row: dict[str, Any]) -> Stand:
    said = Said(**{name: row[name] for name in Answer.FIELDS})
    return Stand(said, row["evidence_count"], row["has_evidence"], row.get("is_to_check", False))


def _state(clause: Clause, stand: Stand, kind: str) -> ClauseState:
    return ClauseState(
        code=clause.code,
        standard=clause.standard.code,
        level=stand.said.level,
        is_not_applicable=stand.said.is_not_applicable,
        has_na_reason=bool(stand.said.na_reason.strip()),
        is_addressed=clause.is_addressed_to(kind),
        has_evidence=stand.has_evidence,
    )


def _scores(result: Result) -> dict[str, Decimal | None]:
    return {part.code: part.score for part in result.standards}


def _age(assessment: Assessment) -> tuple[Any, Any]:
    return assessment.period_to, assessment.created_at
