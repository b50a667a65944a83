"""Presentations, by slide, in the order they are shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assessments.inspection.parts import Parts, opened, paragraphs
from assessments.inspection.reading.passage import Passage, gaps

SHOW = "ppt/presentation.xml"


def passages(path: Path) -> Iterator[Passage]:
    with opened(path) as parts:
        for number, name in enumerate(_in_order(parts), start=1):
            for text in paragraphs(parts.events(name)):
                yield Passage(f"slide {number}", text)
        for folder, place in (("ppt/notesSlides", "speaker notes"), ("ppt/comments", "a comment")):
            for name in parts.names(folder):
                for text in paragraphs(parts.events(name)):
                    yield Passage(place, text)
        yield from gaps(parts)


def _in_order(parts: Parts) -> list[str]:
    """First the slides that are shown, then any that the show does not name."""
    targets = parts.targets(SHOW)
    shown = [
        targets.get(said.get("id", ""), "")
        for kind, tag, said in parts.events(SHOW)
        if kind == "start" and tag == "sldId"
    ]
    named = [name for name in dict.fromkeys(shown) if name in parts.members]
    return [*named, *(name for name in parts.names("ppt/slides") if name not in named)]
