"""A file that the check is asked about, with the verdict it must give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """make() → bytes; name: as uploaded; says: words the refusal must hold, "" for accepted."""

    label: str
    name: str
    make: Callable[[], bytes]
    says: str = ""
    media_type: str = ""


def good(label: str, name: str, media_type: str, make: Callable[[], bytes]) -> Sample:
    return Sample(label, name, make, media_type=media_type)


def bad(label: str, name: str, says: str, make: Callable[[], bytes]) -> Sample:
    return Sample(label, name, make, says=says)
