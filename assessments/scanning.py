"""The port to a virus scanner. Which one is said by the setting SCANNER, always on purpose.

A scanner judges files in a worker (virus_check.py). Until then a file stands as received, and
nobody can open it; so it does for as long as the scanner cannot judge it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import ImproperlyConfigured

from assessments import clamd
from assessments.models import ScanState

log = structlog.get_logger()

HINT = (
    "Set SCANNER=clamd and CLAMD_ADDRESS; or SCANNER=none to run without a virus scanner: files "
    "are then labelled “Not virus-checked” on every page and in every report."
)
LONGEST_SECONDS = 240
"""A job is stopped after five minutes."""


@dataclass(frozen=True)
class Judgement:
    """state: RECEIVED where the scanner could not judge. found: the name of what is refused."""

    state: ScanState
    found: str = ""


def _by_nobody(path: Path) -> Judgement:
    """Also for files that were waiting when the scanner was taken away on purpose."""
    return Judgement(ScanState.NOT_SCANNED)


def _by_clamd(path: Path) -> Judgement:
    try:
        found = clamd.scan(path, settings.CLAMD_ADDRESS, seconds=settings.CLAMD_SECONDS)
    except clamd.NoVerdict as reason:
        log.warning("evidence.scan_without_verdict", file=path.name, why=str(reason))
        return Judgement(ScanState.RECEIVED)
    return Judgement(ScanState.REFUSED, found) if found else Judgement(ScanState.CLEAN)


SCANNERS: dict[str, Callable[[Path], Judgement]] = {"none": _by_nobody, "clamd": _by_clamd}


def state_after_upload() -> ScanState:
    """The state in which a new file stands. Raises ImproperlyConfigured rather than guess."""
    _scanner()
    return ScanState.NOT_SCANNED if settings.SCANNER == "none" else ScanState.RECEIVED


def judge(path: Path) -> Judgement:
    """What the scanner says of the file. FileNotFoundError: it is not there."""
    return _scanner()(path)


def check_scanner(**_kwargs: Any) -> list[CheckMessage]:
    """System check: SCANNER names a scanner that exists, and can be spoken to."""
    if settings.SCANNER not in SCANNERS:
        return [Error(_complaint(), hint=HINT, id="assessments.E001")]
    if settings.SCANNER != "clamd":
        return []
    try:
        clamd.parsed(settings.CLAMD_ADDRESS)
    except clamd.BadAddress as problem:
        return [Error(f"CLAMD_ADDRESS: {problem}.", id="assessments.E002")]
    if not 1 <= settings.CLAMD_SECONDS <= LONGEST_SECONDS:
        return [Error(f"CLAMD_SECONDS must be 1 to {LONGEST_SECONDS}.", id="assessments.E003")]
    return []


def check_answer(**_kwargs: Any) -> list[CheckMessage]:
    """System check of `check --deploy` alone, which asks over the network."""
    if settings.SCANNER != "clamd" or check_scanner() or clamd.is_alive(settings.CLAMD_ADDRESS):
        return []
    silent = "clamd does not answer: new files wait for their virus check until it does."
    return [Warning(silent, hint="Look at CLAMD_ADDRESS.", id="assessments.W001")]


def _scanner() -> Callable[[Path], Judgement]:
    if settings.SCANNER not in SCANNERS:
        raise ImproperlyConfigured(_complaint())
    return SCANNERS[settings.SCANNER]


def _complaint() -> str:
    if not settings.SCANNER:
        return "SCANNER is not set: it is not known whether uploads are virus-checked."
    return f"SCANNER is {settings.SCANNER!r}, which is none of: {', '.join(SCANNERS)}."
