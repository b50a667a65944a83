"""Evidence itself: adding, replacing, deleting and handing it out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import Max, ProtectedError

from agencies import audit
from agencies.models import Membership
from agencies.permissions import Permission, require
from agencies.workflow import NotAllowed, lock
from assessments import files, scanning
from assessments.actions.attaching import adopt, attach_evidence, links_of, lock_with_assessments
from assessments.actions.describing import Details, checked
from assessments.actions.guarding import declare, keep_reading
from assessments.actions.keeping import DISPOSED, require_kept
from assessments.actions.placing import Where
from assessments.actions.scanning import ask_for_scan
from assessments.actions.storing import store
from assessments.inspection.verdict import Refused
from assessments.models import (
    Answer,
    Evidence,
    EvidenceVersion,
    ScanState,
    Storage,
    SubmittedEvidence,
)
from assessments.standing import restand
from assessments.workflow import require_open, why_locked

log = structlog.get_logger()

MAX_URL = 500
IN_USE = "This evidence supports a clause, so it cannot be deleted. Detach it from all clauses."
WAS_SUBMITTED = (
    "This evidence was part of a submission, so it is kept. "
    "You can detach it from a self-assessment that is still open."
)
NOT_READY = "This file is waiting for its virus check. Try again later."
INFECTED = "This file was refused by the virus check, so it cannot be opened."
REMOVED = "This file was destroyed because it held personal data."
HELD = "Somebody asked to keep this evidence longer, so it cannot be deleted while that holds."
ON_RECORD = "Somebody asked for its removal or disposal, so the record of this evidence is kept."
GONE = "This file is missing from the store. Tell the people who run this service."
NOT_VIEWABLE = "A browser cannot show a file of this type here. Download it instead."
LINK = "This evidence is a link to a website, so there is no file to download."
_is_url = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True)
class Source:
    """The thing itself: a file or a link, one of them.

    is_anonymised: the person declares that nobody can be recognised in the file.
    """

    upload: UploadedFile[bytes] | None = None
    url: str = ""
    is_anonymised: bool = False


@transaction.atomic
def add_evidence(
    details: Details,
    *,
    source: Source,
    answer: Answer | None = None,
    where: Where | None = None,
    by: Membership,
) -> Evidence:
    """Store new evidence, and attach it to `answer` if given: look `where`."""
    require(by, Permission.MANAGE_EVIDENCE)
    if answer is not None:
        require_open(answer.assessment)
    details = checked(details, by=by)
    content = _content(source, by)
    evidence = Evidence.objects.create(agency=by.agency, created_by=by, **details.fields())
    version = _add_version(evidence, content, by, is_anonymised=source.is_anonymised)
    if answer is not None:
        attach_evidence(answer, evidence=[evidence.pk], where=where, by=by)
    audit.record("evidence.add", evidence, version=version.pk, kind=evidence.kind)
    return evidence


@transaction.atomic
def add_version(evidence: Evidence, *, source: Source, by: Membership) -> EvidenceVersion:
    """A newer file or link. Self-assessments that are open then mean this version, once it may be
    opened; those that are signed off, submitted or archived keep the one they had. Older versions
    stay readable."""
    require(by, Permission.MANAGE_EVIDENCE)
    content = _content(source, by)
    locked, assessments = lock_with_assessments(evidence)
    require_kept(locked)
    version = _add_version(locked, content, by, is_anonymised=source.is_anonymised)
    moved = adopt(version, assessments)
    for assessment in assessments:
        if not why_locked(assessment):
            restand(assessment)
    audit.record(
        "evidence.version", locked, version=version.pk, number=version.number, moved_links=moved
    )
    return version


@transaction.atomic
def delete_evidence(evidence: Evidence, *, by: Membership) -> Evidence:
    """Remove it and its files for good, while no answer and no submission refers to it."""
    require(by, Permission.MANAGE_EVIDENCE)
    Storage.objects.hold(by.agency_id)
    locked = lock(Evidence.objects.select_for_update(), evidence.pk)
    if links_of(locked).exists():
        raise NotAllowed(IN_USE)
    if SubmittedEvidence.objects.filter(version__evidence=locked).exists():
        raise NotAllowed(WAS_SUBMITTED)
    if locked.holds.in_force().exists():
        raise NotAllowed(HELD)
    sizes = dict(locked.versions.exclude(stored_as="").values_list("stored_as", "size"))
    versions = locked.versions.count()
    try:
        locked.versions.all().delete()
        Evidence.objects.filter(pk=locked.pk).delete()
    except ProtectedError as error:
        raise NotAllowed(ON_RECORD) from error
    Storage.objects.give_back(by.agency_id, sum(sizes.values()))
    transaction.on_commit(partial(files.remove, list(sizes)))
    audit.record("evidence.delete", locked, versions=versions)
    return locked


def download(version: EvidenceVersion, *, by: Membership) -> Path:
    """The path of the version's file, for a person who may have it; writes the event."""
    return _handed_out(version, "evidence.download", by)


