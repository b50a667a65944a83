"""How requests, exports and the reach of a removal are put into words, for pages and API."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse

from agencies.models import Membership
from agencies.permissions import Permission, can
from assessments.models import (
    Answer,
    AnswerRevision,
    Comment,
    Evidence,
    EvidenceLink,
    EvidenceVersion,
    Improvement,
    OfferedAnswer,
    SubmittedAnswer,
    SubmittedEvidence,
)
from assessments.presenting import Mark, clause_url
from jobs.workflow import Status as JobStatus
from protection.models import (
    ANSWER_PARTS,
    EVIDENCE_PARTS,
    Disposal,
    Export,
    Part,
    Redaction,
)
from protection.places import BYTES, Extent, has_text, holds_offered, parts_beside
from protection.workflow import Status

COLOURS = {
    Status.REQUESTED: "yellow",
    Status.CONFIRMED: "green",
    Status.REFUSED: "grey",
    Status.WITHDRAWN: "grey",
}


@dataclass(frozen=True)
class Subject:
    """What a request is about, and where it stands."""

    text: str
    href: str


def subject(redaction: Redaction) -> Subject:
    """`redaction` comes from Redaction.objects.for_page()."""
    if answer := redaction.answer:
        text = f"Clause {answer.clause.code} of {answer.assessment.title}"
        return Subject(text, clause_url(answer.assessment_id, answer.clause.code))
    version = redaction.version
    href = reverse("assessments:evidence_detail", args=[version.evidence_id])
    return Subject(f"Evidence: {version.evidence.title}, version {version.number}", href)


def mark(redaction: Redaction) -> Mark:
    return Mark(redaction.get_status_display(), COLOURS[Status(redaction.status)])


def may_decide(redaction: Redaction, by: Membership) -> bool:
    """Another person than who asked, while it waits."""
    is_other = redaction.requested_by_id != by.pk
    return redaction.is_waiting and is_other and can(by, Permission.REDACT_CONFIRM)


def mark_of_disposal(disposal: Disposal) -> Mark:
    label = "Disposed of" if disposal.is_confirmed else disposal.get_status_display()
    return Mark(label, COLOURS[Status(disposal.status)])


def may_decide_disposal(disposal: Disposal, by: Membership) -> bool:
    """Another person than who proposed it, while it waits."""
    is_other = disposal.requested_by_id != by.pk
    return disposal.is_waiting and is_other and can(by, Permission.DISPOSE_CONFIRM)


def parts_of_answer(answer: Answer) -> list[Part]:
    """Those of the answer that hold text anywhere."""
    found = has_text(answer)
    if len(found) > 1:
        found.add(Part.TEXTS)
    found |= parts_beside(answer)
    if holds_offered(answer):
        found.add(Part.OFFERED)
    return [part for part in ANSWER_PARTS if part in found]


def parts_of_evidence(version: EvidenceVersion) -> list[Part]:
    return [Part.DETAILS] if version.is_removed else list(EVIDENCE_PARTS)


def reach_lines(reach: Extent) -> list[str]:
    """What would be destroyed, place by place, in numbers."""
    files = sum(place.field == BYTES for place in reach.places)
    counted = [
        (reach.count(Answer), "answer as it stands now", "answers as they stand now"),
        (reach.count(AnswerRevision), "earlier version of it", "earlier versions of it"),
        (reach.count(Improvement), "planned action", "planned actions"),
        (reach.count(Comment), "comment", "comments"),
        (reach.count(OfferedAnswer), "copy offered to a partner", "copies offered to partners"),
        (files, "stored file", "stored files"),
        (reach.count(Evidence, EvidenceVersion), "entry in the list of evidence",
         "entries in the list of evidence"),
        (reach.count(EvidenceLink), "clause that says where to look in it",
         "clauses that say where to look in it"),
        (reach.count(SubmittedAnswer, SubmittedEvidence), "place in what was submitted",
         "places in what was submitted"),
        (reach.reports.filter(destroyed_at=None).count(), "report", "reports"),
        (Export.objects.in_force().count(), "export of everything", "exports of everything"),
    ]  # fmt: skip
    return [f"{count} {one if count == 1 else many}" for count, one, many in counted if count]


def progress(export: Export) -> Mark:
    """How far an export is."""
    if export.is_over:
        return Mark("No longer there", "grey")
    return {
        JobStatus.DONE: Mark("Ready", "green"),
        JobStatus.FAILED: Mark("Failed", "red"),
        JobStatus.RUNNING: Mark("Being made", "blue"),
    }.get(JobStatus(export.job.status), Mark("Waiting", "yellow"))


def is_moving(export: Export) -> bool:
    return export.job.is_open and not export.is_over


def file_name(export: Export) -> str:
    return f"everything-{export.made_at:%Y-%m-%d}.zip"


def rows(redactions: Iterable[Redaction]) -> list[tuple[Redaction, Subject, Mark]]:
    return [(redaction, subject(redaction), mark(redaction)) for redaction in redactions]
