"""Processes beside this one that wait to look at a file, so that nobody waits for Python and its
parsers to start: each is started when it is first needed, started again when it has gone, and gone
with this one. None has the database or this service's environment.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}
Process = subprocess.Popen[str]


class Helper:
    """Answers a line with a line, one at a time. `words`: what Python is told to run."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.lock = threading.Lock()
        self.process: Process | None = None
        self.owner = 0
        atexit.register(self.end)

    def ask(self, line: str) -> str:
        """Its answer; less than a line where it has gone meanwhile."""
        with self.lock:
            return self._ask_again(line)

    def ask_if_free(self, line: str) -> str:
        """As ask(); nothing where it is busy for somebody else."""
        if not self.lock.acquire(blocking=False):
            return ""
        try:
            return self._ask_again(line)
        finally:
            self.lock.release()

    def end(self) -> None:
        with self.lock:
            self._end()

    def _ask_again(self, line: str) -> str:
        try:
            return self._ask(self._running(), line)
        except BrokenPipeError:
            self._end()
            return self._ask(self._running(), line)

    def _ask(self, process: Process, line: str) -> str:
        told, said = process.stdin, process.stdout
        if told is None or said is None:
            raise BrokenPipeError
        told.write(f"{line}\n")
        told.flush()
        return said.readline()

    def _running(self) -> Process:
        """A process that was forked from this one since has a helper of its own."""
        if self.process is None or self.owner != os.getpid() or self.process.poll() is not None:
            self._end()
            self.process = subprocess.Popen(  # noqa: S603 - our own program, a list, no shell
                [sys.executable, *self.words],
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
