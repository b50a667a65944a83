"""Processes that outlived their supervisor: a pid file may lie; folder and environment do not."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

MARK = "SUPERVISED_IN"  # in the environment of every service: the place it belongs to


def end_servers_in(folder: Path, stop: signal.Signals) -> None:
    """Stop what has `folder` as its working folder: a server stands in its data."""
    _end(lambda: _matching(lambda entry: os.readlink(entry / "cwd") == str(folder)), stop)


def end_services_of(place: Path) -> None:
    """Stop the web, workers and beat of a supervisor that was killed together with its guardian."""
    wanted = f"{MARK}={place}".encode()
    _end(
        lambda: _matching(lambda entry: wanted in (entry / "environ").read_bytes().split(b"\0")),
        signal.SIGTERM,
    )


def _matching(belongs: Callable[[Path], bool]) -> Iterator[int]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if belongs(entry):
                    yield int(entry.name)
            except (FileNotFoundError, PermissionError, ProcessLookupError):
                continue  # gone meanwhile, or someone else's


def _end(find: Callable[[], Iterator[int]], stop: signal.Signals, *, patience: float = 8) -> None:
    for wanted in (stop, signal.SIGKILL):
        asked: set[int] = set()  # once each: a second signal would mean "at once" to some
        deadline = time.monotonic() + patience
        while (running := list(find())) and time.monotonic() < deadline:
            for pid in set(running) - asked:
                asked.add(pid)
                _signal(pid, wanted)
            time.sleep(0.05)


def _signal(pid: int, wanted: signal.Signals) -> None:
    try:
        os.kill(pid, wanted)
    except ProcessLookupError:
        return
