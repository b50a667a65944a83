"""Where exports lie: outside the web root, under random names, whole or not at all."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

UNFINISHED = "."
"""Begins the name of what is being written: backups leave it out."""
ORPHAN_SECONDS = 24 * 60 * 60


def root() -> Path:
    return Path(settings.FILES_ROOT) / "exports"


def path_of(stored_as: str) -> Path:
    return root() / stored_as


def begin() -> Path:
    """A new, empty, unfinished file that nobody else can read."""
    root().mkdir(mode=0o700, parents=True, exist_ok=True)
    path = root() / f"{UNFINISHED}{uuid.uuid4().hex}.zip"
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    return path


def finish(unfinished: Path) -> str:
    """Flush it to disk for good and return its name in the store."""
    name = unfinished.name.removeprefix(UNFINISHED)
    _flush(unfinished, os.O_RDONLY)
    unfinished.rename(root() / name)
    _flush(root(), os.O_RDONLY | os.O_DIRECTORY)
    return name


def remove(names: Iterable[str]) -> None:
    for name in names:
        path_of(name).unlink(missing_ok=True)


def old_files(folder: Path) -> Iterator[Path]:
    """Files that were last written more than a day ago; some of them may have no row."""
    moment = time.time() - ORPHAN_SECONDS
    if folder.is_dir():
        yield from (p for p in folder.iterdir() if p.is_file() and p.stat().st_mtime < moment)


@contextmanager
def gone_on_failure(path: Path) -> Iterator[None]:
    """What was begun does not stay behind when it cannot be finished."""
    is_whole = False
    try:
        yield
        is_whole = True
    finally:
        if not is_whole:
            path.unlink(missing_ok=True)


def _flush(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
