"""A real OpenID Connect provider, in a process of its own: the agencies' own sign-in."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import requests

CLAIMS = "/users"
CONFIGURATION = "/.well-known/openid-configuration"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def issuing() -> Iterator[str]:
    """The address of a running provider, which is its name in tokens."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        issuer = f"http://127.0.0.1:{port}"
        _wait(process, issuer)
        yield issuer
    finally:
        process.terminate()
        process.wait(20)


def _wait(process: subprocess.Popen[bytes], issuer: str) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if requests.get(issuer + CONFIGURATION, timeout=5).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.1)
    raise AssertionError("the OpenID Connect provider did not start")


def tell(issuer: str, sub: str, **claims: object) -> None:
    """What the provider says of this subject from now on."""
    requests.put(f"{issuer}{CLAIMS}/{sub}", json=claims, timeout=10).raise_for_status()
