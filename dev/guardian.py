"""Ends the supervisor's children when the supervisor itself was killed.

It reads `+ pid signal` and `- pid` from its standard input, which closes when the supervisor is
gone, however that happened. Each child leads its own process group.
"""

import os
import signal
import sys
import time
from pathlib import Path

PATIENCE = 8.0  # seconds between asking and insisting


def alive(pid: int) -> bool:
    """Whether the process still runs; a zombie, which nobody may come to reap, does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def send(group: int, wanted: int, *, whole: bool) -> None:
    """Signal the leader, or the whole group; a process that is gone is what we want."""
    try:
        (os.killpg if whole else os.kill)(group, wanted)
    except ProcessLookupError:
        return


def end(group: int, wanted: int) -> None:
    """Ask the leader, wait, then insist on the group."""
    send(group, wanted, whole=False)
    deadline = time.monotonic() + PATIENCE
    while alive(group) and time.monotonic() < deadline:
        time.sleep(0.05)
    send(group, signal.SIGKILL, whole=True)


def main() -> None:
    """Follow the list until the supervisor is gone, then end the last started first."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    children: dict[int, int] = {}
    for line in sys.stdin:
        mark, pid, *rest = line.split()
        if mark == "+":
            children[int(pid)] = int(rest[0])
        else:
            children.pop(int(pid), None)
    for pid, wanted in reversed(children.items()):
        end(pid, wanted)


if __name__ == "__main__":
    main()
