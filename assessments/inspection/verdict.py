"""The answer of a check: a Verdict, or Refused with a sentence that says what to do."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from enum import StrEnum

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""Errors of a disk without room: they say nothing about the file."""


class Refused(Exception):
    """The file may not be kept. The message is one or two plain sentences for the reader."""


class Extent(StrEnum):
    """How much of a file's text was read for personal data."""

    WHOLE = "whole"
    PART = "part"
    NONE = "none"


@dataclass(frozen=True)
class Sighting:
    """Something in a file that looks like personal data. kind: a value of agencies.privacy.Kind;
    place: in words, such as "page 3"; excerpt: masked."""

    kind: str
    place: str
    excerpt: str
    is_mild: bool = False


@dataclass(frozen=True)
class Reading:
    """What was found in the text of a file, each thing once, where it first stands."""

    extent: Extent = Extent.NONE
    sightings: tuple[Sighting, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """media_type: by content; extension: with its dot; is_rewritten: cleaned bytes exist."""

    media_type: str
    extension: str
    is_rewritten: bool = False
    reading: Reading = Reading()