def view(version: EvidenceVersion, *, by: Membership) -> Path:
    """As download, for a file that a browser may show: another event."""
    if version.is_file and version.may_be_opened and not version.may_be_viewed:
        raise NotAllowed(NOT_VIEWABLE)
    return _handed_out(version, "evidence.view", by)


@transaction.atomic
def _handed_out(version: EvidenceVersion, event: str, by: Membership) -> Path:
    require(by, Permission.DOWNLOAD_EVIDENCE)
    if version.is_removed:
        raise NotAllowed(REMOVED if version.redacted_at else DISPOSED)
    if not version.is_file:
        raise NotAllowed(LINK)
    if not version.may_be_opened:
        raise NotAllowed(INFECTED if version.is_refused else NOT_READY)
    path = files.path_of(version.stored_as)
    if not path.is_file():
        log.error("evidence.file_missing", version=str(version.pk))
        raise NotAllowed(GONE)
    audit.record(event, version, evidence=version.evidence_id)
    return path


def _add_version(
    evidence: Evidence, content: files.StoredFile | str, by: Membership, *, is_anonymised: bool
) -> EvidenceVersion:
    highest = evidence.versions.aggregate(highest=Max("number"))["highest"] or 0
    if isinstance(content, files.StoredFile):
        state, facts = scanning.state_after_upload(), content.facts
    else:
        state, facts = ScanState.NOT_SCANNED, {"url": content}
    version = EvidenceVersion.objects.create(
        agency_id=evidence.agency_id,
        evidence=evidence,
        number=highest + 1,
        scan_state=state,
        by=by,
        **facts,
    )
    if isinstance(content, files.StoredFile):
        keep_reading(version, content.reading)
        if version.is_waiting:
            ask_for_scan(version, by=by)
        if is_anonymised:
            declare(version, by=by)
    return version


def _content(source: Source, by: Membership) -> files.StoredFile | str:
    """The stored file or the checked address. Raises ValidationError with the field's name."""
    if source.upload is not None and source.url:
        raise ValidationError({"source": "Give either a file or a link, not both"})
    if source.upload is None:
        return _checked_url(source.url)
    try:
        return store(source.upload, by.agency)
    except Refused as refusal:
        raise ValidationError({"upload": str(refusal)}) from refusal


def _checked_url(url: str) -> str:
    url = url.strip()
    if not url:
        raise ValidationError({"source": "Choose a file or enter a link"})
    if len(url) > MAX_URL:
        raise ValidationError({"url": f"The link must be {MAX_URL} characters or fewer"})
    try:
        _is_url(url)
    except ValidationError as error:
        example = (
            "Enter a link that starts with https://, for example https://www.example.org/policy"
        )
        raise ValidationError({"url": example}) from error
    parts = urlsplit(url)
    if parts.username is not None or parts.password is not None:
        raise ValidationError({"url": "Take the user name and password out of the link"})
    return url
