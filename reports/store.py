"""Where finished files lie: outside the web root, under random names, whole or not at all."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings


def root() -> Path:
    return Path(settings.FILES_ROOT) / "reports"


def keep(content: bytes) -> str:
    """Write it to disk for good and return its name in the store."""
    folder, name = root(), f"{uuid.uuid4().hex}.pdf"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = folder / f".{name}"
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(folder / name)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return name


def remove(names: Iterable[str]) -> None:
    for name in names:
        path_of(name).unlink(missing_ok=True)


def path_of(stored_as: str) -> Path:
    return root() / stored_as
