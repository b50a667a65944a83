"""Ports on 127.0.0.1: remembered per checkout, so that addresses stay the same."""

import errno
import json
import os
import socket
import zlib
from pathlib import Path

from dev.places import ROOT, NotReady, read_json, write_private

FIRST, SPAN = 20000, 12000  # below the range that the kernel hands out by itself


def is_free(port: int) -> bool:
    """Whether nothing listens on `port`, over IPv4 or IPv6 (browsers try both)."""
    for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        try:
            with socket.socket(family) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            if family == socket.AF_INET:
                raise NotReady(f"Port {port} cannot be used: {error.strerror}.") from error
    return True


def remembered(place: Path, *names: str) -> dict[str, int]:
    """A free port for each name; the one of last time where it is still free."""
    path = place / "ports.json"
    last = read_json(path)
    ports = {name: last[name] for name in names if name in last and is_free(last[name])}
    for name in names:
        if name not in ports:
            ports[name] = _free(taken=set(ports.values()))
    write_private(path, json.dumps(ports))
    return ports


def _free(*, taken: set[int]) -> int:
    start = zlib.crc32(f"{ROOT}{os.getpid()}".encode()) % SPAN
    for step in range(SPAN):
        port = FIRST + (start + step) % SPAN
        if port not in taken and is_free(port):
            return port
    raise NotReady(f"No free port between {FIRST} and {FIRST + SPAN}.")
