"""How what the personal-data guard found is put into words, for pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from assessments.guarding import Suspect, Word, is_undeclared, of_details, of_version
from assessments.models import Answer, Evidence, EvidenceVersion
from assessments.presenting import clause_url

PROOF = (
    "We look for numbers, dates, addresses and names by their shape. We miss some, so a clean "
    "check is no proof. You know the people: read it yourself."
)


@dataclass(frozen=True)
class SuspectRow:
    """A text or a file with what was found in it. href: where it can be mended."""

    title: str
    href: str
    clear_url: str
    suspect: Suspect


@dataclass(frozen=True)
class FileRow:
    """What is known of one file, for the page of its evidence. declared: who gave their word."""

    version: EvidenceVersion
    row: SuspectRow
    reading: str
    declared: Word | None
    is_undeclared: bool


def suspect_rows(suspects: Iterable[Suspect]) -> list[SuspectRow]:
    return [suspect_row(suspect) for suspect in suspects]


def suspect_row(suspect: Suspect) -> SuspectRow:
    of = suspect.of
    if isinstance(of, Answer):
        title, href = f"Clause {of.clause.code}", clause_url(of.assessment_id, of.clause.code)
        clear = "assessments:clear_answer"
    elif isinstance(of, Evidence):
        title, href = f"About the evidence {of.title}", _evidence_url(of.pk)
        clear = "assessments:clear_evidence"
    else:
        title, href = f"File {of.file_name}", _evidence_url(of.evidence_id)
        clear = "assessments:clear_version"
    return SuspectRow(title, href, reverse(clear, args=[of.pk]), suspect)


def file_rows(versions: Iterable[Any]) -> list[FileRow]:
    """`versions` come through with_guard()."""
    return [
        FileRow(
            version=version,
            row=suspect_row(of_version(version)),
            reading=READINGS.get(version.extent, UNREAD),
            declared=Word.from_row(version.declared) if version.declared else None,
            is_undeclared=is_undeclared(version),
        )
        for version in versions
    ]


def details_row(evidence: Evidence, versions: Iterable[Any]) -> SuspectRow:
    """What is said about it. `versions` come through with_guard()."""
    cleared: list[dict[str, str]] = next((version.details_cleared for version in versions), [])
    return suspect_row(of_details(evidence, cleared))


READINGS = {
    "whole": "We read the text in this file.",
    "part": "We could read only part of the text in this file.",
    "none": "We could not read any text in this file, for example because it is a scan "
    "or a picture.",
}
UNREAD = "We have not read this file: it was added before files were read."


def _evidence_url(pk: Any) -> str:
    return reverse("assessments:evidence_detail", args=[pk])
