"""The process that reads workbooks: `python -S -m assessments.inspection.cells`.

It is told a path on each line of stdin and forks for it, so that each file is read in a process of
its own within its limits, and nobody waits for Python to start. The same check as for any Office
file comes first. Then, on one line of JSON, the sheets with the cells that hold something; or only
why the file is refused. How large a sheet claims to be is not believed: what is there is counted
while it is read.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.parsers import expat

from assessments import inspection
from assessments.inspection import office
from assessments.inspection.__main__ import limit
from assessments.inspection.archive import DAMAGED, Archive
from assessments.inspection.parts import STRINGS, Event, opened, sheets
from assessments.inspection.verdict import Refused

MAX_SHEETS, MAX_MERGED, MAX_CELLS, MAX_CHARACTERS = 20, 1_000, 100_000, 6_000_000
TOO_MUCH = (
    "The workbook holds far more than a self-assessment. Delete what does not belong to it, or "
    "download a new workbook and copy your texts into it."
)
NOT_A_WORKBOOK = "The file is not an Excel workbook. Save it as an Excel workbook (.xlsx)."
ZIP = b"PK\x03\x04"
ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
TEXT, NUMBER, FORMULA, FAULT = "text", "number", "formula", "fault"
SORTS = {"s": TEXT, "inlineStr": TEXT, "str": TEXT, "e": FAULT}
Rows = dict[int, dict[int, list[str]]]


class Budget:
    """What may still be read of the whole workbook."""

    def __init__(self) -> None:
        self.cells, self.characters = MAX_CELLS, MAX_CHARACTERS

    def take(self, text: str) -> None:
        self.characters -= len(text)
        if self.characters < 0:
            raise Refused(TOO_MUCH)

    def count(self) -> None:
        self.cells -= 1
        if self.cells < 0:
            raise Refused(TOO_MUCH)


def answer(path: Path) -> dict[str, Any]:
    try:
        return {"refused": "", "sheets": read(path)}
    except Refused as refusal:
        return {"refused": str(refusal)}
    except (expat.ExpatError, LookupError, ValueError):
        return {"refused": DAMAGED}
    except (MemoryError, RecursionError):
        return {"refused": inspection.TOO_MUCH}


def read(path: Path) -> list[dict[str, Any]]:
    """Every sheet in its order, hidden ones among them."""
    check(path)
    with opened(path) as parts:
        budget = Budget()
        shared = list(strings(parts.events(STRINGS), budget))
        titles = list(sheets(parts))
        if len(titles) > MAX_SHEETS:
            raise Refused(TOO_MUCH)
        return [
            {"title": title, **Sheet(shared, budget).read(parts.events(name))}
            for title, name in titles
        ]


def check(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(len(office.OLE))
        if not head.startswith(ZIP):
            raise Refused(office.LEGACY if head == office.OLE else NOT_A_WORKBOOK)
        if office.look(Archive(file), depth=0)[1] != ".xlsx":
            raise Refused(NOT_A_WORKBOOK)


class Spoken:
    """The text inside `<t>` or `<v>`. How it is pronounced (rPh) is no part of it."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.pieces: list[str] = []
        self.is_open = self.is_aside = False

    def see(self, tag: str, *, is_start: bool) -> None:
        if tag in {"v", "t"}:
            self.is_open = is_start
        elif tag == "rPh":
            self.is_aside = is_start

    def hear(self, text: str) -> None:
        if self.is_open and not self.is_aside:
            self.budget.take(text)
            self.pieces.append(text)

    def whole(self) -> str:
        text = "".join(self.pieces)
        self.pieces.clear()
        return text


def strings(events: Iterator[Event], budget: Budget) -> Iterator[str]:
    """The shared texts in their order."""
    spoken = Spoken(budget)
    for kind, name, _said in events:
        if kind == "text":
            spoken.hear(name)
        elif name == "si" and kind == "end":
            budget.count()
            yield unescaped(spoken.whole())
        else:
            spoken.see(name, is_start=kind == "start")


class Sheet:
    """One sheet while it is read. A cell without an address stands behind the one before."""

    def __init__(self, shared: list[str], budget: Budget) -> None:
        self.shared, self.budget = shared, budget
        self.spoken = Spoken(budget)
        self.rows: Rows = {}
        self.merged: list[list[int]] = []
        self.row = self.column = 0
        self.sort, self.is_formula = "", False

    def read(self, events: Iterator[Event]) -> dict[str, Any]:
        """rows: {row: {column: [sort, value]}}; merged: [[row, column, last row, last column]]."""
        for kind, name, said in events:
            if kind == "text":
                self.spoken.hear(name)
            elif name == "row" and kind == "start":
                self.begin_row(said)
            elif name == "c":
                self.begin_cell(said) if kind == "start" else self.end_cell()
            elif name == "mergeCell" and kind == "start":
                self.merged.append(corners(said.get("ref", "")))
                if len(self.merged) > MAX_MERGED:
                    raise Refused(TOO_MUCH)
            else:
                self.is_formula |= name == "f"
                self.spoken.see(name, is_start=kind == "start")
        return {"rows": self.rows, "merged": self.merged}

    def begin_row(self, said: dict[str, str]) -> None:
        self.budget.count()
        self.row = int(said["r"]) if "r" in said else self.row + 1
        self.column = 0

    def begin_cell(self, said: dict[str, str]) -> None:
        self.budget.count()
        if "r" in said:
            self.row, self.column = place(said["r"])
        else:
            self.column += 1
        self.sort, self.is_formula = said.get("t", ""), False

    def end_cell(self) -> None:
        value = self.spoken.whole()
        sort = FORMULA if self.is_formula else SORTS.get(self.sort, NUMBER)
        if self.sort == "s" and value and sort == TEXT:
            value = self.shared[int(value)]
            self.budget.take(value)
        elif sort == TEXT:
            value = unescaped(value)
        elif self.sort == "b":
            value = "TRUE" if value == "1" else "FALSE"
        if value or sort == FORMULA:
            self.rows.setdefault(self.row, {})[self.column] = [sort, value]


def place(address: str) -> tuple[int, int]:
    """B3 → (3, 2)."""
    found = ADDRESS.fullmatch(address)
    if found is None:
        raise Refused(DAMAGED)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column


def corners(ref: str) -> list[int]:
    first, _, last = ref.partition(":")
    return [*place(first), *place(last or first)]


def unescaped(text: str) -> str:
    """Excel writes what XML cannot say as _x000D_."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def fork(path: Path) -> None:
    """Reads it in a child. Where that is ended by a limit, this process answers in its place."""
    pid = os.fork()
    if pid == 0:
        limit()
        signal.alarm(inspection.WALL_SECONDS)
        say(answer(path))
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code < 0:
        is_limit = -code in (*inspection.ENDED_BY_LIMIT, signal.SIGALRM)
        say({"refused": inspection.TOO_MUCH if is_limit else inspection.DAMAGED})
    elif code:
        say({"trouble": code})


def say(fact: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(fact) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    for line in sys.stdin:
        fork(Path(line.removesuffix("\n")))
