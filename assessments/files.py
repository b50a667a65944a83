"""The evidence store: a folder outside the web root, where every file has a random name.

A file is written below `incoming`, checked, flushed to disk and renamed into its place before
its row is written. So a row always has its file; a file whose row never came is removed by
`manage.py reconcile_files` after a day.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from agencies.uploads import NoRoom, most_megabytes
from assessments import inspection
from assessments.inspection.verdict import FULL, Reading, Refused

log = structlog.get_logger()

MAX_NAME = 120
CHUNK = 256 * 1024
NO_ROOM = (
    "There is no room left on the service's disk, so the file could not be stored. "
    "Nothing was saved. Try again later, or tell the people who run this service."
)
EMPTY = "The file is empty. Choose a file with something in it."
TOO_LARGE = (
    "The file is larger than {limit} MB. "
    "Make its pictures smaller, or split it into parts, and upload that."
)
_UNSAFE = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class StoredFile:
    """A file that stands in the store. size in bytes; sha256 of the bytes that were kept;
    reading: what its text holds."""

    stored_as: str
    file_name: str
    sha256: str
    size: int
    media_type: str
    reading: Reading = field(default=Reading(), compare=False)

    @property
    def facts(self) -> dict[str, Any]:
        """What its row holds."""
        names = ("stored_as", "file_name", "sha256", "size", "media_type")
        return {name: getattr(self, name) for name in names}


def root() -> Path:
    return Path(settings.FILES_ROOT) / "evidence"


def path_of(stored_as: str) -> Path:
    return root() / stored_as[:2] / stored_as


def incoming() -> Path:
    return root() / "incoming"


def keep(upload: UploadedFile[bytes]) -> StoredFile:
    """Check what was uploaded and store it. Raises Refused or NoRoom with a sentence for the
    reader: then nothing of it is left."""
    stored_as, name = uuid.uuid4().hex, clean_name(upload.name or "")
    with _workspace(stored_as) as (raw, cleaned):
        _write(upload, raw)
        verdict = inspection.inspect(raw, name, cleaned)
        kept = cleaned if verdict.is_rewritten else raw
        sha256, size = _seal(kept)
        _move(kept, path_of(stored_as))
    return StoredFile(
        stored_as=stored_as,
        file_name=with_extension(name, verdict.extension),
        sha256=sha256,
        size=size,
        media_type=verdict.media_type,
        reading=verdict.reading,
    )


@contextmanager
def held(upload: UploadedFile[bytes]) -> Iterator[Path]:
    """What was uploaded, on disk only while it is looked at. Raises Refused or NoRoom."""
    with _workspace(uuid.uuid4().hex) as (raw, _cleaned):
        _write(upload, raw)
        yield raw


def remove(names: Iterable[str]) -> None:
    for stored_as in names:
        path_of(stored_as).unlink(missing_ok=True)


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def clean_name(raw: str) -> str:
    """A name that is safe to show, to send and to save on any computer; at most 120 long."""
    base = unicodedata.normalize("NFC", re.split(r"[/\\]", raw)[-1])
    visible = "".join(
        " " if char.isspace() else char
        for char in base
        if char.isspace() or not unicodedata.category(char).startswith("C")
    )
    name = " ".join(_UNSAFE.sub("_", visible).split()).strip(". ")
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    return _shortened(name or "file")


def with_extension(name: str, extension: str) -> str:
    """The name with the extension of its content, where it had none."""
    return name if Path(name).suffix else f"{name}{extension}"


def _shortened(name: str) -> str:
    if len(name) <= MAX_NAME:
        return name
    extension = Path(name).suffix[:10]
    return name[: MAX_NAME - len(extension)].rstrip(". ") + extension


@contextmanager
def _workspace(stored_as: str) -> Iterator[tuple[Path, Path]]:
    """Two paths in `incoming`, gone at the end whatever happens; a full disk becomes NoRoom."""
    raw, cleaned = incoming() / stored_as, incoming() / f"{stored_as}.cleaned"
    try:
        incoming().mkdir(mode=0o700, parents=True, exist_ok=True)
        yield raw, cleaned
    except OSError as error:
        if error.errno not in FULL:
            raise
        log.error("evidence.store_full", errno=error.errno)
        raise NoRoom({"upload": NO_ROOM}) from error
    finally:
        raw.unlink(missing_ok=True)
        cleaned.unlink(missing_ok=True)


def _write(upload: UploadedFile[bytes], path: Path) -> None:
    """Counted while it is written: what the browser says about its size is not asked."""
    size = 0
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in upload.chunks(CHUNK):
            size += len(chunk)
            if size > settings.UPLOAD_MAX_BYTES:
                raise Refused(TOO_LARGE.format(limit=most_megabytes()))
            file.write(chunk)
    if size == 0:
        raise Refused(EMPTY)


def _seal(path: Path) -> tuple[str, int]:
    """Flush the bytes to disk; returns their sha256 and size."""
    path.chmod(0o400)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return sha256_of(path), path.stat().st_size


def _move(path: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.rename(target)
    for folder in (target.parent, target.parent.parent):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
