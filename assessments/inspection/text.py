"""Plain text and CSV: text all through, no web page, no formula that starts a programme."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from assessments.inspection.verdict import Refused, Verdict

TYPES = frozenset({"application/csv", "application/x-csv"})
WEB_TYPES = frozenset({"text/html", "text/xml"})
SCRIPTS = frozenset(
    {
        "text/rtf",
        "text/javascript",
        "text/vbscript",
        "text/x-shellscript",
        "text/x-msdos-batch",
        "text/x-php",
        "text/x-perl",
        "text/x-script.python",
    }
)
WEB_PAGE = re.compile(
    r"\A\s*<[!?a-z]|<(?:script|html|body|svg|iframe|object|embed)\b|<\?php", re.IGNORECASE
)
COMMAND = re.compile(r"(?:\A|[\n\r,;\t\"'])\s*[=+@-][^\n,;]{0,80}\|\s*'", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
WEB = "The file holds a web page. Save the page as a PDF and upload that."
NOT_TEXT = "The file is not plain text. Save it as a CSV or text file in UTF-8 and upload that."


def check(path: Path, named: str, cleaned: Path) -> Verdict:
    content = decode(path.read_bytes())
    if CONTROL.search(content):
        raise Refused(NOT_TEXT)
    if WEB_PAGE.search(content):
        raise Refused(WEB)
    if COMMAND.search(content):
        raise Refused(
            "The file holds a formula that starts another programme. "
            "Remove the formula, or save the sheet as a PDF, and upload that."
        )
    if not content.strip():
        raise Refused("The file is empty. Choose a file with something in it.")
    return Verdict("text/csv", ".csv") if named == ".csv" else Verdict("text/plain", ".txt")


def decode(raw: bytes) -> str:
    """Text in UTF-8 or UTF-16 (with its mark), else in the code page of British Windows."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        codes = ["utf-16"]
    else:
        codes = ["utf-8-sig", "cp1252"]
    for code in codes:
        try:
            return raw.decode(code)
        except UnicodeDecodeError:
            continue
    raise Refused(NOT_TEXT)
