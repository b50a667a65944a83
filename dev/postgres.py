"""The embedded PostgreSQL: the wheel's binaries, our own launcher."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import psycopg

from dev import identity, leftovers
from dev.places import NotReady, tail, write_private

SUPERUSER = "postgres"
# A test cluster lives for one run: nothing in it has to survive a crash.
THROWAWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=4GB")


class Postgres:
    """One cluster in `place`, on one port. TCP only: socket paths have a length limit."""

    def __init__(self, place: Path, port: int, password: str, *, durable: bool) -> None:
        self.port, self.password, self.durable = port, password, durable
        self.identity = identity.choose()
        self.binaries = identity.binaries(self.identity)
        self.folder = identity.data_folder(self.identity, place)
        self.data = self.folder / "data"

    def prepare(self) -> None:
        """Make the cluster if there is none; clear away what a killed one left behind."""
        if self.data.exists():
            leftovers.end_servers_in(self.data, signal.SIGQUIT)
            # Only now known to be stale: a new process may have been given the recorded pid.
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            return
        # A killed initdb leaves half a cluster: build beside it, then rename.
        fresh = self.folder / "data.new"
        subprocess.run([*self.identity.prefix, "rm", "-rf", fresh], check=True)
        secret = self.folder / "superuser"
        write_private(secret, self.password)
        os.chown(secret, self.identity.owner, -1)
        done = subprocess.run(
            [*self.identity.prefix, *self._initdb(fresh, secret)],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
        )
        secret.unlink()
        if done.returncode:
            raise NotReady(f"PostgreSQL could not make its data folder:\n{done.stderr[-1500:]}")
        fresh.rename(self.data)

    def _initdb(self, folder: Path, secret: Path) -> list[str | Path]:
        return [
            self.binaries / "initdb",
            f"--pgdata={folder}",
            f"--username={SUPERUSER}",
            f"--pwfile={secret}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            *([] if self.durable else ["--no-sync"]),
        ]

    def command(self) -> list[str]:
        """The server in the foreground."""
        settings = [
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "timezone=UTC",
            *([] if self.durable else THROWAWAY),
        ]
        flags = [part for setting in settings for part in ("-c", setting)]
        return [
            *self.identity.prefix,
            str(self.binaries / "postgres"),
            "-D",
            str(self.data),
            *flags,
        ]

    def url(self, database: str = "postgres", *, login: str = SUPERUSER, password: str = "") -> str:
        """The address of `database` for `login` (the superuser, unless told)."""
        secret = quote(password or self.password)
        return f"postgres://{login}:{secret}@127.0.0.1:{self.port}/{database}"

    def wait(self, running: Callable[[], bool], log: Path, *, patience: float = 60) -> None:
        """Return once a real connection works; recovery after a crash takes a second or more."""
        deadline = time.monotonic() + patience
        while True:
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
            except psycopg.OperationalError as error:
                if not running() or time.monotonic() > deadline:
                    raise NotReady(f"PostgreSQL did not start: {error}\n{tail(log)}") from error
                time.sleep(0.05)
            else:
                return
