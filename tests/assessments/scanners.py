"""A real clamd with a small database of our own, and servers that behave as a broken one does."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from assessments import clamd
from dev.places import LOCAL, tail

UNPACKED = LOCAL / "clamd"
# In halves: what guards the machine of a developer is not to take this file away.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS" + "-TEST-FILE!$H+H*").encode()
OUR_MARK = b"a mark that our own test signature knows, and no honest document has"
CONFIGURATION = """
LocalSocket {place}/clamd.sock
DatabaseDirectory {place}/database
TemporaryDirectory {place}
LogFile {place}/clamd.log
Foreground yes
StreamMaxLength {most}
"""


def program() -> str:
    """The path of clamd, or "" where dev/clamd.sh could not fetch one."""
    ours = UNPACKED / "usr" / "sbin" / "clamd"
    return str(ours) if ours.exists() else shutil.which("clamd", path="/usr/sbin:/usr/bin") or ""


@contextmanager
def real_clamd(place: Path, *, most: str = "26M") -> Iterator[str]:
    """Its address, while it runs."""
    (place / "database").mkdir(parents=True)
    signatures = {"Eicar-Test-Signature": EICAR, "House.Test-Mark": OUR_MARK}
    lines = [f"{name}:0:*:{mark.hex()}\n" for name, mark in signatures.items()]
    (place / "database" / "house.ndb").write_text("".join(lines))
    (place / "clamd.conf").write_text(CONFIGURATION.format(place=place, most=most))
    libraries = ":".join(map(str, UNPACKED.glob("usr/lib/*")))
    server = subprocess.Popen(
        [program(), "--config-file", str(place / "clamd.conf")],
        env={"PATH": os.defpath, "LD_LIBRARY_PATH": libraries},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address, deadline = f"unix://{place}/clamd.sock", time.monotonic() + 60
    try:
        while not clamd.is_alive(address):
            assert server.poll() is None, tail(place / "clamd.log", 20)
            assert time.monotonic() < deadline, tail(place / "clamd.log", 20)
            time.sleep(0.05)
        yield address
    finally:
        server.terminate()
        server.wait(10)


@contextmanager
def stand_in(path: Path, behave: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server on a real socket that does with each caller what `behave` does."""
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(path))
        door.listen()

        def serve() -> None:
            while True:
                try:
                    line, _ = door.accept()
                except OSError:  # closed: the test is over
                    return
                with line:
                    behave(line)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"unix://{path}"
        door.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def saying(answer: bytes) -> Callable[[socket.socket], None]:
    """Listens to the end, then answers."""

    def behave(line: socket.socket) -> None:
        heard = b""
        while not heard.endswith(b"\0\0\0\0"):
            part = line.recv(65536)
            if not part:
                break
            heard += part
        line.sendall(answer)

    return behave


def silent(line: socket.socket) -> None:
    """Takes everything and says nothing, until the caller has had enough."""
    while line.recv(65536):
        pass
