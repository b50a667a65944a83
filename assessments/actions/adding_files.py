"""Several files at once: a piece of evidence for each, by the action that adds one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from agencies.models import Membership
from agencies.permissions import Permission, require
from assessments import files
from assessments.actions.describing import MAX_TITLE, Details
from assessments.actions.evidence import Source, add_evidence
from assessments.models import Answer, Evidence

MOST_FILES = 20
NONE = "Choose at least one file"
TOO_MANY = f"Choose up to {MOST_FILES} files at once"


@dataclass(frozen=True)
class Outcome:
    """What became of one file: `evidence`, or a refusal in words. status_code: of that alone."""

    name: str
    evidence: Evidence | None = None
    refusal: str = ""
    status_code: int = 200


@transaction.atomic
def add_files(
    details: Details,
    *,
    uploads: Sequence[UploadedFile[bytes]],
    is_anonymised: bool,
    answer: Answer | None = None,
    by: Membership,
) -> list[Outcome]:
    """Add each file under its own name, with the same details. One that is refused leaves the
    others; what is wrong with the details stops all of them before anything is stored."""
    require(by, Permission.MANAGE_EVIDENCE)
    if not uploads:
        raise ValidationError({"files": NONE})
    if len(uploads) > MOST_FILES:
        raise ValidationError({"files": TOO_MANY})
    return [
        _added(
            replace(details, title=title_of(upload.name or "")),
            source=Source(upload=upload, is_anonymised=is_anonymised),
            answer=answer,
            by=by,
        )
        for upload in uploads
    ]


def title_of(name: str) -> str:
    """The name of a file as people would write it: "Early_permanence-policy.pdf"."""
    stem = Path(files.clean_name(name)).stem
    return " ".join(stem.replace("_", " ").split())[:MAX_TITLE] or "File"


def _added(details: Details, *, source: Source, answer: Answer | None, by: Membership) -> Outcome:
    name = files.clean_name((source.upload and source.upload.name) or "")
    try:
        return Outcome(name, add_evidence(details, source=source, answer=answer, by=by))
    except ValidationError as error:
        told = getattr(error, "error_dict", {})
        if "upload" not in told:
            raise
        refusal = " ".join(ValidationError(told["upload"]).messages)
        return Outcome(name, refusal=refusal, status_code=getattr(error, "status_code", 422))
