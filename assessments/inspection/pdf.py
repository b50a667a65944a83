"""PDFs: readable without a password, with no script, no launch and no file inside."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pikepdf

from assessments.inspection.verdict import Refused, Verdict

MAX_STREAM_BYTES = 32 * 1024 * 1024
MAX_FILTERS = 3
MAX_NESTING = 100
MAX_WARNINGS = 1000
END, END_WITHIN = b"%%EOF", 64 * 1024
BLANK = b"\0\t\n\f\r "

ENCRYPTED = "The PDF is protected by a password. Save it without the password and upload that."
DAMAGED = "The PDF is damaged. Open it, choose Print, then Save as PDF, and upload the new file."
SCRIPT = "The PDF holds a script. Open it, choose Print, then Save as PDF, and upload the new file."
LAUNCH = (
    "The PDF starts another programme. "
    "Open it, choose Print, then Save as PDF, and upload the new file."
)
ATTACHED = (
    "The PDF has other files attached to it. "
    "Save it without attachments, and add those files one by one."
)
ACTIVE = (
    "The PDF holds an active form or media. "
    "Open it, choose Print, then Save as PDF, and upload the new file."
)
KEYS = {
    "/JavaScript": SCRIPT,
    "/JS": SCRIPT,
    "/Launch": LAUNCH,
    "/EmbeddedFile": ATTACHED,
    "/EmbeddedFiles": ATTACHED,
    "/EF": ATTACHED,
    "/XFA": ACTIVE,
    "/RichMedia": ACTIVE,
    "/RichMediaContent": ACTIVE,
}
NAMES = {
    "/JavaScript": SCRIPT,
    "/Launch": LAUNCH,
    "/EmbeddedFile": ATTACHED,
    "/RichMedia": ACTIVE,
    "/ImportData": ACTIVE,
    "/Rendition": ACTIVE,
}


def check(path: Path, named: str, cleaned: Path) -> Verdict:
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=MAX_STREAM_BYTES,
        run_length_max_memory=MAX_STREAM_BYTES,
        png_max_memory=MAX_STREAM_BYTES,
        tiff_max_memory=MAX_STREAM_BYTES,
        max_stream_filters=MAX_FILTERS,
        parser_max_nesting=MAX_NESTING,
        doc_max_warnings=MAX_WARNINGS,
    )
    try:
        with pikepdf.open(path, attempt_recovery=False) as document:
            look(document)
        check_end(path)
    except pikepdf.PasswordError as error:
        raise Refused(ENCRYPTED) from error
    except pikepdf.PdfError as error:
        raise Refused(DAMAGED) from error
    return Verdict("application/pdf", ".pdf")


def check_end(path: Path) -> None:
    """Nothing stands behind its end, and it is not an archive as well: then another programme
    would see another file."""
    with path.open("rb") as file:
        file.seek(-min(END_WITHIN, path.stat().st_size), os.SEEK_END)
        tail = file.read().rpartition(END)[2]
    if tail.strip(BLANK) or zipfile.is_zipfile(path):
        raise Refused(DAMAGED)


def look(document: pikepdf.Pdf) -> None:
    """Walk every object the file holds, whether or not a page leads to it."""
    if document.is_encrypted:
        raise Refused(ENCRYPTED)
    if len(document.pages) == 0:
        raise Refused(DAMAGED)
    for found in document.objects:
        walk(found)
    walk(document.trailer)


def walk(top: pikepdf.Object) -> None:
    waiting = [top]
    while waiting:
        current = waiting.pop()
        if isinstance(current, pikepdf.Array):
            waiting.extend(direct(iter(current)))
        elif isinstance(current, (pikepdf.Dictionary, pikepdf.Stream)):
            entries = dict(current.items())
            refuse_active(entries)
            waiting.extend(direct(iter(entries.values())))


def refuse_active(entries: dict[str, pikepdf.Object]) -> None:
    for key in entries.keys() & KEYS.keys():
        raise Refused(KEYS[key])
    for key in ("/S", "/Type", "/Subtype"):
        value = entries.get(key)
        if isinstance(value, pikepdf.Name) and str(value) in NAMES:
            raise Refused(NAMES[str(value)])


def direct(values: Iterator[pikepdf.Object]) -> Iterator[pikepdf.Object]:
    """Containers that stand inside their parent; the indirect ones are walked on their own."""
    for value in values:
        if isinstance(value, (pikepdf.Array, pikepdf.Dictionary)) and not value.is_indirect:
            yield value
