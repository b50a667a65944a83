"""The port to a virus scanner. Which one is said by the setting SCANNER, always on purpose.

A real scanner comes as a second entry in OUTCOMES that answers RECEIVED and queues the check.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from assessments.models import ScanState

OUTCOMES: dict[str, Callable[[], ScanState]] = {"none": lambda: ScanState.NOT_SCANNED}
HINT = (
    "Set SCANNER=none to run without a virus scanner: files are then labelled "
    "“Not virus-checked” on every page and in every report."
)


def state_after_upload() -> ScanState:
    """The state in which a new file stands. Raises ImproperlyConfigured rather than guess."""
    if settings.SCANNER not in OUTCOMES:
        raise ImproperlyConfigured(_complaint())
    return OUTCOMES[settings.SCANNER]()


def check_scanner(**_kwargs: Any) -> list[CheckMessage]:
    """System check: SCANNER names a scanner that exists."""
    if settings.SCANNER in OUTCOMES:
        return []
    return [Error(_complaint(), hint=HINT, id="assessments.E001")]


def _complaint() -> str:
    if not settings.SCANNER:
        return "SCANNER is not set: it is not known whether uploads are virus-checked."
    return f"SCANNER is {settings.SCANNER!r}, which is none of: {', '.join(OUTCOMES)}."
