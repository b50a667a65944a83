"""Pictures made for the tests, and headers that promise far too much."""

from __future__ import annotations

import io
import random
import struct
import zlib

from PIL import Image, PngImagePlugin

PLACE = "Taken at 51.5N 0.1W"


def picture(kind: str, *, mode: str = "RGB", size: tuple[int, int] = (60, 40)) -> bytes:
    made = io.BytesIO()
    Image.new(mode, size).save(made, kind)
    return made.getvalue()


def noisy_png(side: int) -> bytes:
    """A byte a pixel, which a palette turns into three."""
    chance, made = random.Random(1), io.BytesIO()
    image = Image.frombytes("P", (side, side), chance.randbytes(side * side))
    image.putpalette(chance.randbytes(768))
    image.save(made, "PNG")
    return made.getvalue()


def jpeg_with_place() -> bytes:
    """A JPEG whose EXIF tells where it was taken, turned by its orientation flag."""
    image, made = Image.new("RGB", (60, 40), "red"), io.BytesIO()
    exif = image.getexif()
    exif[0x010E], exif[0x0112] = PLACE, 6
    image.save(made, "JPEG", exif=exif, comment=PLACE.encode())
    return made.getvalue()


def png_with_text() -> bytes:
    made, notes = io.BytesIO(), PngImagePlugin.PngInfo()
    notes.add_text("Comment", PLACE)
    notes.add_itxt("XML:com.adobe.xmp", PLACE)
    Image.new("P", (60, 40)).save(made, "PNG", pnginfo=notes)
    return made.getvalue()


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">L", len(data)) + name + data + struct.pack(">L", zlib.crc32(name + data))


def png_header_bomb(side: int) -> bytes:
    """Says it is `side` x `side`; the rows are zeros packed a thousandfold."""
    header = struct.pack(">2L5B", side, side, 8, 6, 0, 0, 0)
    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1_000_000)) for _ in range(300)) + packer.flush()
    made = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    return made + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def png_text_bomb() -> bytes:
    """A small picture with text chunks that unpack to 1 GB."""
    small = picture("PNG")
    packed = chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(bytes(100_000_000), 9))
    return small[:33] + packed * 10 + small[33:]


def jpeg_header_bomb() -> bytes:
    """A JPEG whose frame header says 65,000 x 65,000."""
    made = bytearray(picture("JPEG"))
    at = made.find(b"\xff\xc0")
    made[at + 5 : at + 9] = struct.pack(">2H", 65_000, 65_000)
    return bytes(made)


def cut(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]
