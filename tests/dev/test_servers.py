"""The embedded servers: addresses, secrets, recovery."""

import os
import shutil
import signal
import socket
import stat
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from dev import environment, identity, keys, ports
from dev.children import Child, Guardian, stop
from dev.places import LOCAL, NotReady
from dev.postgres import Postgres
from dev.valkey import Valkey


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder like a checkout's own, where the server's account can reach it."""
    folder = LOCAL / "test" / f"launcher-{uuid.uuid4().hex[:8]}"
    folder.mkdir(parents=True)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def guardian() -> Iterator[Guardian]:
    guardian = Guardian()
    yield guardian
    guardian.close()


def test_port_is_remembered_until_somebody_else_listens(tmp_path: Path) -> None:
    first = ports.remembered(tmp_path, "postgres", "valkey")
    assert ports.remembered(tmp_path, "postgres", "valkey") == first
    with socket.create_server(("127.0.0.1", first["postgres"])):
        second = ports.remembered(tmp_path, "postgres", "valkey")
    assert second["postgres"] not in first.values()
    assert second["valkey"] == first["valkey"]


def test_secrets_are_made_once_and_read_by_the_owner_alone(tmp_path: Path) -> None:
    made = keys.load(tmp_path)
    assert keys.load(tmp_path) == made
    assert len(set(made.values())) == len(made)
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600


def test_one_database_address_alone_is_refused_by_name() -> None:
    with pytest.raises(NotReady, match="DATABASE_URL_JOB, DATABASE_URL_MIGRATE"):
        environment.has_real_database({"DATABASE_URL": "postgres://x"})


def test_real_database_without_its_signing_key_is_refused() -> None:
    urls = dict.fromkeys(environment.DATABASE_URLS, "postgres://x")
    with pytest.raises(NotReady, match="CONTEXT_KEY"):
        environment.check_real_servers(urls)
    environment.check_real_servers({**urls, "CONTEXT_KEY": "00"})


def test_server_account_is_never_root_to_postgres() -> None:
    chosen = identity.choose()
    assert chosen.can("sh", "-c", 'test "$(id -u)" != 0')


def test_postgres_killed_keeps_what_it_acknowledged(place: Path, guardian: Guardian) -> None:
    port = ports.remembered(place, "postgres")["postgres"]
    server = Postgres(place, port, "secret", durable=True)
    child = Child(
        "postgres", server.command(), os.environ, place / "log", guardian, signal.SIGINT, Path("/")
    )
    for run in range(2):
        server.prepare()
        process = child.start()
        server.wait(child.is_running, child.log)
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS kept (run int)")
            connection.execute("INSERT INTO kept VALUES (%s)", (run,))
            rows = connection.execute("SELECT run FROM kept ORDER BY run").fetchall()
        if run == 0:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
    stop([child], patience=10)
    assert rows == [(0,), (1,)]
    assert child.process is None


def test_postgres_refuses_a_wrong_password(place: Path, guardian: Guardian) -> None:
    port = ports.remembered(place, "postgres")["postgres"]
    server = Postgres(place, port, "right", durable=False)
    child = Child("postgres", server.command(), os.environ, place / "log", guardian, cwd=Path("/"))
    server.prepare()
    child.start()
    server.wait(child.is_running, child.log)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url(password="wrong"))
    stop([child], patience=10)


def test_valkey_answers_only_with_its_password(place: Path, guardian: Guardian) -> None:
    port = ports.remembered(place, "valkey")["valkey"]
    server = Valkey(place, port, "secret", durable=True)
    server.prepare()
    child = Child("valkey", server.command(), os.environ, place / "log", guardian, cwd=Path("/"))
    child.start()
    server.wait(child.is_running, child.log)
    assert not any("secret" in word for word in server.command())
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"PING\r\n")
        assert connection.recv(64).startswith(b"-NOAUTH")
    stop([child], patience=5)
