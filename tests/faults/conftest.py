"""The whole service beside a queue that may be killed: its own Valkey, on a port that stays."""

from __future__ import annotations

import os
import secrets
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from dev.children import Child, Guardian, stop
from dev.ports import is_free
from dev.valkey import Valkey
from tests.served.stack import Stack, running

LONG = os.environ.get("FAULTS") == "long"
"""`make faults` asks for the long form."""


@dataclass
class Queue:
    """A Valkey that keeps nothing on disk: what is killed is empty when it comes back."""

    server: Valkey
    log: Path
    guardian: Guardian
    child: Child | None = None

    def start(self) -> None:
        self.server.prepare()
        command, path = self.server.command(), {"PATH": os.environ["PATH"]}
        self.child = Child("queue", command, path, self.log, self.guardian, signal.SIGTERM)
        self.child.start()
        self.server.wait(self.child.is_running, self.log)

    def kill(self) -> None:
        """As a crash would."""
        assert self.child is not None
        assert self.child.process is not None
        os.kill(self.child.process.pid, signal.SIGKILL)
        self.child.end(0)

    def stop(self) -> None:
        if self.child is not None and self.child.is_running():
            stop([self.child], patience=5)


@pytest.fixture(scope="session")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Queue]:
    place = tmp_path_factory.mktemp("queue")
    port = next(port for port in range(34000 + os.getpid() % 1000, 65535) if is_free(port))
    guardian = Guardian()
    queue = Queue(
        Valkey(place, port, secrets.token_hex(16), durable=False), place / "queue.log", guardian
    )
    queue.start()
    yield queue
    queue.stop()
    guardian.close()


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, queue: Queue) -> Iterator[Stack]:
    """Web, both workers and beat. The short form sweeps every 3 s instead of every 30."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("REDIS_URL", queue.server.url)
        environment.setenv("SWEEP_SECONDS", "30" if LONG else "3")
        with running(tmp_path_factory.mktemp("faults"), f"faults_{os.getpid()}") as stack:
            yield stack


@pytest.fixture
def services(stack: Stack, queue: Queue) -> Iterator[Stack]:
    """Everything up at the start of a test and again at its end, whatever happened."""
    if queue.child is None or not queue.child.is_running():
        queue.start()
    for name in ("worker", "reports", "beat"):
        stack.start(name)
    yield stack
    stack.stop("worker", "reports", "beat")
