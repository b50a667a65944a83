"""The text of a file that has passed its check, read for personal data, piece by piece.

It runs in the checking process, after the verdict. Each thing found is told at once: what the
process's limits cut short is told as far as it came, and as not wholly read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from agencies.privacy import findings
from assessments.inspection.reading import pdf, plain, sheets, slides, words
from assessments.inspection.reading.passage import GAP, Passage
from assessments.inspection.verdict import Extent, Sighting

READERS: dict[str, Callable[[Path], Iterator[Passage]]] = {
    ".pdf": pdf.passages,
    ".docx": words.passages,
    ".xlsx": sheets.passages,
    ".pptx": slides.passages,
    ".csv": plain.cells,
    ".txt": plain.lines,
}
MAX_CHARACTERS = 1_000_000
MAX_SIGHTINGS = 100


def read(path: Path, extension: str, tell: Callable[[Sighting], None]) -> Extent:
    """Calls `tell` with each thing as it is found. Pictures are not read."""
    reader = READERS.get(extension)
    return _look(reader(path), tell) if reader else Extent.NONE


def _look(passages: Iterable[Passage], tell: Callable[[Sighting], None]) -> Extent:
    characters, is_whole = 0, True
    seen: set[tuple[str, str]] = set()
    for passage in passages:
        is_whole = is_whole and passage is not GAP
        characters += len(passage.text.strip())
        if characters > MAX_CHARACTERS or len(seen) >= MAX_SIGHTINGS:
            return Extent.PART
        for words_, sighting in _sightings(passage):
            if (sighting.kind, words_) not in seen:
                seen.add((sighting.kind, words_))
                tell(sighting)
    if not characters:
        return Extent.NONE
    return Extent.WHOLE if is_whole else Extent.PART


def _sightings(passage: Passage) -> Iterator[tuple[str, Sighting]]:
    """With the words themselves, which stay in this process."""
    prefix = f"{passage.head}: " if passage.head else ""
    text = prefix + passage.text
    for found in findings(text):
        if found.start >= len(prefix):
            words_ = text[found.start : found.end].lower()
            yield words_, Sighting(found.kind.value, passage.place, found.excerpt, found.is_mild)
