"""Child processes that never outlive their parent."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from dev import guardian
from dev.places import ROOT, private_folder

PR_SET_PDEATHSIG = 1  # from <sys/prctl.h>
BIG_LOG = 5_000_000  # bytes; a bigger one is put aside at the next start


class Guardian:
    """The other end of `dev/guardian.py`: told of each child, it acts when we are gone."""

    def __init__(self) -> None:
        theirs, ours = os.pipe()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dev.guardian"], cwd=ROOT, stdin=theirs, start_new_session=True
        )
        os.close(theirs)
        self.pipe = os.fdopen(ours, "w", buffering=1)

    def watch(self, pid: int, stop: signal.Signals) -> None:
        """From now on, end `pid` with `stop` when this process is gone."""
        self._say(f"+ {pid} {int(stop)}")

    def forget(self, pid: int) -> None:
        """`pid` has ended."""
        self._say(f"- {pid}")

    def close(self) -> None:
        """Nothing is left to guard."""
        self.pipe.close()
        self.process.wait()

    def _say(self, line: str) -> None:
        self.pipe.write(line + "\n")


@contextmanager
def guarded() -> Iterator[Guardian]:
    """A guardian for the length of a `with` block."""
    guardian = Guardian()
    try:
        yield guardian
    finally:
        guardian.close()


@dataclass
class Child:
    """One long-running process: how it starts, where it writes, how it is asked to stop."""

    name: str
    command: list[str]
    environment: Mapping[str, str]
    log: Path
    guardian: Guardian
    stop_signal: signal.Signals = signal.SIGTERM
    cwd: Path = ROOT
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    started: float = field(default=0.0, init=False)

    def start(self) -> subprocess.Popen[bytes]:
        """Start it in its own process group, so that Ctrl-C reaches the supervisor alone."""
        private_folder(self.log.parent)
        if self.log.exists() and self.log.stat().st_size > BIG_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.cwd,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.guardian.watch(self.process.pid, self.stop_signal)
        self.started = time.monotonic()
        return self.process

    def is_running(self) -> bool:
        """Whether the leader still runs; reaps it when it does not."""
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Send its stop signal to the leader: a master process ends its own workers."""
        if self.process and self.is_running():
            guardian.send(self.process.pid, self.stop_signal, whole=False)

    def end(self, deadline: float) -> None:
        """Wait for it until `deadline` (monotonic seconds), then kill the whole group."""
        if self.process is None:
            return
        while self.is_running() and time.monotonic() < deadline:
            time.sleep(0.03)
        guardian.send(self.process.pid, signal.SIGKILL, whole=True)
        self.process.wait()
        self.guardian.forget(self.process.pid)
        self.process = None


def stop(children: Iterable[Child], *, patience: float) -> None:
    """Ask all of them, then wait for each."""
    asked = list(children)
    for child in asked:
        child.ask_to_stop()
    deadline = time.monotonic() + patience
    for child in asked:
        child.end(deadline)


def run(command: Sequence[str | Path], environment: Mapping[str, str], guardian: Guardian) -> int:
    """Run a command of the person's terminal to its end; its exit code. It ends when we do."""
    with subprocess.Popen(command, cwd=ROOT, env=dict(environment)) as process:
        guardian.watch(process.pid, signal.SIGTERM)
        try:
            return process.wait()
        except KeyboardInterrupt:
            # Ctrl-C has reached it already and it tidies up; another signal has not.
            with suppress(subprocess.TimeoutExpired):
                process.wait(3)
            process.terminate()
            raise
        finally:
            process.wait()
            guardian.forget(process.pid)


def end_like_ctrl_c() -> None:
    """Let SIGTERM and SIGHUP unwind this process as SIGINT does, so that its children end too."""

    def unwind(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, unwind)
    signal.signal(signal.SIGHUP, unwind)


def end_with_make() -> None:
    """When `make` is killed outright, end too: nobody would be left to receive Ctrl-C."""
    if "MAKELEVEL" not in os.environ:
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
