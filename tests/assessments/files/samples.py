"""Every file the check is asked about, with the verdict it must give."""

from __future__ import annotations

from tests.assessments.files import office, pdfs, pictures
from tests.assessments.files.crossed import CROSSED
from tests.assessments.files.sample import bad, good

DOCX = f"{office.OPEN}.wordprocessingml.document"
XLSX = f"{office.OPEN}.spreadsheetml.sheet"
PPTX = f"{office.OPEN}.presentationml.presentation"
CSV = b"Month,Referrals\r\nJanuary,4\r\nFebruary,7\r\n"
POUND = "Costs: £40 - café".encode("cp1252")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>x</script></svg>'
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script></body></html>"
MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"
DOCTYPE = b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
EXCEL_LINK = {"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}
MACRO_INSIDE = {"word/embeddings/sheet.xlsx": office.office("xlsx", xl__vbaProject__bin=b"x")}

ACCEPTED = [
    good("pdf", "Policy.pdf", "application/pdf", pdfs.pdf),
    good("pdf in capitals", "POLICY.PDF", "application/pdf", pdfs.pdf),
    good("pdf without extension", "Policy", "application/pdf", pdfs.pdf),
    good("pdf by hand", "a.pdf", "application/pdf", lambda: pdfs.with_root(b"")),
    good("docx", "Policy.docx", DOCX, lambda: office.office("docx")),
    good("xlsx", "Data.xlsx", XLSX, lambda: office.office("xlsx")),
    good("pptx", "Slides.pptx", PPTX, lambda: office.office("pptx")),
    good(
        "docx with web links",
        "Policy.docx",
        DOCX,
        lambda: office.linked(
            "docx",
            ("hyperlink", "https://example.org/a?b=c", "External"),
            ("hyperlink", "mailto:team@example.org", "External"),
            ("hyperlink", "policies/next.docx", "External"),
        ),
    ),
    good(
        "docx with a chart's workbook",
        "Policy.docx",
        DOCX,
        lambda: office.with_parts("docx", {"word/embeddings/a.xlsx": office.office("xlsx")}),
    ),
    good(
        "xlsx with printer settings",
        "Data.xlsx",
        XLSX,
        lambda: office.with_parts("xlsx", {"xl/printerSettings/printerSettings1.bin": b"x"}),
    ),
    good("csv", "Referrals.csv", "text/csv", lambda: CSV),
    good("csv of negative numbers", "a.csv", "text/csv", lambda: b"a,b\n-4,+3\n@home,=1\n"),
    good("text", "Notes.txt", "text/plain", lambda: b"We meet every month.\n"),
    good("text in UTF-16", "Notes.txt", "text/plain", lambda: "Notes é".encode("utf-16")),
    good("text from old Windows", "Notes.txt", "text/plain", lambda: POUND),
    good("text that looks like code", "Notes.txt", "text/plain", lambda: b"#include <stdio.h>\n"),
    good("png", "a.png", "image/png", lambda: pictures.picture("PNG", mode="RGBA")),
    good("grey png", "a.png", "image/png", lambda: pictures.picture("PNG", mode="I;16")),
    good("jpeg", "a.jpeg", "image/jpeg", lambda: pictures.picture("JPEG")),
    good("print jpeg", "a.jpg", "image/jpeg", lambda: pictures.picture("JPEG", mode="CMYK")),
]

REFUSED_PDFS = [
    *(
        bad(f"pdf: {what}", "a.pdf", "script", lambda what=what: pdfs.pdf(what))
        for what in pdfs.CHANGES
        if "script" in what
    ),
    bad("pdf: escaped script", "a.pdf", "script", pdfs.escaped_script),
    bad("pdf: launch", "a.pdf", "programme", lambda: pdfs.pdf("launch")),
    bad("pdf: attachment", "a.pdf", "attached", lambda: pdfs.pdf("attachment")),
    bad("pdf: bare attachment", "a.pdf", "attached", lambda: pdfs.pdf("bare attachment")),
    bad("pdf: xfa", "a.pdf", "active form", lambda: pdfs.pdf("xfa")),
    bad("pdf: rich media", "a.pdf", "media", lambda: pdfs.pdf("rich media")),
    bad("pdf: password", "a.pdf", "password", lambda: pdfs.pdf("password")),
    bad("pdf: owner password", "a.pdf", "password", lambda: pdfs.pdf("owner password")),
    bad("pdf: cut", "a.pdf", "damaged", lambda: pictures.cut(pdfs.pdf(pages=9))),
    bad("pdf: no pages", "a.pdf", "damaged", lambda: pdfs.pdf(pages=0)),
    bad("pdf: only its mark", "a.pdf", "damaged", lambda: b"%PDF-1.7\n%%EOF"),
    bad("pdf: after a programme", "a.pdf", "not accepted", lambda: b"MZ\x90\x00" + pdfs.pdf()),
]
REFUSED_OFFICE = [
    bad(
        "docx: macro",
        "a.docx",
        "macro",
        lambda: office.with_parts("docx", {"word/vbaProject.bin": b"x"}),
    ),
    bad(
        "docx: macro by type",
        "a.docx",
        "macro",
        lambda: office.pack(office.members("docx", main_type=MACRO_TYPE)),
    ),
    bad("docx: macro inside", "a.docx", "macro", lambda: office.with_parts("docx", MACRO_INSIDE)),
    bad(
        "docx: macro by relation",
        "a.docx",
        "macro",
        lambda: office.linked("docx", ("vbaProject", "harmless.xml", "")),
    ),
    bad(
        "xlsx: old macro sheet",
        "a.xlsx",
        "macro",
        lambda: office.with_parts("xlsx", {"xl/macrosheets/sheet1.xml": b"<a/>"}),
    ),
    bad(
        "docx: control",
        "a.docx",
        "control",
        lambda: office.with_parts("docx", {"word/activeX/activeX1.xml": b"<a/>"}),
    ),
    bad(
        "docx: embedded object",
        "a.docx",
        "embedded",
        lambda: office.with_parts("docx", {"word/embeddings/oleObject1.bin": OLE}),
    ),
    bad(
        "pptx: programme",
        "a.pptx",
        "embedded",
        lambda: office.with_parts("pptx", {"ppt/media/setup.exe": b"MZ"}),
    ),
    bad(
        "docx: command field",
        "a.docx",
        "embedded",
        lambda: office.with_parts("docx", {"word/a.xml": b"<i>DDEAUTO c:\\cmd.exe</i>"}),
    ),
    bad("xlsx: linked workbook", "a.xlsx", "links", lambda: office.with_parts("xlsx", EXCEL_LINK)),
    bad(
        "xlsx: data connection",
        "a.xlsx",
        "connections",
        lambda: office.with_parts("xlsx", {"xl/connections.xml": b"<connections/>"}),
    ),
    bad(
        "docx: web page inside",
        "a.docx",
        "embedded",
        lambda: office.linked("docx", ("aFChunk", "chunk.dat", "")),
    ),
    *(
        bad(
            f"docx: outside {kind}",
            "a.docx",
            "links",
            lambda kind=kind: office.linked("docx", (kind, "http://example.org/x", "External")),
        )
        for kind in ("attachedTemplate", "image", "oleObject", "frame", "subDocument")
    ),
    bad(
        "docx: script as a link",
        "a.docx",
        "links",
        lambda: office.linked("docx", ("hyperlink", "javascript:alert(1)", "External")),
    ),
    bad(
        "docx: protocol as a link",
        "a.docx",
        "links",
        lambda: office.linked("docx", ("hyperlink", "ms-msdt:/id PCW", "External")),
    ),
    bad(
        "docx: entity",
        "a.docx",
        "not as Office",
        lambda: office.with_parts("docx", {"word/document.xml": DOCTYPE}),
    ),
    bad(
        "docx: entity in UTF-16",
        "a.docx",
        "not as Office",
        lambda: office.with_parts("docx", {"word/a.xml": DOCTYPE.decode().encode("utf-16")}),
    ),
    bad(
        "docx: entity in relations",
        "a.docx",
        "not as Office",
        lambda: office.with_parts("docx", {"word/_rels/a.xml.rels": DOCTYPE}),
    ),
    bad("docx: password", "a.docx", "password", office.encrypted),
    bad("docx: twice named", "a.docx", "damaged", office.twice_named),
    bad("docx: wrong checksum", "a.docx", "damaged", office.broken_checksum),
    bad("docx: cut", "a.docx", "damaged", lambda: pictures.cut(office.office("docx"))),
    bad("docx: tail", "a.docx", "damaged", lambda: office.office("docx") + HTML),
    bad(
        "docx: path", "a.docx", "damaged", lambda: office.with_parts("docx", {"../a.xml": b"<a/>"})
    ),
    bad("docx: head", "a.docx", "not accepted", lambda: b"MZ" + office.office("docx")),
    bad("zip", "a.docx", "ZIP", lambda: office.pack({"a.txt": b"a"})),
    bad("zip by name", "a.zip", "Unpack", lambda: office.pack({"a.txt": b"a"})),
    bad("old word", "a.doc", ".docx", lambda: OLE),
    bad("old word, renamed", "a.docx", "old or password", lambda: OLE),
    bad("macro document by name", "a.docm", "macros", lambda: office.office("docx")),
]
REFUSED_TEXT = [
    bad("svg", "a.svg", "PNG", lambda: SVG),
    bad("svg as png", "a.png", "PNG", lambda: SVG),
    bad("svg as text", "a.txt", "", lambda: SVG),
    bad("html", "a.html", "not accepted", lambda: HTML),
    bad("html as text", "a.txt", "web page", lambda: HTML),
    bad("html later in a text", "a.txt", "web page", lambda: b"Dear all\n" * 2000 + HTML),
    bad("script in a csv", "a.csv", "web page", lambda: b"a,b\n1,<script src=//x></script>\n"),
    bad("command in a csv", "a.csv", "formula", lambda: b"a,b\n=cmd|' /C calc'!A0,1\n"),
    bad("bytes as text", "a.txt", "", lambda: b"Notes\x00\x01\x02" * 30),
    bad("shell script", "a.sh", "not accepted", lambda: b"#!/bin/sh\nrm -r /\n"),
    bad("shell script as text", "a.txt", "not accepted", lambda: b"#!/bin/sh\nrm -r /\n"),
    bad("php as text", "a.txt", "", lambda: b"<?php system($_GET['a']); ?>"),
    bad("rich text", "a.txt", "not accepted", lambda: b"{\\rtf1\\ansi Hello}"),
    bad("programme", "a.exe", "not accepted", lambda: b"MZ" + bytes(500)),
    bad("programme as pdf", "a.pdf", "not accepted", lambda: b"MZ\x90\x00" + bytes(500)),
    bad("elf as pdf", "a.pdf", "not accepted", lambda: b"\x7fELF\x02\x01\x01" + bytes(500)),
    bad("two extensions", "a.pdf.exe", "not accepted", pdfs.pdf),
    bad("pdf named docx", "a.docx", "a PDF", pdfs.pdf),
    bad("docx named pdf", "a.pdf", "a Word document", lambda: office.office("docx")),
    bad("xlsx named docx", "a.docx", "an Excel workbook", lambda: office.office("xlsx")),
    bad("png named jpg", "a.jpg", "a PNG picture", lambda: pictures.picture("PNG")),
    bad("empty", "a.pdf", "empty", lambda: b""),
    bad("only spaces", "a.txt", "empty", lambda: b" \n \n"),
]
REFUSED_PICTURES = [
    bad("gif", "a.gif", "PNG or JPEG", lambda: pictures.picture("GIF")),
    bad("gif as png", "a.png", "PNG or JPEG", lambda: pictures.picture("GIF")),
    bad("tiff as jpg", "a.jpg", "PNG or JPEG", lambda: pictures.picture("TIFF")),
    bad("png: cut", "a.png", "damaged", lambda: pictures.cut(pictures.picture("PNG"))),
    bad("jpeg: cut", "a.jpg", "damaged", lambda: pictures.cut(pictures.picture("JPEG"))),
    bad("png: only its mark", "a.png", "", lambda: b"\x89PNG\r\n\x1a\n" + bytes(60)),
]
BOMBS = [
    bad("docx of zeros", "a.docx", "unpacks", lambda: office.bomb(400_000_000)),
    bad("docx, one member", "a.docx", "unpacks", lambda: office.bomb(20_000_000)),
    bad("xlsx of one sheet, 1000:1", "a.xlsx", "unpacks", office.sheet_bomb),
    bad("docx of 5,000 members", "a.docx", "unpacks", lambda: office.many_members(5_000)),
    bad("docx with a lying count", "a.docx", "unpacks", office.lying_count),
    bad("docx with a lying size", "a.docx", "damaged", office.lying_size),
    bad("docx that overlaps", "a.docx", "unpacks", office.overlapping),
    bad("pdf that unpacks to 1 GB", "a.pdf", "damaged", lambda: pdfs.stream_bomb(1000)),
    bad("png of 50,000 x 50,000", "a.png", "megapixels", lambda: pictures.png_header_bomb(50_000)),
    bad("png of 6,000 x 6,000", "a.png", "megapixels", lambda: pictures.png_header_bomb(6_000)),
    bad("png with texts of 1 GB", "a.png", "damaged", pictures.png_text_bomb),
    bad("jpeg of 65,000 x 65,000", "a.jpg", "megapixels", pictures.jpeg_header_bomb),
]
HOSTILE = REFUSED_PDFS + REFUSED_OFFICE + REFUSED_TEXT + REFUSED_PICTURES + CROSSED
