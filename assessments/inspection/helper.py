"""The process beside this one that reads workbooks (cells.py): started when it is first needed,
started again when it has gone, and gone with this one.

It has neither the database nor this service's environment nor the installed packages (-S).
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from assessments.inspection import DAMAGED, ENVIRONMENT, ROOT
from assessments.inspection.verdict import Refused

COMMAND = (sys.executable, "-S", "-m", "assessments.inspection.cells")
Process = subprocess.Popen[str]


class Helper:
    """One file at a time: a few milliseconds each, some seconds for what is refused."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.process: Process | None = None
        self.owner = 0

    def ask(self, path: Path) -> str:
        """Its answer, one line; less where it has gone meanwhile."""
        with self.lock:
            try:
                return self._ask(self._running(), path)
            except BrokenPipeError:
                self._end()
                return self._ask(self._running(), path)

    def end(self) -> None:
        with self.lock:
            self._end()

    def _ask(self, process: Process, path: Path) -> str:
        told, said = process.stdin, process.stdout
        if told is None or said is None:
            raise BrokenPipeError
        told.write(f"{path}\n")
        told.flush()
        return said.readline()

    def _running(self) -> Process:
        """A process that was forked from this one since has a helper of its own."""
        if self.process is None or self.owner != os.getpid() or self.process.poll() is not None:
            self._end()
            self.process = subprocess.Popen(  # noqa: S603 - our own program, a list, no shell
                COMMAND,
                cwd=ROOT,
                env=ENVIRONMENT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            self.owner = os.getpid()
        return self.process

    def _end(self) -> None:
        process, self.process = self.process, None
        if process is None or self.owner != os.getpid():
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()


_helper = Helper()
atexit.register(_helper.end)


def cells_of(path: Path) -> list[dict[str, Any]]:
    """The sheets of the workbook at `path` as cells. Raises Refused with a sentence for the
    reader."""
    line = _helper.ask(path)
    try:
        answer = json.loads(line)
    except ValueError as error:  # it ended, or what it wrote was cut short
        _helper.end()
        raise Refused(DAMAGED) from error
    if "trouble" in answer:
        raise RuntimeError("A workbook could not be read: see what was printed before this.")
    if answer["refused"]:
        raise Refused(answer["refused"])
    sheets: list[dict[str, Any]] = answer["sheets"]
    return sheets
