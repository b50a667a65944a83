"""Which check a file gets: by libmagic, by its name, and by what we find inside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import magic

from assessments.inspection import ACCEPTED, office, pdf, pictures, text
from assessments.inspection.verdict import Refused, Verdict

ADVICE = {
    ".doc": "Word files must be .docx. In Word choose Save as, Word document (.docx).",
    ".xls": "Excel files must be .xlsx. In Excel choose Save as, Excel workbook (.xlsx).",
    ".ppt": "PowerPoint files must be .pptx. Choose Save as, PowerPoint presentation (.pptx).",
    ".docm": "Files with macros are not accepted. Save it as a Word document (.docx).",
    ".xlsm": "Files with macros are not accepted. Save it as an Excel workbook (.xlsx).",
    ".xlsb": "Binary workbooks are not accepted. Save it as an Excel workbook (.xlsx).",
    ".pptm": "Files with macros are not accepted. Save it as a presentation (.pptx).",
    ".zip": "ZIP files are not accepted. Unpack it and add the documents one by one.",
    ".msg": "E-mails are not accepted. Save the e-mail as a PDF and upload that.",
    ".eml": "E-mails are not accepted. Save the e-mail as a PDF and upload that.",
} | dict.fromkeys(
    (".svg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".heic", ".heif"),
    "Pictures must be PNG or JPEG. Save the picture as one of these and upload it again.",
)
NOT_ACCEPTED = (
    "Files of this type are not accepted. "
    "Save it as PDF, Word (.docx), Excel (.xlsx), PowerPoint (.pptx), CSV, text, PNG or JPEG."
)
OTHER_TYPE = (
    "The file's name ends in {name} but its content is {found}. "
    "Save it again in the right format and upload that."
)
LABELS = {
    ".pdf": "a PDF",
    ".docx": "a Word document",
    ".xlsx": "an Excel workbook",
    ".pptx": "a PowerPoint presentation",
    ".png": "a PNG picture",
    ".jpg": "a JPEG picture",
    ".txt": "plain text",
    ".csv": "plain text",
}
SAME = {".jpeg": ".jpg"}
HEAD = 4096
Check = Callable[[Path, str, Path], Verdict]


def check(path: Path, name: str, cleaned: Path) -> Verdict:
    """Verdict for the bytes at `path`; Refused if they or the name are not on the list."""
    named = name_extension(name)
    found = choose(path)(path, named, cleaned)
    if named and SAME.get(named, named) != found.extension:
        raise Refused(OTHER_TYPE.format(name=named, found=LABELS[found.extension]))
    return found


def name_extension(name: str) -> str:
    """The extension in small letters, or "" where the name has none. Refused: not accepted."""
    extension = Path(name).suffix.lower()
    if extension and extension not in ACCEPTED:
        raise Refused(ADVICE.get(extension, NOT_ACCEPTED))
    return extension


def choose(path: Path) -> Check:
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head:
        raise Refused("The file is empty. Choose a file with something in it.")
    if head.startswith(office.OLE):
        raise Refused(office.LEGACY)
    kind = magic.from_file(str(path), mime=True)
    if kind == "application/pdf" and head.startswith(b"%PDF-"):
        return pdf.check
    if head.startswith(b"PK\x03\x04"):
        return office.check
    if kind in pictures.TYPES:
        return pictures.check
    if kind in text.WEB_TYPES:
        raise Refused(text.WEB)
    if kind in text.TYPES or (kind.startswith("text/") and kind not in text.SCRIPTS):
        return text.check
    raise Refused(ADVICE[".svg"] if kind.startswith("image/") else NOT_ACCEPTED)
