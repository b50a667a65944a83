"""PDFs, by page. A page that shows a picture and has no text is most likely a scan."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf

from assessments.inspection.reading.passage import GAP, Passage


def passages(path: Path) -> Iterator[Passage]:
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    for number, page in enumerate(pypdf.PdfReader(path).pages, start=1):
        text = page.extract_text()
        yield Passage(f"page {number}", text)
        if not text.strip() and _shows_picture(page):
            yield GAP


def _shows_picture(page: Any) -> bool:
    resources = page.get("/Resources", {}).get_object()
    drawn = resources.get("/XObject", {}).get_object() if "/XObject" in resources else {}
    return any(thing.get_object().get("/Subtype") == "/Image" for thing in drawn.values())
