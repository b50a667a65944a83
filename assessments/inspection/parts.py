"""The parts of an Office file: their XML as events, and the order they are shown in."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from xml.parsers import expat

from assessments.inspection.archive import Archive

BOOK, STRINGS = "xl/workbook.xml", "xl/sharedStrings.xml"
Event = tuple[str, str, dict[str, str]]
"""("start" or "end", tag without its namespace, attributes) or ("text", characters, {})."""


class Parts:
    """An archive by the names of its members."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.members: dict[str, zipfile.ZipInfo] = {
            member.filename: member for member in archive.members if not member.is_dir()
        }

    def names(self, folder: str, stem: str = "") -> list[str]:
        """XML parts of a folder whose name begins with `stem`, in order."""
        return sorted(
            name
            for name in self.members
            if posixpath.dirname(name) == folder
            and posixpath.basename(name).startswith(stem)
            and name.endswith(".xml")
        )

    def events(self, name: str) -> Iterator[Event]:
        """Piece by piece. A part that is not there has none."""
        if name not in self.members:
            return
        waiting: list[Event] = []
        reader = _reader(waiting)
        for chunk in self.archive.chunks(self.members[name]):
            reader.Parse(chunk, False)
            yield from waiting
            waiting.clear()
        reader.Parse(b"", True)
        yield from waiting

    def targets(self, name: str) -> dict[str, str]:
        """What the relations of a part point to, by their ids."""
        folder, base = posixpath.split(name)
        relations = self.events(f"{folder}/_rels/{base}.rels")
        return {
            said["Id"]: posixpath.normpath(posixpath.join("/", folder, said["Target"])).lstrip("/")
            for kind, tag, said in relations
            if kind == "start" and tag == "Relationship" and {"Id", "Target"} <= said.keys()
        }


@contextmanager
def opened(path: Path) -> Iterator[Parts]:
    with path.open("rb") as file:
        yield Parts(Archive(file))


def _reader(waiting: list[Event]) -> Any:
    reader = expat.ParserCreate(namespace_separator=" ")
    reader.buffer_text = True

    @cache
    def local(name: str) -> str:
        return name.rpartition(" ")[2]

    def start(tag: str, said: dict[str, str]) -> None:
        waiting.append(("start", local(tag), {local(key): value for key, value in said.items()}))

    reader.StartElementHandler = start
    reader.EndElementHandler = lambda tag: waiting.append(("end", local(tag), {}))
    reader.CharacterDataHandler = lambda text: waiting.append(("text", text, {}))
    return reader


def sheets(parts: Parts) -> Iterator[tuple[str, str]]:
    """(title, part) of each sheet of a workbook, in their order."""
    targets = parts.targets(BOOK)
    for kind, tag, said in parts.events(BOOK):
        if kind == "start" and tag == "sheet":
            yield said.get("name", ""), targets.get(said.get("id", ""), "")


def paragraphs(events: Iterator[Event]) -> Iterator[str]:
    """The text of each element `p`, also of those inside others; it stands in elements `t`."""
    open_ones: list[list[str]] = []
    is_text = False
    for kind, name, _said in events:
        if kind == "text":
            if is_text and open_ones:
                open_ones[-1].append(name)
        elif name == "t":
            is_text = kind == "start"
        elif name == "p":
            if kind == "start":
                open_ones.append([])
            elif open_ones:
                yield "".join(open_ones.pop())
        elif name in {"tab", "br", "cr"} and kind == "start" and open_ones:
            open_ones[-1].append(" " if name == "tab" else "\n")
