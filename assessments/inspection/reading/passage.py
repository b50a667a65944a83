"""A piece of a file's text and where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from assessments.inspection.parts import Parts


@dataclass(frozen=True)
class Passage:
    """place: in words, such as "page 3". head: what the column above is called."""

    place: str
    text: str
    head: str = ""


GAP = Passage("", "")
"""Stands where something could not be read: a picture of a page, a document inside another."""


def gaps(parts: Parts) -> Iterator[Passage]:
    """One where documents stand inside the document."""
    if any("/embeddings/" in name for name in parts.members):
        yield GAP
