"""Office files made for the tests: honest ones, and one for every trick we refuse."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

OPEN = "application/vnd.openxmlformats-officedocument"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN = {
    "docx": ("word/document.xml", f"{OPEN}.wordprocessingml.document.main+xml", "document"),
    "xlsx": ("xl/workbook.xml", f"{OPEN}.spreadsheetml.sheet.main+xml", "workbook"),
    "pptx": (
        "ppt/presentation.xml",
        f"{OPEN}.presentationml.presentation.main+xml",
        "presentation",
    ),
}
BODY = b"<?xml version='1.0' encoding='UTF-8'?><part><p>Early permanence policy</p></part>"
Members = dict[str, bytes]


def members(kind: str, *, main_type: str = "") -> Members:
    part, content_type, _root = MAIN[kind]
    listing = (
        f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{part}" ContentType="{main_type or content_type}"/></Types>'
    )
    return {
        "[Content_Types].xml": listing.encode(),
        "_rels/.rels": relations(("officeDocument", part, "")),
        part: BODY,
    }


def relations(*links: tuple[str, str, str]) -> bytes:
    """A .rels part from (kind, target, mode)."""
    items = "".join(
        f'<Relationship Id="r{number}" Type="{RELATIONS}/{kind}" Target="{target}"'
        + (f' TargetMode="{mode}"/>' if mode else "/>")
        for number, (kind, target, mode) in enumerate(links)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{items}</Relationships>'.encode()


def pack(parts: Members, *, stored: bool = False) -> bytes:
    made = io.BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def office(kind: str, **extra: bytes) -> bytes:
    """An office file of `kind`; extra parts are given as {"word__media__a.png": bytes}."""
    return with_parts(kind, {name.replace("__", "/"): data for name, data in extra.items()})


def with_parts(kind: str, extra: Members) -> bytes:
    return pack(members(kind) | extra)


def linked(kind: str, *links: tuple[str, str, str]) -> bytes:
    folder, _, name = MAIN[kind][0].rpartition("/")
    return with_parts(kind, {f"{folder}/_rels/{name}.rels": relations(*links)})


def bomb(unpacked: int, *, per_member: int = 10_000_000) -> bytes:
    """Zeros: about a thousand times larger than the file."""
    parts = {f"word/media/{n}.bmp": bytes(per_member) for n in range(unpacked // per_member)}
    return with_parts("docx", parts)


def sheet_bomb() -> bytes:
    """A sheet of 22 million empty cells, packed a thousandfold."""
    sheet = b"<worksheet><sheetData>" + b"<c/>" * 22_500_000 + b"</sheetData></worksheet>"
    return with_parts("xlsx", {"xl/worksheets/sheet1.xml": sheet})


def many_members(count: int) -> bytes:
    return pack(members("docx") | {f"word/media/{n}.xml": b"<a/>" for n in range(count)})


def lying_size() -> bytes:
    """The directory says a member unpacks to 10 bytes; it unpacks to ten million."""
    whole = pack(members("docx") | {"word/media/a.bmp": bytes(10_000_000)})
    true, lie = struct.pack("<L", 10_000_000), struct.pack("<L", 10)
    return whole.replace(true, lie)


def lying_count() -> bytes:
    """The end record says three members where there are many."""
    whole = bytearray(many_members(5_000))
    whole[-14:-10] = struct.pack("<2H", 3, 3)
    return bytes(whole)


def broken_checksum() -> bytes:
    parts = members("docx") | {"word/media/a.bmp": b"twelve bytes"}
    whole = pack(parts, stored=True)
    return whole.replace(b"twelve bytes", b"changed data", 1)


def overlapping() -> bytes:
    """Many directory entries for the same packed bytes."""
    name, data = b"word/media/%05d.bmp", bytes(1_000_000)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(data) + packer.flush()
    base = io.BytesIO(pack(members("docx")))
    with zipfile.ZipFile(base) as archive:
        start = archive.start_dir
        entries = base.getvalue()[start:-22]
        count = len(archive.infolist())
    head = base.getvalue()[:start]
    local = struct.pack(
        "<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 33, zlib.crc32(data), len(packed), len(data), 20, 0
    )
    body = head + local + name % 0 + packed
    for number in range(1_500):
        entries += struct.pack(
            "<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, zlib.crc32(data), len(packed),
            len(data), 20, 0, 0, 0, 0, 0, len(head),
        ) + name % number  # fmt: skip
    total = count + 1_500
    return body + entries + end_record(total, len(entries), len(body))


def end_record(count: int, size: int, offset: int) -> bytes:
    return struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, size, offset, 0)


def encrypted() -> bytes:
    """The flag that says a member needs a password."""
    whole = bytearray(with_parts("docx", {}))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = whole.find(mark)
        while at >= 0:
            whole[at + flags] |= 1
            at = whole.find(mark, at + 4)
    return bytes(whole)


def twice_named() -> bytes:
    """Two members of one name: each reader may take another."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in members("docx").items():
            archive.writestr(name, content)
        archive.writestr("WORD/document.xml", BODY)
    return made.getvalue()
