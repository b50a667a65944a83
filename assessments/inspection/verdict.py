"""The answer of a check: a Verdict, or Refused with a sentence that says what to do."""

from __future__ import annotations

from dataclasses import dataclass


class Refused(Exception):
    """The file may not be kept. The message is one or two plain sentences for the reader."""


@dataclass(frozen=True)
class Verdict:
    """media_type: by content; extension: with its dot; is_rewritten: cleaned bytes exist."""

    media_type: str
    extension: str
    is_rewritten: bool = False
