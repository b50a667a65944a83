"""The content of an assessment as a plain document, and the hash by which it is known.

The same document is made from the working rows and from the frozen rows of a round, so a
frozen round can be checked against what the approver signed.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from assessments.models import (
    Answer,
    Assessment,
    Evidence,
    EvidenceLink,
    EvidenceVersion,
    SignOff,
    Submission,
    SubmittedAnswer,
    SubmittedEvidence,
)
from assessments.models.offer import with_partners
from assessments.sharing import Accepted, of_answer

FORMAT = 1
"""Raised when the shape changes; a hash is only compared within one format."""

Document = dict[str, Any]


def canonical(document: Document) -> bytes:
    """JSON with sorted keys, no spaces, UTF-8: the same document always gives the same bytes."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def digest(document: Document) -> str:
    """sha256 of the canonical JSON, as 64 hex digits."""
    return hashlib.sha256(canonical(document)).hexdigest()


def of_draft(assessment: Assessment) -> Document:
    """What the agency says now. Two queries; edition and agency should be loaded."""
    links = (
        EvidenceLink.objects.filter(answer__assessment=assessment)
        .select_related("version__evidence")
        .order_by("version__evidence__title", "version_id")
    )
    evidence: dict[Any, list[Document]] = defaultdict(list)
    for link in links:
        evidence[link.answer_id].append(_linked_evidence(link))
    answers = with_partners(assessment.answers.select_related("clause"))
    agency = {
        "id": str(assessment.agency_id),
        "name": assessment.agency.name,
        "kind": assessment.agency.kind,
    }
    said = [
        _answer(row, row.clause.code, row.clause.text_sha256, evidence[row.pk]) | _partners(row)
        for row in answers
    ]
    return _content(assessment, agency, assessment, said)


def of_round(submission: Submission) -> Document:
    """What the agency said in this round, from the frozen rows: the document that was signed."""
    evidence: dict[Any, list[Document]] = defaultdict(list)
    frozen = SubmittedEvidence.objects.filter(answer__submission=submission)
    for row in frozen.order_by("title", "version_id"):
        evidence[row.answer_id].append(_frozen_evidence(row))
    agency = {
        "id": str(submission.agency_id),
        "name": submission.agency_name,
        "kind": submission.agency_kind,
    }
    said = [
        _answer(row, row.clause_code, row.clause_sha256, evidence[row.pk]) | _frozen_partners(row)
        for row in submission.answers.all()
    ]
    return _content(submission, agency, submission.assessment, said)


def of_submission(submission: Submission, content: Document | None = None) -> Document:
    """The round with its pins and its declaration: what Submission.sha256 is the hash of.

    `content` is given when the round is made; later it comes from the frozen rows.
    """
    return {
        "format": FORMAT,
        "content": of_round(submission) if content is None else content,
        "round": submission.round,
        "submitted": {"by": str(submission.by_id), "at": _instant(submission.at)},
        "signed": _declaration(submission.sign_off),
        "guidance": _pin(submission.guidance),
        "rules": _pin(submission.rules),
    }


def is_unchanged(submission: Submission) -> bool:
    """Whether the frozen rows still give the hash that was recorded, and the one signed.

    Where personal data was destroyed since, they give the last hash of the chain that begins
    with the recorded one.
    """
    document, expected = of_submission(submission), submission.sha256
    redactions = list(submission.redactions.all())
    for link in redactions:
        if link.sha256_before != expected:
            return False
        expected = link.sha256_after
    if digest(document) != expected:
        return False
    return bool(redactions) or digest(document["content"]) == submission.sign_off.content_sha256


def _content(
    covered: Assessment | Submission,
    agency: Mapping[str, str],
    assessment: Assessment,
    answers: list[Document],
) -> Document:
    return {
        "format": FORMAT,
        "assessment": str(assessment.pk),
        "agency": dict(agency),
        "edition": {"code": assessment.edition.code, "sha256": assessment.edition.sha256},
        "title": covered.title,
        "period": [_day(covered.period_from), _day(covered.period_to)],
        "answers": answers,
    }


def _answer(
    row: Answer | SubmittedAnswer, code: str, text_sha256: str, evidence: Iterable[Document]
) -> Document:
    """A reason is part of what is said only where the clause is said not to apply."""
    return {
        "clause": code,
        "clause_sha256": text_sha256,
        "level": row.level,
        "is_not_applicable": row.is_not_applicable,
        "na_reason": row.na_reason if row.is_not_applicable else "",
        "how": row.how,
        "difference": row.difference,
        "evidence": list(evidence),
    }


def _partners(row: Answer) -> Document:
    """The partner's answer that was accepted, as far as it is offered still; else nothing, so that
    what was signed before there were partners keeps its hash."""
    said = of_answer(row).answered_by
    return {} if said is None else _answered_by(said.host_name, said.number, said)


def _frozen_partners(row: SubmittedAnswer) -> Document:
    if not row.answered_by:
        return {}
    said = Said(row.offered_how, row.offered_difference)
    return _answered_by(row.answered_by, row.answered_version, said)


class Said(NamedTuple):
    """The texts of a partner."""

    how: str
    difference: str


def _answered_by(name: str, number: int | None, said: Said | Accepted) -> Document:
    texts = {"how": said.how, "difference": said.difference}
    return {"answered_by": {"agency": name, "version": number, **texts}}


def _linked_evidence(link: EvidenceLink) -> Document:
    return _shown(link.version, link.version_id, link.version.evidence, link)


def _frozen_evidence(row: SubmittedEvidence) -> Document:
    return _shown(row, row.version_id, row, row)


def _shown(
    source: EvidenceVersion | SubmittedEvidence,
    version: Any,
    said: Evidence | SubmittedEvidence,
    where: EvidenceLink | SubmittedEvidence,
) -> Document:
    """What came after the first format is in the document only where it says something: so
    what was signed before keeps its hash. `shows` is the description, under its first name."""
    later = {
        "valid_until": _day(said.valid_until),
        "place": where.place,
        "shows_there": where.shows,
    }
    return {
        "version": str(version),
        "title": said.title,
        "kind": said.kind,
        "shows": said.description,
        "period": [_day(said.period_from), _day(said.period_to)],
        "file_name": source.file_name,
        "url": source.url,
        "sha256": source.sha256,
        "scan_state": source.scan_state,
        **{name: value for name, value in later.items() if value},
    }


def _declaration(sign_off: SignOff) -> Document:
    return {
        "by": str(sign_off.by_id),
        "name": sign_off.name,
        "declaration": sign_off.declaration,
        "at": _instant(sign_off.at),
        "content_sha256": sign_off.content_sha256,
    }


def _pin(versioned: Any) -> Document:
    return {"version": versioned.version, "sha256": versioned.sha256}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
