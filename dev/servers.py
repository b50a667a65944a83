"""PostgreSQL and Valkey for one place: the checkout's own, or those of one test run."""

import fcntl
import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

from dev import bootstrap, children, keys, ports
from dev.children import Child, Guardian, guarded
from dev.environment import check_real_servers, development, has_real_database
from dev.places import private_folder, write_private
from dev.postgres import Postgres
from dev.valkey import Valkey

DATABASE = "early_permanence"
DEMO_LOADED = "demo-loaded"  # a file beside a cluster that has had its demo data


def lock(place: Path) -> TextIOWrapper | None:
    """The right to run servers in `place`, held as long as the file is open; None if taken."""
    file = (private_folder(place) / "lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


class Servers:
    """Embedded servers where no real ones are named. `start()`, then `environment`."""

    def __init__(self, place: Path, guardian: Guardian, *, durable: bool = True) -> None:
        check_real_servers()
        self.place, self.guardian, self.durable = private_folder(place), guardian, durable
        self.keys = keys.load(place)
        self.environment = development(place, self.keys)
        self.children: list[Child] = []
        self.cluster: Path | None = None  # where the embedded PostgreSQL keeps its data
        self.administration = ("", DATABASE, dict[str, str]())  # what bootstrap() was given

    def start(self) -> None:
        """Start what is not named in the environment and wait until it answers."""
        (self.place / "environment").unlink(missing_ok=True)
        chosen = ports.remembered(self.place, "postgres", "valkey")
        if not has_real_database():
            self._start_postgres(chosen["postgres"])
        if not self.environment.get("REDIS_URL"):
            self._start_valkey(chosen["valkey"])
        write_private(self.place / "environment", _as_lines(self.environment))

    def stop(self) -> None:
        """Stop them, the last started first."""
        (self.place / "environment").unlink(missing_ok=True)
        for child in reversed(self.children):
            children.stop([child], patience=15)
        if self.cluster and not self.durable:
            shutil.rmtree(self.cluster, ignore_errors=True)

    def _start_postgres(self, port: int) -> None:
        server = Postgres(self.place, port, self.keys["superuser"], durable=self.durable)
        server.prepare()
        child = self._child("postgres", server.command(), signal.SIGINT)
        server.wait(child.is_running, child.log)
        self.cluster = server.folder
        given = {
            f"password_{name}": self.keys[name]
            for name in ("web", "job", "migrator", "backup", "test")
        } | {"context_key": self.environment["CONTEXT_KEY"]}
        self.administration = (server.url(), DATABASE, given)
        bootstrap.bootstrap(*self.administration)
        bootstrap.prepare_test_template(server.url(), given)
        for variable, name in (
            ("DATABASE_URL", "web"),
            ("DATABASE_URL_JOB", "job"),
            ("DATABASE_URL_MIGRATE", "migrator"),
            ("DATABASE_URL_BACKUP", "backup"),
            ("DATABASE_URL_TEST", "test"),
        ):
            self.environment[variable] = server.url(
                DATABASE, login=f"app_{name}", password=self.keys[name]
            )

    def _start_valkey(self, port: int) -> None:
        server = Valkey(self.place, port, self.keys["valkey"], durable=self.durable)
        server.prepare()
        child = self._child("valkey", server.command(), signal.SIGTERM)
        server.wait(child.is_running, child.log)
        self.environment["REDIS_URL"] = server.url

    def _child(self, name: str, command: list[str], stop: signal.Signals) -> Child:
        log = self.place / "log" / f"{name}.log"
        # PATH alone: a PG* or LD_* variable of the person must not change our server.
        environment = {"PATH": os.environ.get("PATH", os.defpath), "TZ": "UTC"}
        child = Child(name, command, environment, log, self.guardian, stop, cwd=Path("/"))
        self.children.append(child)
        child.start()
        return child


def _as_lines(environment: dict[str, str]) -> str:
    """For a second command: what differs from the caller's own environment."""
    return "".join(
        f"{name}={value}\n"
        for name, value in sorted(environment.items())
        if os.environ.get(name) != value
    )


def written_environment(place: Path) -> dict[str, str] | None:
    """The environment of the servers that another process runs in `place`, once they answer."""
    try:
        lines = (place / "environment").read_text().splitlines()
    except FileNotFoundError:
        return None
    return {**os.environ, **dict(line.split("=", 1) for line in lines)}


@contextmanager
def running(place: Path, *, durable: bool = True) -> Iterator[Servers]:
    """Servers for the length of a `with` block, gone after it however it ends."""
    with guarded() as guardian:
        servers = Servers(place, guardian, durable=durable)
        try:
            servers.start()
            yield servers
        finally:
            servers.stop()
