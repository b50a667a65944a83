"""A ZIP opened with suspicion: bounded before and while it is read, and equal to all readers."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from assessments.inspection.verdict import Refused

MAX_MEMBERS = 2_000
MAX_UNPACKED = 100 * 1024 * 1024
MAX_RATIO = 100
RATIO_FROM = 1024 * 1024
MAX_DIRECTORY = MAX_MEMBERS * 512
CHUNK = 256 * 1024

DAMAGED = "The file is damaged. Open it, save it again under a new name and upload that."
TOO_LARGE = (
    "The file unpacks to far more than its size, so it cannot be checked. "
    "Make the pictures in it smaller, or save it as a PDF, and upload that."
)
LOCKED = "The file is protected by a password. Save it without the password and upload that."

_END = struct.Struct("<4s4H2LH")
_ENCRYPTED = 0x1


class Archive:
    """The members of a ZIP. `budget` bytes may be unpacked, by this one and those inside it."""

    def __init__(self, file: BinaryIO, budget: int = MAX_UNPACKED) -> None:
        check_end(file)
        try:
            self.zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            raise Refused(DAMAGED) from error
        self.members = self.zip.infolist()
        self.budget = budget
        self.check_members()

    def check_members(self) -> None:
        if len(self.members) > MAX_MEMBERS:
            raise Refused(TOO_LARGE)
        if sum(member.file_size for member in self.members) > self.budget:
            raise Refused(TOO_LARGE)
        seen: set[str] = set()
        for member in self.members:
            check_member(member)
            if member.filename.lower() in seen:
                raise Refused(DAMAGED)
            seen.add(member.filename.lower())

    def chunks(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        """The member's bytes. The checksum is compared at the end; a lie is refused."""
        try:
            with self.zip.open(member) as file:
                while chunk := file.read(CHUNK):
                    self.budget -= len(chunk)
                    if self.budget < 0:
                        raise Refused(TOO_LARGE)
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            raise Refused(DAMAGED) from error

    def read(self, member: zipfile.ZipInfo) -> bytes:
        return b"".join(self.chunks(member))


def check_end(file: BinaryIO) -> None:
    """Before zipfile reads the directory: it ends the file and is of a size we can hold."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _END.size))
    record = file.read(_END.size)
    if len(record) < _END.size:
        raise Refused(DAMAGED)
    mark, _disk, _start, _here, count, directory, offset, comment = _END.unpack(record)
    if mark != b"PK\x05\x06" or comment:
        raise Refused(DAMAGED)
    if count > MAX_MEMBERS or directory > MAX_DIRECTORY:
        raise Refused(TOO_LARGE)
    if offset + directory + _END.size != size:
        raise Refused(DAMAGED)


def check_member(member: zipfile.ZipInfo) -> None:
    name = member.filename
    if member.flag_bits & _ENCRYPTED:
        raise Refused(LOCKED)
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Refused(DAMAGED)
    if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
        raise Refused(DAMAGED)
    is_large = member.file_size > RATIO_FROM
    if is_large and member.file_size > MAX_RATIO * max(member.compress_size, 1):
        raise Refused(TOO_LARGE)
