"""The readiness report: what an agency said, from a submitted round or from its draft."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from agencies.models import AgencyKind
from assessments import snapshot
from assessments.models import OPENABLE, Assessment, EvidenceKind, SignOff, Submission
from standards.fewest import grouped, to_next_level
from standards.models import Clause, Guidance, ReadinessRules
from standards.scoring import ClauseState, Result, Rules, assess

TEMPLATE_VERSION = "3"
"""Raise it when the look or the wording changes: a report asked for again is then made anew."""

Document = dict[str, Any]


@dataclass(frozen=True)
class Source:
    """Everything the report is made from, read in one transaction."""

    assessment: Assessment
    submission: Submission | None
    content: Document
    sign_off: SignOff | None
    rules: ReadinessRules
    guidance: Guidance


def source(assessment: Assessment, submission: Submission | None = None) -> Source:
    """A round with its pins, or the draft with the rules and guidance in force now."""
    if submission is not None:
        return Source(
            assessment,
            submission,
            snapshot.of_round(submission),
            submission.sign_off,
            submission.rules,
            submission.guidance,
        )
    in_force = {"edition": assessment.edition_id, "is_current": True}
    return Source(
        assessment,
        None,
        snapshot.of_draft(assessment),
        assessment.sign_offs.filter(voided_at=None).first(),
        ReadinessRules.objects.get(**in_force),
        Guidance.objects.get(**in_force),
    )


def content_key(found: Source) -> str:
    """The same for the same content, rules, guidance and look: then it is the same report."""
    submission = found.submission
    parts = [
        snapshot.digest(found.content),
        found.rules.sha256,
        found.guidance.sha256,
        str(found.sign_off and found.sign_off.pk),
        str(submission and (submission.pk, submission.withdrawn_at)),
    ]
    whole = hashlib.sha256("|".join(parts).encode()).hexdigest()
    return f"report:readiness:{TEMPLATE_VERSION}:{found.assessment.pk}:{whole}"


def context(found: Source) -> Document:
    """What the paper says, as plain data; texts are as people wrote them, unescaped."""
    content, edition = found.content, found.assessment.edition
    rules = Rules.from_document(found.rules.document)
    kind = content["agency"]["kind"]
    clauses = _clauses(found.assessment, content, rules, kind)
    states = [_state(standard, clause) for standard, clause in clauses]
    result = assess(states, rules)
    period_from, period_to = (date.fromisoformat(day) for day in content["period"])
    return {
        "title": content["title"],
        "agency": {"name": content["agency"]["name"], "kind": AgencyKind(kind).label},
        "edition": {"code": edition.code, "title": edition.title},
        "period_from": period_from,
        "period_to": period_to,
        **_standing(found),
        "generated_at": timezone.now(),
        "result": asdict(result),
        "fewest": [asdict(group) for group in grouped(to_next_level(states, rules, result))],
        "rules": found.rules.document,
        "guidance_version": found.guidance.version,
        "standards": _standards(clauses, result),
        "glossary": list(
            found.guidance.terms.order_by("-is_from_standards", "term").values(
                "term", "definition", "note", "is_from_standards"
            )
        ),
    }


def _standing(found: Source) -> Document:
    """Draft or round, and who answers for it."""
    submission, sign_off = found.submission, found.sign_off
    return {
        "is_draft": submission is None,
        "is_practice": found.assessment.is_practice,
        "round": submission and submission.round,
        "submitted_at": submission and submission.at,
        "submitted_by": submission and submission.by.display_name,
        "withdrawn_at": submission and submission.withdrawn_at,
        "sha256": submission and submission.sha256,
        "redacted_at": [link.at for link in submission.redactions.all()] if submission else [],
        "signed": sign_off
        and {"name": sign_off.name, "at": sign_off.at, "declaration": sign_off.declaration},
    }


Pair = tuple[Clause, Document]


def _clauses(assessment: Assessment, content: Document, rules: Rules, kind: str) -> list[Pair]:
    """Each clause of the edition in order, with what was said about it."""
    clauses = Clause.objects.filter(standard__edition=assessment.edition_id)
    said = {answer["clause"]: answer for answer in content["answers"]}
    return [
        (clause, _clause(clause, said[clause.code], rules, kind))
        for clause in clauses.select_related("standard")
    ]


def _clause(clause: Clause, said: Mapping[str, Any], rules: Rules, kind: str) -> Document:
    same = ("level", "is_not_applicable", "na_reason", "how", "difference")
    return {
        "code": clause.code,
        "text": clause.text,
        "group": clause.group,
        "is_addressed": clause.is_addressed_to(kind),
        **{field: said[field] for field in same},
        "level_title": "" if said["level"] is None else rules.title_of(said["level"]),
        "evidence": [_evidence(item) for item in said["evidence"]],
        "answered_by": said.get("answered_by"),
    }


def _evidence(item: Mapping[str, Any]) -> Document:
    same = ("title", "file_name", "url", "sha256", "scan_state")
    until = item.get("valid_until")
    return {
        **{field: item[field] for field in same},
        "kind": EvidenceKind(item["kind"]).label,
        "description": item["shows"],
        "place": item.get("place", ""),
        "shows": item.get("shows_there", ""),
        "period": _period(item["period"]),
        "valid_until": until and date.fromisoformat(until),
    }


def _period(days: list[str | None]) -> str:
    first, last = (day and date_format(date.fromisoformat(day), "j F Y") for day in days)
    if first and last:
        return f"{first} to {last}"
    return f"from {first}" if first else f"to {last}" if last else ""


def _state(clause: Clause, said: Mapping[str, Any]) -> ClauseState:
    return ClauseState(
        code=clause.code,
        standard=clause.standard.code,
        level=said["level"],
        is_not_applicable=said["is_not_applicable"],
        has_na_reason=bool(said["na_reason"].strip()),
        is_addressed=said["is_addressed"],
        has_evidence=any(item["scan_state"] in OPENABLE for item in said["evidence"]),
    )


def _standards(clauses: list[Pair], result: Result) -> list[Document]:
    standards = {clause.standard.code: clause.standard for clause, _ in clauses}
    return [
        {
            "code": part.code,
            "title": standards[part.code].title,
            "statement": standards[part.code].statement,
            "score": part.score,
            "answered_count": part.answered_count,
            "clause_count": part.clause_count,
            "clauses": [said for clause, said in clauses if clause.standard.code == part.code],
        }
        for part in result.standards
    ]
