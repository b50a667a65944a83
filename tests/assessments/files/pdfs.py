"""PDFs made for the tests, with pikepdf or by hand where it would not write such a thing."""

from __future__ import annotations

import io
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String


def pdf(change: str = "", *, pages: int = 1) -> bytes:
    """A plain PDF, or one with what `change` names in it."""
    document = Pdf.new()
    for _page in range(pages):
        document.add_blank_page()
    if change:
        CHANGES[change](document)
    made = io.BytesIO()
    encryption = pikepdf.Encryption(owner="owner", user=PASSWORDS[change]) if (
        change in PASSWORDS
    ) else False  # fmt: skip
    document.save(made, encryption=encryption)
    return made.getvalue()


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def open_script(document: Pdf) -> None:
    document.Root.OpenAction = script()


def page_script(document: Pdf) -> None:
    document.pages[0].obj.AA = Dictionary(O=script())


def named_script(document: Pdf) -> None:
    document.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=Array([String("a"), document.make_indirect(script())]))
    )


def nested_script(document: Pdf) -> None:
    document.pages[0].obj.Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.Link, A=Dictionary(S=Name.GoTo, Next=script()))]
    )


def unreferenced_script(document: Pdf) -> None:
    holder = document.make_indirect(Dictionary(Hidden=script()))
    document.pages[0].obj.PieceInfo = Dictionary(App=Dictionary(Private=holder))


def stream_script(document: Pdf) -> None:
    text = Stream(document, b"app.alert(1)")
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=text)


def launch(document: Pdf) -> None:
    document.Root.OpenAction = Dictionary(
        S=Name.Launch, F=Dictionary(Type=Name.Filespec, F=String("calc.exe"))
    )


def attachment(document: Pdf) -> None:
    document.attachments["inner.exe"] = b"MZ"


def bare_attachment(document: Pdf) -> None:
    stream = Stream(document, b"MZ")
    stream.Type = Name.EmbeddedFile
    document.Root.Extra = document.make_indirect(stream)


def xfa(document: Pdf) -> None:
    document.Root.AcroForm = Dictionary(
        Fields=Array([]), XFA=document.make_indirect(Stream(document, b"<xdp/>"))
    )


def rich_media(document: Pdf) -> None:
    document.pages[0].obj.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.RichMedia)])


def nothing(_document: Pdf) -> None:
    """Only the password makes the difference."""


CHANGES = {
    "open script": open_script,
    "page script": page_script,
    "named script": named_script,
    "nested script": nested_script,
    "unreferenced script": unreferenced_script,
    "stream script": stream_script,
    "launch": launch,
    "attachment": attachment,
    "bare attachment": bare_attachment,
    "xfa": xfa,
    "rich media": rich_media,
    "password": nothing,
    "owner password": nothing,
}
PASSWORDS = {"password": "user", "owner password": ""}


def escaped_script() -> bytes:
    """`/JavaScript` spelled with #-escapes, which every reader understands."""
    return with_root(b"/OpenAction<</S/J#61va#53cript/J#53(app.alert\\(1\\))>>")


def with_root(extra: bytes) -> bytes:
    objects = [
        b"<</Type/Catalog/Pages 2 0 R" + extra + b">>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Resources<<>>>>",
    ]
    made, offsets = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        made
        + b"xref\n0 4\n0000000000 65535 f \n"
        + table
        + b"trailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(made)
    )


def stream_bomb(megabytes: int) -> bytes:
    """An object stream that unpacks to `megabytes`; the catalogue stands inside it."""
    parts = [
        b"<</Type/Catalog/Pages 5 0 R>> ",
        b"<</Type/Pages/Kids[6 0 R]/Count 1>> ",
        b"<</Type/Page/Parent 5 0 R/MediaBox[0 0 9 9]/Resources<<>>>>",
    ]
    offsets = [0, len(parts[0]), len(parts[0] + parts[1])]
    head = b" ".join(b"%d %d" % (n, at) for n, at in enumerate(offsets, start=4)) + b" "
    packer = zlib.compressobj(9)
    data = packer.compress(head + b"".join(parts))
    data += b"".join(packer.compress(b" " * 1_000_000) for _ in range(megabytes))
    data += packer.flush()
    made, stream_at = b"%PDF-1.5\n", 9
    made += b"1 0 obj\n<</Type/ObjStm/N 3/First %d/Filter/FlateDecode/Length %d>>\nstream\n" % (
        len(head),
        len(data),
    )
    made += data + b"\nendstream\nendobj\n"
    table_at = len(made)
    rows = [(0, 0, 0), (1, stream_at, 0), (1, table_at, 0), (0, 0, 0)]
    rows += [(2, 1, 0), (2, 1, 1), (2, 1, 2)]
    table = b"".join(bytes([kind]) + at.to_bytes(4, "big") + bytes([n]) for kind, at, n in rows)
    made += b"2 0 obj\n<</Type/XRef/Size 7/W[1 4 1]/Root 4 0 R/Length %d>>\nstream\n" % len(table)
    return made + table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % table_at
