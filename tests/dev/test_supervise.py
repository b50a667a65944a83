"""`make run` from its first start to its last process, in a second checkout of the same code."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest

from dev import guardian, leftovers, ports
from dev.places import ROOT
from dev.servers import written_environment
from tests.served.stack import wait_for

OWN = {".git", ".local", "dev"}  # what a checkout does not share with another
ENOUGH = 120.0  # seconds: the first start makes a database, on a machine that tests elsewhere too
# Where the cluster will lie, marked as one that has its demo data: the stories take a while.
PREPARE = """
from dev import identity
from dev.places import LOCAL
(identity.data_folder(identity.choose(), LOCAL) / "demo-loaded").touch()
print(identity.ELSEWHERE)
"""


@dataclass
class Checkout:
    """A second checkout, and the `make run` in it."""

    root: Path
    port: int
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the test run's own servers; without us (MAKELEVEL) it ends by itself."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {**kept, "PORT": str(self.port), "MAKELEVEL": "1"}

    @property
    def local(self) -> Path:
        return self.root / ".local"

    @property
    def said(self) -> str:
        """What the person at the terminal has read since the last start."""
        return (self.root / "terminal").read_text()

    def run(self) -> subprocess.Popen[bytes]:
        """Start it; `said` begins anew."""
        with (self.root / "terminal").open("wb") as terminal:
            process = subprocess.Popen(
                [sys.executable, "-m", "dev.supervise"],
                cwd=self.root,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=terminal,
                stderr=subprocess.STDOUT,
            )
        self.started.append(process)
        return process

    def run_until_it_answers(self) -> subprocess.Popen[bytes]:
        """Start it and wait until it has said all it says."""
        process = self.run()
        self.wait_for_words("Ctrl-C stops everything", process)
        return process

    def wait_for_words(self, words: str, process: subprocess.Popen[bytes]) -> None:
        wait_for(
            lambda: words in self.said,
            f"{words!r} at the terminal",
            patience=ENOUGH,
            is_alive=lambda: process.poll() is None,
            log=self.root / "terminal",
        )

    def health(self) -> int:
        """The status of /healthz."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            return connection.getresponse().status
        finally:
            connection.close()

    def database(self) -> psycopg.Connection[tuple[str]]:
        """The development database, as its owner."""
        environment = written_environment(self.local)
        assert environment is not None
        connection = psycopg.connect(environment["DATABASE_URL_MIGRATE"])
        connection.execute("SET app.migration = 'on'")
        return connection


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    """Its `dev` is a copy, so that places are its own; the rest is the code under test."""
    root = tmp_path / "checkout"
    shutil.copytree(ROOT / "dev", root / "dev", ignore=shutil.ignore_patterns("__pycache__"))
    for entry in ROOT.iterdir():
        if entry.name not in OWN:
            (root / entry.name).symlink_to(entry)
    done = subprocess.run(
        [sys.executable, "-c", PREPARE], cwd=root, capture_output=True, text=True, check=True
    )
    made = Checkout(root, ports.remembered(tmp_path, "web")["web"])
    try:
        yield made
    finally:
        for process in made.started:
            end(process)
        for pid in marked_with(root):  # none, unless a test has failed
            guardian.send(pid, signal.SIGKILL, whole=False)
        wait_for(lambda: not marked_with(root), "the end of what a failed test left")
        shutil.rmtree(root)
        shutil.rmtree(done.stdout.strip(), ignore_errors=True)  # there on some machines only


def end(process: subprocess.Popen[bytes]) -> int:
    """Ask it to stop and wait; its exit code."""
    process.terminate()
    try:
        return process.wait(timeout=60)
    finally:
        process.kill()  # its guardian then ends the rest
        process.wait()


def children_of(pid: int) -> dict[int, str]:
    """The command lines of the direct children, as far as they are still there."""
    listed = _tell(Path(f"/proc/{pid}/task/{pid}/children")).split()
    words = {int(child): _tell(Path(f"/proc/{int(child)}/cmdline")) for child in listed}
    return {child: found.decode().replace("\0", " ") for child, found in words.items() if found}


def family_of(pid: int) -> set[int]:
    """The children, theirs, and so on."""
    found = set(children_of(pid))
    return found.union(*(family_of(child) for child in found))


def marked_with(root: Path) -> set[int]:
    """Every process on this machine that works in `root`, was told of it, or has its mark."""
    found = set()
    for entry in Path("/proc").iterdir():
        about = [_tell(entry / "environ"), _tell(entry / "cmdline"), _tell(entry / "cwd")]
        if entry.name.isdigit() and bytes(root) in b"".join(about):
            found.add(int(entry.name))
    return found


def _tell(path: Path) -> bytes:
    """What a process shows here; nothing if it is gone, or keeps this from us."""
    try:
        return os.readlink(path).encode() if path.name == "cwd" else path.read_bytes()
    except OSError:
        return b""


def web_of(process: subprocess.Popen[bytes]) -> int:
    """The process id of gunicorn's master."""
    (web,) = (pid for pid, words in children_of(process.pid).items() if "config.wsgi" in words)
    return web


def test_run_starts_revives_its_web_ends_whole_and_keeps_its_data(checkout: Checkout) -> None:
    process = checkout.run_until_it_answers()
    assert f"http://localhost:{checkout.port}\n" in checkout.said
    assert checkout.health() == 200
    mark = f"{leftovers.MARK}={checkout.local}".encode()
    assert mark in Path(f"/proc/{web_of(process)}/environ").read_bytes().split(b"\0")

    killed = web_of(process)
    os.kill(killed, signal.SIGKILL)
    checkout.wait_for_words("web stopped; starting it again in 1 s", process)
    checkout.wait_for_words("web is running again", process)
    assert web_of(process) != killed
    wait_for(lambda: answers(checkout), "the second web", patience=ENOUGH)

    with checkout.database() as connection:
        connection.execute("INSERT INTO django_session VALUES ('kept', 'kept', now())")
    family = family_of(process.pid)
    # Guardian, PostgreSQL, Valkey, web, worker, reports and beat.
    assert len(children_of(process.pid)) == 7
    # Where root may not act for another account, PostgreSQL lives where that account can reach it.
    ours = {pid for pid, words in children_of(process.pid).items() if "bin/postgres " not in words}
    assert {process.pid, *ours} <= marked_with(checkout.root)
    assert end(process) == 0
    assert "Everything has stopped." in checkout.said
    assert [pid for pid in family if guardian.alive(pid)] == []
    assert marked_with(checkout.root) == set()

    process = checkout.run()
    checkout.wait_for_words("Starting the service", process)
    with checkout.database() as connection:
        kept = connection.execute("SELECT session_data FROM django_session").fetchall()
    assert kept == [("kept",)]
    assert end(process) == 0  # while it still starts
    assert marked_with(checkout.root) == set()


def answers(checkout: Checkout) -> bool:
    """Whether the web is there; between two webs nobody listens."""
    try:
        return checkout.health() == 200
    except OSError:
        return False


def test_run_on_a_port_in_use_says_so_and_starts_nothing(checkout: Checkout) -> None:
    with socket.create_server(("127.0.0.1", checkout.port)):
        process = checkout.run()
        assert process.wait(timeout=60) == 1
    assert checkout.said.strip() == (
        f"Port {checkout.port} is in use by another program. Choose another one: "
        f"PORT={checkout.port + 1} make run"
    )
    assert not (checkout.local / "log").exists()
    assert not (checkout.local / "environment").exists()
    assert marked_with(checkout.root) == set()
