"""A small client of clamd: one file by INSTREAM, under one time limit for all of it.

Only the exact answer that the stream is fine counts as clean. clamd was seen to answer nothing at
all, and an error, for files that it could not look at: both are no verdict.
"""

from __future__ import annotations

import re
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

CHUNK = 64 * 1024
LONGEST_ANSWER = 4096
CLEAN, ALIVE = b"stream: OK\0", b"PONG\0"
FOUND = re.compile(rb"stream: ([\x21-\x7e]{1,100}) FOUND\0")
PING_SECONDS = 5.0


class NoVerdict(Exception):
    """It is not known whether the file is clean. The message is for the log."""


class BadAddress(ValueError):
    """The address of clamd cannot be one."""


def scan(path: Path, address: str, *, seconds: float) -> str:
    """The name of what was found in the file; "" where it is clean. Raises NoVerdict."""
    with path.open("rb") as file:
        chunks = iter(lambda: file.read(CHUNK), b"")
        answer = _ask(address, b"zINSTREAM\0", _framed(chunks), seconds)
    if answer == CLEAN:
        return ""
    if found := FOUND.fullmatch(answer):
        return found[1].decode("ascii")
    raise NoVerdict(f"answered {answer[:100]!r}" if answer else "answered nothing")


def is_alive(address: str) -> bool:
    try:
        return _ask(address, b"zPING\0", iter(()), PING_SECONDS) == ALIVE
    except NoVerdict:
        return False


def parsed(address: str) -> tuple[socket.AddressFamily, str | tuple[str, int]]:
    """Of unix:///path or tcp://host:port. Raises BadAddress."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadAddress(str(error)) from error
    if parts.scheme == "unix" and parts.path.startswith("/") and not parts.netloc:
        return socket.AF_UNIX, parts.path
    if parts.scheme == "tcp" and host and port:
        return socket.AF_INET, (host, port)
    raise BadAddress("it is neither unix:///path nor tcp://host:port")


def _framed(chunks: Iterator[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        yield struct.pack("!L", len(chunk)) + chunk
    yield struct.pack("!L", 0)


def _ask(address: str, command: bytes, body: Iterator[bytes], seconds: float) -> bytes:
    """Everything it says until it hangs up."""
    deadline = time.monotonic() + seconds
    try:
        with _connected(address, deadline) as line:
            _say(line, command, body, deadline)
            return _hear(line, deadline)
    except OSError as error:
        raise NoVerdict(f"{type(error).__name__}: {error}") from error


@contextmanager
def _connected(address: str, deadline: float) -> Iterator[socket.socket]:
    family, where = parsed(address)
    if family == socket.AF_UNIX:
        line = socket.socket(family)
    else:
        line = socket.create_connection(where, timeout=_left(deadline))  # type: ignore[arg-type]
    with line:
        if family == socket.AF_UNIX:
            line.settimeout(_left(deadline))
            line.connect(where)
        yield line


def _say(line: socket.socket, command: bytes, body: Iterator[bytes], deadline: float) -> None:
    """It may hang up in the middle, having said why: that is still to be heard."""
    try:
        line.settimeout(_left(deadline))
        line.sendall(command)
        for part in body:
            line.settimeout(_left(deadline))
            line.sendall(part)
    except (BrokenPipeError, ConnectionResetError):
        return


def _hear(line: socket.socket, deadline: float) -> bytes:
    heard = b""
    while len(heard) <= LONGEST_ANSWER:
        line.settimeout(_left(deadline))
        part = line.recv(LONGEST_ANSWER)
        if not part:
            break
        heard += part
    return heard


def _left(deadline: float) -> float:
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError("the time was up")
    return seconds
