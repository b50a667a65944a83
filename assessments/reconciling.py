"""Whether rows and files of the evidence store agree.

A row without its file, or with other bytes, is an alert. A file without a row is what a killed
upload or a rolled-back request left: it is removed after a day.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from agencies.tenancy import acting_for, agency_ids
from assessments import files
from assessments.actions.scanning import resume_given_up
from assessments.actions.storing import recount
from assessments.models import EvidenceVersion

log = structlog.get_logger()

GRACE_SECONDS = 24 * 60 * 60


@dataclass
class Findings:
    """missing, changed: ids of EvidenceVersion rows; removed: names of files."""

    checked: int = 0
    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not self.missing and not self.changed


def reconcile(*, is_hashing: bool = False) -> Findings:
    """Compare all agencies' rows with the store, as the worker. is_hashing: read every file."""
    old_files = dict(_files_older_than(time.time() - GRACE_SECONDS))
    findings, known = Findings(), set()
    for agency_id in agency_ids():
        for pk, stored_as, sha256 in _rows_of(agency_id):
            known.add(stored_as)
            _compare(findings, pk, files.path_of(stored_as), sha256 if is_hashing else "")
        with acting_for(agency_id, realm="worker"):
            recount(agency_id)
            resume_given_up()
    for name in sorted(old_files.keys() - known):
        old_files[name].unlink(missing_ok=True)
        findings.removed.append(name)
    log.info("evidence.reconciled", checked=findings.checked, removed=len(findings.removed))
    return findings


def _compare(findings: Findings, pk: str, path: Path, sha256: str) -> None:
    findings.checked += 1
    if not path.is_file():
        log.error("evidence.file_missing", version=pk)
        findings.missing.append(pk)
    elif sha256 and files.sha256_of(path) != sha256:
        log.error("evidence.file_changed", version=pk)
        findings.changed.append(pk)


def _rows_of(agency_id: uuid.UUID) -> list[tuple[str, str, str]]:
    with acting_for(agency_id, realm="worker"):
        rows = EvidenceVersion.objects.exclude(stored_as="")
        return [
            (str(pk), stored_as, sha256)
            for pk, stored_as, sha256 in rows.values_list("pk", "stored_as", "sha256")
        ]


def _files_older_than(moment: float) -> Iterator[tuple[str, Path]]:
    """Listed before the rows are read, so that a file just stored is never taken for an orphan."""
    for path in files.root().glob("*/*"):
        if path.is_file() and path.stat().st_mtime < moment:
            yield path.name, path
