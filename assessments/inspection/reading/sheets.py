"""Workbooks, by sheet and cell; the first row tells what the columns are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from assessments.inspection.parts import STRINGS, Event, opened, sheets
from assessments.inspection.reading.passage import Passage, gaps

BIRTH = re.compile(r"\b(?:d\.?o\.?b|birth|born)\b", re.IGNORECASE)
DAY_ZERO = date(1899, 12, 30)
SERIAL = re.compile(r"\d{4,5}(?:\.0+)?")
COLUMN = re.compile(r"[A-Z]+")
ADDRESS = re.compile(r"[A-Z]{1,3}[0-9]{1,7}")


def passages(path: Path) -> Iterator[Passage]:
    with opened(path) as parts:
        shared = list(_strings(parts.events(STRINGS), "si"))
        for number, (title, name) in enumerate(sheets(parts), start=1):
            yield Passage("the name of a sheet", title)
            yield from _cells(number, parts.events(name), shared)
        for name in parts.names("xl", "comments"):
            for text in _strings(parts.events(name), "comment"):
                yield Passage("a comment", text)
        yield from gaps(parts)


def _strings(events: Iterator[Event], around: str) -> Iterator[str]:
    """The text of each element `around`; it stands in elements `t`."""
    text: list[str] = []
    is_text = False
    for kind, name, _said in events:
        if kind == "text" and is_text:
            text.append(name)
        elif name == "t":
            is_text = kind == "start"
        elif name == around and kind == "end":
            yield "".join(text)
            text.clear()


def _cells(number: int, events: Iterator[Event], shared: list[str]) -> Iterator[Passage]:
    heads: dict[str, str] = {}
    for address, value in _values(events, shared):
        column = COLUMN.match(address)
        key = column[0] if column else ""
        head = heads.setdefault(key, value)
        is_date = BIRTH.search(head) and SERIAL.fullmatch(value)
        text = _day(value) if is_date else value
        is_real = ADDRESS.fullmatch(address)  # it is what the file says, of any length
        place = f"sheet {number}, cell {address}" if is_real else f"sheet {number}"
        yield Passage(place, text, "" if head == value else head)


def _values(events: Iterator[Event], shared: list[str]) -> Iterator[tuple[str, str]]:
    """(address, what is shown) of each cell that holds something."""
    address, sort, text, is_value = "", "", "", False
    for kind, name, said in events:
        if name == "c" and kind == "start":
            address, sort, text = said.get("r", ""), said.get("t", ""), ""
        elif name in {"v", "t"}:
            is_value = kind == "start"
        elif kind == "text" and is_value:
            text += name
        elif name == "c" and text:
            yield address, _shown(sort, text, shared)


def _shown(sort: str, text: str, shared: list[str]) -> str:
    if sort != "s":
        return text
    return shared[int(text)] if text.isdecimal() and int(text) < len(shared) else ""


def _day(serial: str) -> str:
    """The day that Excel keeps as a number."""
    return f"{DAY_ZERO + timedelta(days=int(float(serial))):%d/%m/%Y}"
