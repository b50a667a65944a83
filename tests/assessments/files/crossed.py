"""Every trick in every kind of document: what one parser refuses, the next must not let through."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator

import pikepdf

from tests.assessments.files import office, pdfs, pictures
from tests.assessments.files.office import MAIN, Members, linked, members, pack, with_parts
from tests.assessments.files.sample import Sample, bad

Make = Callable[[str], bytes]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
ENTITIES = b'<!DOCTYPE a [<!ENTITY b "%s"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>' % (b"x" * 50)
OUTSIDE_ENTITY = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
MACRO_TYPES = {
    "docx": ("ms-word.document", "ms-word.template"),
    "xlsx": ("ms-excel.sheet", "ms-excel.template"),
    "pptx": ("ms-powerpoint.presentation", "ms-powerpoint.slideshow"),
}


def folder(kind: str) -> str:
    return MAIN[kind][0].split("/")[0]


def part(name: str, content: bytes) -> Make:
    """A document with one more part below its own folder."""
    return lambda kind: with_parts(kind, {f"{folder(kind)}/{name}": content})


def link(relation: str, target: str, mode: str = "External") -> Make:
    return lambda kind: linked(kind, (relation, target, mode))


def typed(number: int, suffix: str) -> Make:
    """The content type of a document with macros, under an honest name."""
    return lambda kind: pack(
        members(kind, main_type=f"application/vnd.{MACRO_TYPES[kind][number]}.{suffix}.main+xml")
    )


def squeezed(method: int) -> Make:
    def make(kind: str) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", method) as archive:
            for name, content in members(kind).items():
                archive.writestr(name, content)
        return made.getvalue()

    return make


def noted(kind: str) -> bytes:
    """With a comment behind the directory, where another file may hide."""
    made = io.BytesIO(with_parts(kind, {}))
    with zipfile.ZipFile(made, "a") as archive:
        archive.comment = b"<script>alert(1)</script>"
    return made.getvalue()


def thrice(kind: str) -> bytes:
    """A document in a document in a document."""
    inner: Members = {f"{folder(kind)}/embeddings/a.{kind}": office.office(kind)}
    return with_parts(kind, {f"{folder(kind)}/embeddings/a.{kind}": with_parts(kind, inner)})


TRICKS: dict[str, tuple[str, Make]] = {
    "macro": ("macro", part("vbaProject.bin", b"x")),
    "macro in capitals": ("macro", part("VBAPROJECT.BIN", b"x")),
    "macro by type": ("macro", typed(0, "macroEnabled")),
    "macro template": ("macro", typed(1, "macroEnabledTemplate")),
    "macro by relation": ("macro", link("vbaProject", "harmless.xml", "")),
    "old macro sheet": ("macro", part("macrosheets/sheet1.xml", b"<a/>")),
    "control": ("control", part("activeX/activeX1.xml", b"<a/>")),
    "embedded object": ("embedded", part("embeddings/oleObject1.bin", OLE)),
    "object as a picture": ("embedded", part("media/image1.png", OLE)),
    "programme": ("embedded", part("media/setup.exe", b"MZ")),
    "programme as a picture": ("embedded", part("media/image1.png", b"MZ\x90\x00" + bytes(60))),
    "shortcut": ("embedded", part("media/open.lnk", b"L")),
    "web application": ("embedded", part("media/a.hta", b"<script/>")),
    "archive": ("embedded", part("media/a.zip", pack({"a.txt": b"a"}))),
    "archive as a picture": ("embedded", part("media/a.png", pack({"a.txt": b"a"}))),
    "locked archive": ("embedded", part("media/a.png", b"7z\xbc\xaf\x27\x1c" + bytes(60))),
    "three deep": ("embedded", thrice),
    "web page inside": ("embedded", link("aFChunk", "chunk.dat", "")),
    "template from outside": ("links", link("attachedTemplate", "http://example.org/a.dotm")),
    "picture from outside": ("links", link("image", "\\\\example.org\\a.png")),
    "script as a link": ("links", link("hyperlink", "javascript:alert(1)")),
    "entities that multiply": ("not as Office", part("a.xml", ENTITIES)),
    "entity from outside": ("not as Office", part("a.xml", OUTSIDE_ENTITY)),
    "climbing path": ("damaged", part("../../a.xml", b"<a/>")),
    "backward path": ("damaged", part("..\\..\\a.xml", b"<a/>")),
    "twice named": ("damaged", part("Media/A.png", b"a")),
    "odd packing": ("damaged", squeezed(zipfile.ZIP_BZIP2)),
    "odder packing": ("damaged", squeezed(zipfile.ZIP_LZMA)),
    "comment": ("damaged", noted),
    "tail": ("damaged", lambda kind: office.office(kind) + b"<html>"),
    "a thousand to one": ("unpacks", part("a.xml", b"<a/>" + bytes(20_000_000))),
}


def doubled(kind: str) -> bytes:
    return with_parts(kind, {f"{folder(kind)}/a.png": b"a", f"{folder(kind)}/A.PNG": b"b"})


def compressed(change: str) -> bytes:
    """The objects of the PDF stand in packed streams, where no word of them can be read."""
    with pikepdf.open(io.BytesIO(pdfs.pdf(change))) as document:
        made = io.BytesIO()
        document.save(made, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return made.getvalue()


def pdf_and_zip() -> bytes:
    return pdfs.pdf() + pack({"a.exe": b"MZ"})


def pdf_in_comment() -> bytes:
    """A ZIP whose comment ends as a PDF does: each reader finds its own."""
    made = io.BytesIO()
    made.write(whole := pdfs.pdf())
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("a.exe", b"MZ")
        archive.comment = whole[whole.rindex(b"startxref") :]
    return made.getvalue()


def utf16(text: str) -> bytes:
    return text.encode("utf-16")


def _crossed() -> Iterator[Sample]:
    for kind in MAIN:
        for trick, (says, make) in TRICKS.items():
            made = doubled if trick == "twice named" else make
            yield bad(f"every {kind}: {trick}", f"a.{kind}", says, lambda k=kind, m=made: m(k))


def _in_streams() -> Iterator[Sample]:
    words = {"launch": "programme", "xfa": "active form", "rich media": "media"}
    for change in pdfs.CHANGES:
        if change in pdfs.PASSWORDS:
            continue
        says = "script" if "script" in change else words.get(change, "attached")
        yield bad(f"packed pdf: {change}", "a.pdf", says, lambda change=change: compressed(change))


POLYGLOTS = [
    bad("pdf and zip", "a.pdf", "damaged", pdf_and_zip),
    bad("pdf in a zip's comment", "a.pdf", "damaged", pdf_in_comment),
    bad("pdf and web page", "a.pdf", "damaged", lambda: pdfs.pdf() + b"<script>x</script>" * 90),
    bad("pdf and short web page", "a.pdf", "damaged", lambda: pdfs.pdf() + b"<script>x</script>"),
    bad("web page and pdf", "a.pdf", "", lambda: b"<html><!--" + pdfs.pdf() + b"-->"),
    bad("gif and script", "a.txt", "", lambda: b"GIF89a=1;alert(1)//" + bytes(20)),
    bad("picture named pdf", "a.pdf", "a PNG picture", lambda: pictures.picture("PNG")),
    bad("document named picture", "a.png", "a Word document", lambda: office.office("docx")),
    bad("pdf named text", "a.txt", "a PDF", pdfs.pdf),
]
TEXTS = [
    bad("web page in UTF-16", "a.txt", "web page", lambda: utf16("<html><script>x</script>")),
    bad("svg in UTF-16", "a.csv", "web page", lambda: utf16("<svg onload=alert(1)>")),
    bad("command with a plus", "a.csv", "formula", lambda: b"a\n+cmd|' /C calc'!A0\n"),
    bad("command with a minus", "a.csv", "formula", lambda: b"a;-cmd|' /C calc'!A0\n"),
    bad("command with an at", "a.csv", "formula", lambda: b"a,\"@SUM(cmd|' /C calc'!A0)\"\n"),
    bad("command after a tab", "a.csv", "formula", lambda: b"a\t=cmd|' /C calc'!A0\n"),
    bad("command in UTF-16", "a.csv", "formula", lambda: utf16("=cmd|' /C calc'!A0\n")),
    bad("nul at the end", "a.txt", "", lambda: b"We meet every month.\n\x00"),
    bad("escape sequences", "a.txt", "not plain text", lambda: b"We meet\x1b[2J every month\n"),
    bad("python as text", "a.txt", "not accepted", lambda: b"#!/usr/bin/env python3\nimport os\n"),
    bad("batch file as text", "a.bat", "not accepted", lambda: b"@echo off\r\ndel *.*\r\n"),
    bad("mail", "a.eml", "E-mails", lambda: b"From: a@b.example\nSubject: c\n\nHello\n"),
    bad("archive by name", "a.7z", "not accepted", lambda: b"7z\xbc\xaf\x27\x1c" + bytes(90)),
    bad("archive as pdf", "a.pdf", "not accepted", lambda: b"Rar!\x1a\x07\x00" + bytes(90)),
]
# What stands in a name; what it is made into is in evidence/test_store.py.
NAMES = [
    bad("name: right to left", "policy\u202efdp.exe", "not accepted", pdfs.pdf),
    bad("name: nul", "policy.pdf\x00.exe", "not accepted", pdfs.pdf),
    bad("name: 255 letters", "a" * 251 + ".exe", "not accepted", pdfs.pdf),
    bad("name: climbing", "../../../policy.exe", "not accepted", pdfs.pdf),
    bad("name: capitals", "POLICY.EXE", "not accepted", pdfs.pdf),
    bad("name: web page", "policy.pdf.html", "not accepted", pdfs.pdf),
]
CROSSED = [*_crossed(), *_in_streams(), *POLYGLOTS, *TEXTS, *NAMES]
