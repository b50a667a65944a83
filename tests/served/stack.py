"""The whole service for tests: its own database, queue prefix and folders, and real processes.

It lives on the servers of the test run (`make test`), in a database copied from the same template
as Django's own, and starts web, workers and beat with the commands and logins of production.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from dev import children, processes
from dev.bootstrap import TEMPLATE
from dev.children import Child, Guardian
from dev.places import ROOT, tail
from dev.ports import is_free

LOGINS = {
    "web": "DATABASE_URL",
    "job": "DATABASE_URL_JOB",
    "migrate": "DATABASE_URL_MIGRATE",
    "test": "DATABASE_URL_TEST",
}
FIRST_PORT = 33000
FIRST_STORE = 7  # of the sixteen that a Valkey has
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@dataclass
class Stack:
    """What runs, where it listens, and who is in it (`people`, from tests/served/seed.py)."""

    place: Path
    environment: dict[str, str]
    guardian: Guardian
    services: dict[str, Child] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)

    @property
    def port(self) -> int:
        return int(self.environment["PORT"])

    @property
    def url(self) -> str:
        return self.environment["SERVICE_URL"]

    @property
    def mail(self) -> Path:
        return Path(self.environment["EMAIL_DIR"])

    def connect(self, login: str = "web") -> psycopg.Connection[Any]:
        """A raw session of one login; `owner()` opens the gate in one."""
        return psycopg.connect(self.environment[LOGINS[login]], autocommit=True)

    @contextmanager
    def owner(self) -> Iterator[psycopg.Connection[Any]]:
        """The owner with the gate open, in a committed transaction: looks behind the wall."""
        with self.connect("migrate") as session, session.transaction():
            session.execute("SET LOCAL app.migration = 'on'")
            yield session

    def run(self, *words: str, login: str = "migrate") -> str:
        """A command of Python with one login's settings; returns what it printed."""
        done = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env={**self.environment, "DATABASE_ROLE": login},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{words} failed:\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def start(self, name: str) -> Child:
        """Start web, worker, reports or beat as in production."""
        child = Child(
            name,
            processes.command(name, self.environment),
            processes.environment_for(name, self.environment),
            self.place / "log" / f"{name}.log",
            self.guardian,
        )
        self.services[name] = child
        child.start()
        return child

    def start_web(self) -> None:
        web = self.start("web")
        wait_for(self.is_healthy, "the web process", is_alive=web.is_running, log=web.log)

    def stop(self, *names: str) -> None:
        """Stop these services, or all of them."""
        chosen = [self.services.pop(name) for name in names or list(self.services)]
        children.stop(chosen, patience=10)

    def is_healthy(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def web_workers(self) -> list[int]:
        """Process ids of gunicorn's workers."""
        master = self.services["web"].process
        assert master is not None
        listed = Path(f"/proc/{master.pid}/task/{master.pid}/children").read_text()
        return [int(pid) for pid in listed.split()]

    def kill_web_workers(self) -> None:
        """End them as a crash would; the master starts new ones."""
        for pid in self.web_workers():
            os.kill(pid, signal.SIGKILL)

    def seed(self) -> None:
        """People of two agencies and more, each with an assessment, made by the real actions."""
        self.people = json.loads(self.run("-m", "tests.served.seed"))

    def remove_for_good(self) -> None:
        """Confirm the removals that were asked for: what they touched is destroyed."""
        for agency in self.people.values():
            if removal := agency.get("ids", {}).get("frozen_redaction"):
                who = (agency["agency"], agency["dpo"]["user"], removal)
                self.run("-m", "tests.served.confirm", *who, login="web")


def wait_for(
    condition: Callable[[], Any],
    what: str,
    *,
    patience: float = 60,
    is_alive: Callable[[], bool] = lambda: True,
    log: Path | None = None,
) -> Any:
    """The first true answer of `condition`; fails with the end of the log."""
    deadline = time.monotonic() + patience
    while not (answer := condition()):
        if not is_alive() or time.monotonic() > deadline:
            raise AssertionError(f"Waited for {what}\n{tail(log, 30) if log else ''}")
        time.sleep(0.05)
    return answer


@contextmanager
def running(place: Path, name: str, **more: str) -> Iterator[Stack]:
    """A migrated, seeded service with the web process; nothing of it is left afterwards.

    `more` are settings besides those of every such service.
    """
    assert os.environ.get("DATABASE_URL_TEST"), "These tests need servers: run them by `make test`"
    place.mkdir(parents=True, exist_ok=True)
    environment = {**_environment(place, name), **more}
    guardian = Guardian()
    stack = Stack(place, environment, guardian)
    _drop_and_create(environment, name)
    try:
        stack.run("manage.py", "migrate", "--verbosity=0")
        stack.run("manage.py", "load_standards")
        stack.seed()
        stack.start_web()
        yield stack
    finally:
        stack.stop()
        guardian.close()
        _drop(environment, name)


def _environment(place: Path, name: str) -> dict[str, str]:
    first = FIRST_PORT + 1000 * WORKER + os.getpid() % 1000  # two workers never try the same one
    port = next(port for port in range(first, 65535) if is_free(port))
    urls = {variable: _at(os.environ[variable], name) for variable in LOGINS.values()}
    return {
        **os.environ,
        **urls,
        "REDIS_PREFIX": name,
        # limits of sign-ins are not shared, neither with other tests nor between two workers
        "REDIS_URL": _at(os.environ["REDIS_URL"], str(FIRST_STORE + WORKER)),
        "FILES_ROOT": str(place / "files"),
        "EMAIL_DIR": str(place / "mail"),
        "STATE_DIR": str(place),
        "PORT": str(port),
        "BIND": "127.0.0.1",
        "SERVICE_URL": f"http://localhost:{port}",
        "SCANNER": "none",
        "DEBUG": "false",
        "SECURE": "false",
        "SESSION_IDLE_MINUTES": "720",  # the people of a long run are signed in once
        "REAUTHENTICATION_MINUTES": "720",
        "STATIC_COLLECTED": "false",
        "PYTHONUNBUFFERED": "1",
    }


def _at(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def _drop_and_create(environment: dict[str, str], name: str) -> None:
    _drop(environment, name)
    _administer(environment, "CREATE DATABASE {} TEMPLATE {}", name, TEMPLATE)


def _drop(environment: dict[str, str], name: str) -> None:
    """Sessions of killed processes may take a moment to end; they are not ours to end."""

    def is_dropped() -> bool:
        try:
            _administer(environment, "DROP DATABASE IF EXISTS {}", name)
        except psycopg.errors.ObjectInUse:
            return False
        return True

    wait_for(is_dropped, f"the sessions of {name} to end", patience=30)


def _administer(environment: dict[str, str], statement: str, *names: str) -> None:
    url = _at(environment["DATABASE_URL_TEST"], "postgres")
    with psycopg.connect(url, autocommit=True) as session:
        session.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
