"""Word, Excel and PowerPoint (.docx, .xlsx, .pptx): no macro, no control, nothing from outside."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from assessments.inspection.archive import DAMAGED, Archive
from assessments.inspection.verdict import Refused, Verdict

_OPEN = "application/vnd.openxmlformats-officedocument."
MAIN = {
    f"{_OPEN}wordprocessingml.document.main+xml": (f"{_OPEN}wordprocessingml.document", ".docx"),
    f"{_OPEN}spreadsheetml.sheet.main+xml": (f"{_OPEN}spreadsheetml.sheet", ".xlsx"),
    f"{_OPEN}presentationml.presentation.main+xml": (
        f"{_OPEN}presentationml.presentation",
        ".pptx",
    ),
}
MAX_DEPTH = 2
CONTENT_TYPES = "[Content_Types].xml"
MAX_LISTING = 4 * 1024 * 1024

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LEGACY = (
    "This is an old or password-protected Office file. "
    "Save it as .docx, .xlsx or .pptx without a password and upload that."
)
NOT_OFFICE = (
    "ZIP files are not accepted, only Word (.docx), Excel (.xlsx) and PowerPoint (.pptx). "
    "Unpack it and add the documents one by one."
)
MACRO = "The file holds a macro. Save it as .docx, .xlsx or .pptx, or as a PDF, and upload that."
OBJECT = (
    "The file holds an embedded object or control that can start a programme. "
    "Remove it, or save the file as a PDF, and upload that."
)
OUTSIDE = (
    "The file loads something from another file or website when it is opened. "
    "Remove its links and connections (in Excel: Data), or save it as a PDF, and upload that."
)
ENTITY = "The file is not as Office writes it. Open it, save it again and upload the new file."

MACRO_PART = re.compile(r"vbaproject|vbadata|macrosheets/|dialogsheets/", re.IGNORECASE)
OBJECT_PART = re.compile(
    r"activex|oleobject|\.(?:exe|dll|js|vbs|vbe|wsf|hta|bat|cmd|ps1|scr|lnk|jar|html?|mht|mhtml|rtf|svgz|zip"
    r"|7z|rar|gz|tar|cab|iso|img)$",
    re.IGNORECASE,
)
OUTSIDE_PART = re.compile(r"externallinks/|xl/connections\.xml$", re.IGNORECASE)
EMBEDDED = re.compile(r"/embeddings/", re.IGNORECASE)
OFFICE_NAME = re.compile(r"\.(?:docx|xlsx|pptx)$", re.IGNORECASE)
SAFE_BINARY = re.compile(r"/printersettings/[^/]+\.bin$", re.IGNORECASE)
LINK_TARGET = re.compile(r"(?:https?|mailto|tel|ftp|file):|[^:]*(?:[/#?]|$)", re.IGNORECASE)
AUTO_COMMAND = b"DDEAUTO"
# Programmes, archives and old Office files, whatever the part is called. Long enough that the
# random bytes of an embedded font do not begin so by chance.
NOT_A_PART = (b"MZ\x90\x00", b"\x7fELF", b"PK\x03\x04", b"Rar!\x1a\x07", b"7z\xbc\xaf", OLE)


def check(path: Path, named: str, cleaned: Path) -> Verdict:
    with path.open("rb") as file:
        media_type, extension = look(Archive(file), depth=0)
    return Verdict(media_type, extension)


def look(archive: Archive, *, depth: int) -> tuple[str, str]:
    """Read every member once. Returns (media type, extension) of the document."""
    by_name = {member.filename: member for member in archive.members}
    listing = by_name.get(CONTENT_TYPES)
    if listing is None or listing.file_size > MAX_LISTING:
        raise Refused(NOT_OFFICE)
    found = document_type(archive.read(listing))
    for member in archive.members:
        check_name(member.filename)
    for name, member in by_name.items():
        if name != CONTENT_TYPES and not member.is_dir():
            check_content(archive, member, depth)
    return found


def check_name(name: str) -> None:
    if MACRO_PART.search(name):
        raise Refused(MACRO)
    if OUTSIDE_PART.search(name):
        raise Refused(OUTSIDE)
    is_binary = name.lower().endswith(".bin") and not SAFE_BINARY.search("/" + name)
    if is_binary or OBJECT_PART.search(name):
        raise Refused(OBJECT)
    if EMBEDDED.search("/" + name) and not name.endswith("/") and not OFFICE_NAME.search(name):
        raise Refused(OBJECT)


def check_content(archive: Archive, member: zipfile.ZipInfo, depth: int) -> None:
    name = member.filename.lower()
    if EMBEDDED.search("/" + name):
        check_embedded(archive, member, depth)
    elif name.endswith(".rels"):
        check_relations(archive.read(member))
    else:
        stream_through(archive, member, is_xml=name.endswith((".xml", ".vml")))


def check_embedded(archive: Archive, member: zipfile.ZipInfo, depth: int) -> None:
    if depth + 1 >= MAX_DEPTH:
        raise Refused(OBJECT)
    inner: BinaryIO = io.BytesIO(archive.read(member))
    look(Archive(inner, archive.budget), depth=depth + 1)


def stream_through(archive: Archive, member: zipfile.ZipInfo, *, is_xml: bool) -> None:
    """Unpack, count and check the checksum; XML must not declare a document type, and nothing
    may be a programme or an archive."""
    tail, is_first = b"", True
    for chunk in archive.chunks(member):
        if is_first and chunk.startswith(NOT_A_PART):
            raise Refused(OBJECT)
        if is_xml and is_first:
            parse(chunk, is_whole=False)
        if AUTO_COMMAND in tail + chunk:
            raise Refused(OBJECT)
        tail, is_first = chunk[-len(AUTO_COMMAND) :], False


def parse(content: bytes, *, is_whole: bool) -> list[tuple[str, dict[str, str]]]:
    """Every element with its attributes. Refused: a document type, or XML that is none."""
    found: list[tuple[str, dict[str, str]]] = []

    def refuse_doctype(*_declared: object) -> None:
        raise Refused(ENTITY)

    reader = expat.ParserCreate(namespace_separator=" ")
    reader.StartDoctypeDeclHandler = refuse_doctype
    reader.StartElementHandler = lambda tag, attributes: found.append((tag, attributes))
    try:
        reader.Parse(content, is_whole)
    except (expat.ExpatError, LookupError, ValueError) as error:  # also encodings that are none
        raise Refused(DAMAGED) from error
    if not found:
        raise Refused(ENTITY)
    return found


def document_type(listing: bytes) -> tuple[str, str]:
    kinds = [
        attributes.get("ContentType", "") for _tag, attributes in parse(listing, is_whole=True)
    ]
    if any(re.search("macroEnabled|vbaProject|macrosheet", kind, re.IGNORECASE) for kind in kinds):
        raise Refused(MACRO)
    if any(re.search("activeX|oleObject", kind, re.IGNORECASE) for kind in kinds):
        raise Refused(OBJECT)
    mains = {kind for kind in kinds if kind in MAIN}
    if len(mains) != 1:
        raise Refused(NOT_OFFICE)
    return MAIN[mains.pop()]


def check_relations(content: bytes) -> None:
    for tag, attributes in parse(content, is_whole=True):
        if not tag.endswith(" Relationship"):
            continue
        kind, target = attributes.get("Type", ""), attributes.get("Target", "")
        if kind.endswith(("/vbaProject", "/xlMacrosheet")):
            raise Refused(MACRO)
        if kind.endswith("/aFChunk"):
            raise Refused(OBJECT)
        is_link = kind.endswith("/hyperlink") and LINK_TARGET.match(target.strip())
        if attributes.get("TargetMode", "").lower() == "external" and not is_link:
            raise Refused(OUTSIDE)
