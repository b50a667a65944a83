"""The worker's side of a full export (jobs.handlers.Handler).

`read` writes every table of the agency into an unfinished ZIP, in one snapshot of the database;
`work` adds the files and the manifest; `store` notes where it lies.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from agencies import trail
from agencies.management.commands.data_dictionary import dictionary
from agencies.models import Agency
from assessments import files
from assessments.models import OPENABLE, EvidenceVersion
from jobs.handlers import JobFailed
from jobs.models import Job
from protection import published
from protection import store as shelf
from protection.actions.exports import OVER, keep
from protection.models import Export
from protection.tables import agency_tables, rows_as_json
from reports import store as reports
from reports.models import Report

CHUNK = 256 * 1024
ABOUT = (
    "Everything this service holds of one agency, as it was at one moment. tables/: one JSON list "
    "for each table; data-dictionary.md says what the fields mean. published.json: what every "
    "edition_id, clause_id, guidance_id and rules_id in the tables points to, that is the editions "
    "in use with their standards and clauses, word for word, and the versions of guidance and "
    "readiness rules that submissions were made under. audit-trail.csv: the events in words. "
    "evidence/ and reports/: the files, below the id of their row. Left out of the tables: hashes "
    "of secrets (left_out). Not in it: passwords and sessions, which belong to people and not to "
    "an agency."
)


@dataclass
class Packing:
    """An unfinished export: the ZIP, what is said of it, and the files that go in still."""

    path: Path
    made_at: datetime
    manifest: dict[str, Any]
    wanted: list[tuple[str, Path]] = field(default_factory=list)


@dataclass(frozen=True)
class Packed:
    stored_as: str
    sha256: str
    size: int
    files: int


def read(job: Job) -> Packing:
    export = Export.objects.select_related("agency").get(pk=job.subject_id)
    if export.is_over:
        raise JobFailed(OVER)
    packing = Packing(shelf.begin(), timezone.now(), _manifest(export.agency))
    with shelf.gone_on_failure(packing.path), zipfile.ZipFile(packing.path, "w") as archive:
        for table in agency_tables():
            written, chunks = _write(archive, table.file_name, map(str.encode, rows_as_json(table)))
            rows = {"rows": chunks - 1, "left_out": list(table.left_out)}  # the last one closes
            packing.manifest["tables"][table.name] = written | rows
        texts = {
            "audit-trail.csv": _trail(export.agency),
            "data-dictionary.md": dictionary(),
            published.FILE_NAME: published.as_json(),
        }
        for name, text in texts.items():
            packing.manifest["files"][name] = _write(archive, name, [text.encode()])[0]
    packing.wanted = list(_stored_files())
    return packing


def work(packing: Packing) -> Packed:
    """Files that went since the snapshot was read are named as missing."""
    manifest = packing.manifest
    with shelf.gone_on_failure(packing.path):
        with zipfile.ZipFile(packing.path, "a") as archive:
            for name, path in packing.wanted:
                if path.is_file():
                    manifest["files"][name] = _write(archive, name, _chunks(path))[0]
                else:
                    manifest["missing"].append(name)
            text = json.dumps(manifest, indent=2, ensure_ascii=False)
            archive.writestr("manifest.json", text, zipfile.ZIP_DEFLATED)
        sha256, size = files.sha256_of(packing.path), packing.path.stat().st_size
        count = len(manifest["tables"]) + len(manifest["files"])
        return Packed(shelf.finish(packing.path), sha256, size, count)


def store(job: Job, packing: Packing, packed: Packed) -> None:
    with shelf.gone_on_failure(shelf.path_of(packed.stored_as)):
        keep(
            job,
            made_at=packing.made_at,
            stored_as=packed.stored_as,
            sha256=packed.sha256,
            size=packed.size,
            files=packed.files,
        )


def _manifest(agency: Agency) -> dict[str, Any]:
    return {
        "about": ABOUT,
        "agency": {"id": str(agency.pk), "name": agency.name, "kind": agency.kind},
        "made_at": timezone.now().isoformat(),
        "tables": {},
        "files": {},
        "missing": [],
    }


def _trail(agency: Agency) -> str:
    found = trail.events(agency.pk, trail.Filters())
    return trail.as_csv(trail.in_words(found.iterator(chunk_size=2000), trail.people_of(agency.pk)))


def _stored_files() -> Iterator[tuple[str, Path]]:
    """Name in the archive, and where the file lies. Names were made safe when they came in."""
    opened = EvidenceVersion.objects.filter(scan_state__in=OPENABLE)
    for version in opened.exclude(stored_as="").order_by("pk"):
        yield f"evidence/{version.pk}/{version.file_name}", files.path_of(version.stored_as)
    for report in Report.objects.exclude(stored_as="").order_by("pk"):
        yield f"reports/{report.pk}.pdf", reports.path_of(report.stored_as)


def _write(
    archive: zipfile.ZipFile, name: str, chunks: Iterable[bytes]
) -> tuple[dict[str, Any], int]:
    """Add one file; returns its hash and size as the manifest has them, and how many chunks."""
    digest, size, count = hashlib.sha256(), 0, 0
    entry = zipfile.ZipInfo(name, timezone.localtime().timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(entry, "w", force_zip64=True) as file:
        for chunk in chunks:
            file.write(chunk)
            digest.update(chunk)
            size, count = size + len(chunk), count + 1
    return {"sha256": digest.hexdigest(), "size": size}, count


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
