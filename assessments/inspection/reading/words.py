"""Word documents, by paragraph."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from assessments.inspection.parts import opened, paragraphs
from assessments.inspection.reading.passage import Passage, gaps

BESIDE = {
    "header": "a header",
    "footer": "a footer",
    "footnotes": "a footnote",
    "endnotes": "an endnote",
    "comments": "a comment",
}


def passages(path: Path) -> Iterator[Passage]:
    with opened(path) as parts:
        body = paragraphs(parts.events("word/document.xml"))
        for number, text in enumerate(body, start=1):
            yield Passage(f"paragraph {number}", text)
        for stem, place in BESIDE.items():
            for name in parts.names("word", stem):
                for text in paragraphs(parts.events(name)):
                    yield Passage(place, text)
        yield from gaps(parts)
