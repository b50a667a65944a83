"""A backup is a folder: `database.dump`, `files/` and, written last, `manifest.json`.

The manifest says what must be in it. Nothing of a folder that does not fit its manifest is used.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dev.facts import Facts
from dev.places import NotReady

FORMAT = 1
SERVICE = "early-permanence-self-assessment"
MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files"
CHUNK = 1024 * 1024

Sealed = dict[str, Any]  # {"sha256": …, "size": …} of one file


@dataclass(frozen=True)
class Manifest:
    """made_at: UTC; sealed: every file of the backup by its path in it; sha256: its own."""

    made_at: str
    facts: Facts
    sealed: dict[str, Sealed]
    sha256: str = ""

    @property
    def stored(self) -> dict[str, Sealed]:
        """The files of the stores, by their path below FILES_ROOT."""
        start = f"{FILES}/"
        return {
            path.removeprefix(start): seal
            for path, seal in self.sealed.items()
            if path.startswith(start)
        }

    def missing_files(self) -> list[str]:
        """What rows name and no file here is, by name and hash."""
        here = {Path(path).name: seal["sha256"] for path, seal in self.stored.items()}
        return sorted(
            name for name, sha256 in self.facts.named_files.items() if here.get(name) != sha256
        )


def copy(source: Path, target: Path) -> Sealed:
    """Copy one file for good, mode and all; hash and size of the bytes that were written."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    mode = source.stat().st_mode & 0o777
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    with source.open("rb") as read, os.fdopen(os.open(target, flags, mode), "wb") as written:
        while chunk := read.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            written.write(chunk)
        written.flush()
        os.fsync(written.fileno())
    return {"sha256": digest.hexdigest(), "size": size}


def seal(path: Path) -> Sealed:
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return {"sha256": sha256, "size": path.stat().st_size}


def write(folder: Path, manifest: Manifest) -> str:
    """Write it; its sha256, which somebody may keep elsewhere."""
    content = {
        "format": FORMAT,
        "service": SERVICE,
        "made_at": manifest.made_at,
        "facts": manifest.facts.as_json(),
        "sealed": manifest.sealed,
    }
    path = folder / MANIFEST
    path.write_text(json.dumps(content, indent=1, sort_keys=True) + "\n")
    return str(seal(path)["sha256"])


def read(folder: Path) -> Manifest:
    """The manifest of a whole backup. Every byte of the folder is compared first."""
    manifest = _parsed(folder)
    if DUMP not in manifest.sealed:
        raise NotReady(f"{folder} is no backup of this service: it has no {DUMP}.")
    for path, expected in manifest.sealed.items():
        _compare(folder, path, expected)
    if missing := manifest.missing_files():
        raise NotReady(f"The backup lacks files that its rows name: {', '.join(missing[:5])}.")
    return manifest


def _parsed(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_bytes())
    except OSError as problem:
        raise NotReady(f"{folder} is no whole backup: {MANIFEST} cannot be read.") from problem
    except ValueError as problem:
        raise NotReady(f"{path} is damaged: it is no JSON.") from problem
    if not isinstance(content, dict) or content.get("service") != SERVICE:
        raise NotReady(f"{folder} is a backup of something else.")
    if content.get("format") != FORMAT:
        raise NotReady(
            f"{folder} was made by another version of the service; restore it with that."
        )
    try:
        sealed = {
            name: {"sha256": str(s["sha256"]), "size": int(s["size"])}
            for name, s in content["sealed"].items()
        }
        facts = Facts(**content["facts"])
    except (AttributeError, KeyError, TypeError, ValueError) as problem:
        raise NotReady(f"{path} is damaged: it is not as it was written.") from problem
    return Manifest(str(content.get("made_at")), facts, sealed, seal(path)["sha256"])


def _compare(folder: Path, path: str, expected: Sealed) -> None:
    found = folder / path
    if ".." in found.parts or not found.resolve().is_relative_to(folder.resolve()):
        raise NotReady(f"{folder} is no backup of this service: it names {path}.")
    if not found.is_file():
        raise NotReady(f"The backup is not whole: {path} is missing.")
    if found.stat().st_size != expected["size"]:
        size = found.stat().st_size
        raise NotReady(f"The backup is damaged: {path} has {size} of {expected['size']} bytes.")
    if seal(found) != expected:
        raise NotReady(f"The backup is damaged: {path} is not what was written.")
