"""Processes that outlived their supervisor: a pid file may lie, a working folder does not."""

import os
import signal
import time
from pathlib import Path


def working_in(folder: Path) -> list[int]:
    """The processes whose working folder is `folder`: a server stands in its data."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.readlink(entry / "cwd") == str(folder):
                    found.append(int(entry.name))
            except (FileNotFoundError, PermissionError, ProcessLookupError):
                continue  # gone meanwhile, or someone else's
    return found


def end(folder: Path, *, patience: float = 10) -> None:
    """Stop whatever still works in `folder`; SIGQUIT first, so that data is left in order."""
    for wanted, wait in ((signal.SIGQUIT, patience), (signal.SIGKILL, patience)):
        deadline = time.monotonic() + wait
        while running := working_in(folder):
            if time.monotonic() > deadline:
                break
            for pid in running:
                _signal(pid, wanted)
            time.sleep(0.1)


def _signal(pid: int, wanted: signal.Signals) -> None:
    try:
        os.kill(pid, wanted)
    except ProcessLookupError:
        return
