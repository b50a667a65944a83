"""The scale and the readiness levels of an edition, as read from <edition>.readiness.yaml.

Plain data: what they mean for an agency's answers is computed in `scoring`, and only there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

Scope = Literal["standard", "overall"]


@dataclass(frozen=True)
class ScaleLevel:
    level: int
    title: str
    descriptor: str


@dataclass(frozen=True)
class NotApplicable:
    title: str
    descriptor: str


@dataclass(frozen=True)
class AllAnswered:
    """Every clause in the denominator has a score, or does not apply with a reason."""

    name: Literal["all_answered"] = "all_answered"


@dataclass(frozen=True)
class ClauseShare:
    """At least `share` (above 0, at most 1) of the clauses stand at `level` or above.

    Counted in each standard, or over all of them. Clauses that do not apply are left out;
    clauses that are not answered are counted and have not reached any level.
    """

    level: int
    share: Decimal
    scope: Scope
    name: Literal["clause_share"] = "clause_share"


@dataclass(frozen=True)
class Evidenced:
    """Every clause at `from_level` or above has at least one piece of evidence."""

    from_level: int
    name: Literal["evidenced"] = "evidenced"


Rule = AllAnswered | ClauseShare | Evidenced


@dataclass(frozen=True)
class ReadinessLevel:
    key: str
    title: str
    summary: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Rules:
    """A version of the scale and thresholds. Levels stand from the lowest to the highest."""

    version: str
    label: str
    scale: tuple[ScaleLevel, ...]
    not_applicable: NotApplicable
    levels: tuple[ReadinessLevel, ...]

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> Rules:
        """From ReadinessRules.document, which `schema` has validated."""
        return cls(
            version=document["version"],
            label=document["label"],
            scale=tuple(ScaleLevel(**level) for level in document["scale"]),
            not_applicable=NotApplicable(**document["not_applicable"]),
            levels=tuple(_level(level) for level in document["levels"]),
        )

    def title_of(self, level: int) -> str:
        """What the scale calls a level: 2 → "In place"."""
        return next(step.title for step in self.scale if step.level == level)


def _level(document: Mapping[str, Any]) -> ReadinessLevel:
    return ReadinessLevel(
        key=document["key"],
        title=document["title"],
        summary=document["summary"],
        rules=tuple(_rule(rule) for rule in document["rules"]),
    )


def _rule(document: Mapping[str, Any]) -> Rule:
    match document["rule"]:
        case "all_answered":
            return AllAnswered()
        case "clause_share":
            share = Decimal(str(document["share"]))
            return ClauseShare(document["level"], share, document["scope"])
        case "evidenced":
            return Evidenced(document["from_level"])
        case unknown:
            raise ValueError(f"There is no rule called {unknown!r}.")
