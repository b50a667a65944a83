"""Workbooks as cells, read by a process beside this one (cells.py), which knows none of the
installed packages (-S)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from assessments.inspection import DAMAGED
from assessments.inspection.helper import Helper
from assessments.inspection.verdict import Refused

_reader = Helper("-S", "-m", "assessments.inspection.cells")


def cells_of(path: Path) -> list[dict[str, Any]]:
    """The sheets of the workbook at `path` as cells. Raises Refused with a sentence for the
    reader."""
    line = _reader.ask(str(path))
    try:
        answer = json.loads(line)
    except ValueError as error:  # it ended, or what it wrote was cut short
        _reader.end()
        raise Refused(DAMAGED) from error
    if "trouble" in answer:
        raise RuntimeError("A workbook could not be read: see what was printed before this.")
    if answer["refused"]:
        raise Refused(answer["refused"])
    sheets: list[dict[str, Any]] = answer["sheets"]
    return sheets
