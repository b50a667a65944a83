"""`make run`: every process of the service under one parent, until Ctrl-C.

Starts the servers, migrates, loads the standards, loads the demo data the first time, then keeps
web, workers and beat running. Ends all of them when it ends, whatever ends it.
"""

import http.client
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from dev import children, leftovers, processes
from dev.children import Child, Guardian, guarded
from dev.places import LOCAL, PYTHON_BIN, ROOT, NotReady, tail
from dev.ports import is_free
from dev.servers import DEMO_LOADED, Servers, lock

LONGEST_PAUSE = 30.0  # seconds between two tries of a process that keeps stopping
SETTLED = 60.0  # seconds after which a restarted process counts as well again


class Stopping(Exception):
    """A signal asked us to stop."""


def say(text: str) -> None:
    """One line for the person at the terminal."""
    print(text, flush=True)


class Supervisor:
    """The servers and the service's processes, in the order in which they start."""

    def __init__(self, guardian: Guardian) -> None:
        self.guardian = guardian
        self.servers = Servers(LOCAL, guardian)
        self.environment = self.servers.environment
        self.services: list[Child] = []
        self.pauses: dict[str, float] = {}
        self.due: dict[str, float] = {}
        self.signals = 0
        for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(wanted, self._on_signal)

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.signals += 1

    def pause(self, seconds: float) -> None:
        """Sleep, unless we have been asked to stop."""
        deadline = time.monotonic() + seconds
        while not self.signals and time.monotonic() < deadline:
            time.sleep(0.05)
        if self.signals:
            raise Stopping

    def start(self) -> None:
        """From nothing to a service that answers."""
        leftovers.end_services_of(LOCAL)
        self._check_port()
        say("Starting the database and the queue")
        self.servers.start()
        self.pause(0)
        for title, command in processes.PREPARE:
            self._step(title, command)
        self._load_demo_once()
        for name in processes.COMMANDS:
            self._start_service(name)
        with self._ask_for_sign_ins() as sign_ins:
            self._wait_for_web()
            self._announce(sign_ins)

    def _check_port(self) -> None:
        port = self.environment["PORT"]
        if not (port.isdigit() and 0 < int(port) < 65536):
            raise NotReady(f"PORT={port} is not a port number. For example: PORT=8001 make run")
        if not is_free(int(port)):
            raise NotReady(
                f"Port {port} is in use by another program. Choose another one: "
                f"PORT={int(port) + 1} make run"
            )

    def _step(self, title: str, command: list[str]) -> None:
        say(title)
        log = LOCAL / "log" / f"{command[0]}.log"
        log.unlink(missing_ok=True)
        words = [str(PYTHON_BIN / "python"), "manage.py", *command]
        step = Child(command[0], words, self.environment, log, self.guardian)
        process = step.start()
        try:
            while step.is_running():
                self.pause(0.02)
            if process.returncode:
                raise NotReady(f"{title} failed:\n{tail(log, 25)}")
        finally:
            children.stop([step], patience=5)

    def _load_demo_once(self) -> None:
        """Only into our own database: a real one gets demo data by `make demo` alone."""
        stamp = self.servers.cluster and self.servers.cluster / DEMO_LOADED
        if stamp and not stamp.exists():
            try:
                self._step("Loading the demo data", ["demo"])
            except NotReady as problem:
                say(f"{problem}\nThe service starts without it; the next start tries again.")
            else:
                stamp.touch()

    def _start_service(self, name: str) -> None:
        child = Child(
            name,
            processes.command(name, self.environment),
            {**processes.environment_for(name, self.environment), leftovers.MARK: str(LOCAL)},
            LOCAL / "log" / f"{name}.log",
            self.guardian,
        )
        self.services.append(child)
        child.start()

    def _wait_for_web(self, patience: float = 120) -> None:
        say("Starting the service")
        web = self.services[0]
        deadline = time.monotonic() + patience
        while not self._is_healthy():
            if not web.is_running() or time.monotonic() > deadline:
                raise NotReady(f"The service did not start:\n{tail(web.log, 25)}")
            self.pause(0.05)

    def _is_healthy(self) -> bool:
        connection = http.client.HTTPConnection(
            "127.0.0.1", int(self.environment["PORT"]), timeout=5
        )
        try:
            connection.request("GET", "/healthz", headers={"Host": "localhost"})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def _ask_for_sign_ins(self) -> subprocess.Popen[str]:
        """Ask while the service starts: a second saved."""
        return subprocess.Popen(
            [PYTHON_BIN / "python", "manage.py", "demo", "--show"],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def _announce(self, sign_ins: subprocess.Popen[str]) -> None:
        """The address and who can sign in."""
        say(f"\n  http://localhost:{self.environment['PORT']}\n")
        shown, _ = sign_ins.communicate()
        if sign_ins.returncode == 0:
            say(shown.rstrip())
        else:
            say("There are no demo sign-ins to show. `make demo` loads the demo data.")
        say(f"\nLogs are in {LOCAL.name}/log, mails in {LOCAL.name}/mail. Ctrl-C stops everything.")

    def watch(self) -> None:
        """Restart what stops, with growing pauses, until a signal comes."""
        while True:
            for child in (*self.servers.children, *self.services):
                if not child.is_running():
                    self._revive(child)
                elif time.monotonic() - child.started > SETTLED:
                    self.pauses.pop(child.name, None)
            self.pause(0.3)

    def _revive(self, child: Child) -> None:
        now = time.monotonic()
        if child.name not in self.due:
            wait = self.pauses.get(child.name, 1.0)
            self.due[child.name] = now + wait
            self.pauses[child.name] = min(wait * 2, LONGEST_PAUSE)
            log = child.log.relative_to(ROOT)
            say(f"{child.name} stopped; starting it again in {wait:.0f} s (see {log})")
            child.end(deadline=now)
        elif now >= self.due[child.name]:
            del self.due[child.name]
            child.start()
            say(f"{child.name} is running again")

    def stop(self) -> None:
        """The service first, so that no request loses its database; then the servers."""
        children.stop(self.services, patience=10)
        self.servers.stop()


@contextmanager
def supervisor() -> Iterator[Supervisor]:
    """A supervisor whose processes are gone after the block, however it ends."""
    with guarded() as guardian:
        supervised = Supervisor(guardian)
        try:
            yield supervised
        finally:
            supervised.stop()


def main() -> None:
    """Run until told to stop."""
    children.end_with_make()
    held = lock(LOCAL)
    if held is None:
        sys.exit(_already_running())
    with held:
        try:
            with supervisor() as supervised:
                supervised.start()
                supervised.watch()
        except Stopping:
            say("\nEverything has stopped.")
        except NotReady as problem:
            sys.exit(f"\n{problem}")


def _already_running() -> str:
    return (
        "This checkout's servers are already in use: by a `make run` in another window, or for a "
        "moment by another command. Stop that one first (Ctrl-C)."
    )


if __name__ == "__main__":
    main()
