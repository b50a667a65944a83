"""What production has of its own: preparing a new cluster, secrets by file, health checks."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from dev import health, identity, secret_files
from dev.bootstrap import at
from dev.children import Child, Guardian, stop
from dev.environment import resolved
from dev.places import LOCAL, ROOT, NotReady
from dev.ports import is_free
from dev.postgres import Postgres

SCRIPT = ROOT / "dev" / "init-database.sh"


@pytest.fixture
def guardian() -> Iterator[Guardian]:
    guardian = Guardian()
    yield guardian
    guardian.close()


@pytest.fixture
def cluster(guardian: Guardian) -> Iterator[Postgres]:
    """As PostgreSQL's image has it when it runs its scripts: one empty database."""
    place = LOCAL / "test" / f"init-{uuid.uuid4().hex[:8]}"
    place.mkdir(parents=True)
    port = next(port for port in range(37000 + os.getpid() % 1000, 65535) if is_free(port))
    server = Postgres(place, port, secrets.token_hex(16), durable=False)
    server.prepare()
    path = {"PATH": os.environ["PATH"]}
    child = Child(
        "postgres", server.command(), path, place / "log", guardian, signal.SIGINT, Path("/")
    )
    child.start()
    server.wait(child.is_running, child.log)
    with psycopg.connect(server.url(), autocommit=True) as session:
        session.execute("CREATE DATABASE early_permanence")
    yield server
    stop([child], patience=10)
    shutil.rmtree(server.folder, ignore_errors=True)
    shutil.rmtree(place, ignore_errors=True)


def _initialise(cluster: Postgres, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": f"{identity.binaries(cluster.identity)}:{os.environ['PATH']}",
        "PGHOST": "127.0.0.1",
        "PGPORT": str(cluster.port),
        "PGPASSWORD": cluster.password,
        "POSTGRES_USER": "postgres",
        "POSTGRES_DB": "early_permanence",
        "SECRETS": str(folder),
        "BOOTSTRAP_SQL": str(ROOT / "agencies" / "sql" / "bootstrap.sql"),
    }
    return subprocess.run(
        ["sh", SCRIPT], env=environment, capture_output=True, text=True, check=False
    )


def _reached(folder: Path, name: str, cluster: Postgres) -> str:
    """The secret's address, on this machine."""
    return (
        (folder / name).read_text().strip().replace("@postgres:5432", f"@127.0.0.1:{cluster.port}")
    )


def test_new_cluster_gets_logins_and_key_from_the_secrets(
    cluster: Postgres, tmp_path: Path
) -> None:
    secret_files.make(tmp_path)
    done = _initialise(cluster, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    for name, login in secret_files.LOGINS.items():
        with psycopg.connect(_reached(tmp_path, name, cluster)) as session:
            assert session.info.user == login
    wrong = _reached(tmp_path, "database_url", cluster).replace("app_web:", "app_web:x")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)
    with psycopg.connect(at(cluster.url(), "early_permanence")) as session:
        query = "SELECT rolname FROM pg_roles WHERE rolsuper AND rolname LIKE 'app%'"
        assert session.execute(query).fetchall() == []
        assert session.execute("SELECT count(*) FROM ctx.secret").fetchone() == (1,)
        assert session.execute("SELECT FROM pg_roles WHERE rolname = 'app_test'").fetchall() == []


def test_secret_without_a_password_stops_the_new_cluster_with_a_sentence(
    cluster: Postgres, tmp_path: Path
) -> None:
    secret_files.make(tmp_path)
    (tmp_path / "database_url_job").unlink()
    (tmp_path / "database_url_job").write_text("postgres://app_job@postgres/early_permanence\n")
    done = _initialise(cluster, tmp_path)
    assert done.returncode == 1
    assert "database_url_job holds no address with a password" in done.stderr
    with psycopg.connect(at(cluster.url(), "early_permanence")) as session:
        assert session.execute("SELECT FROM pg_roles WHERE rolname LIKE 'app%'").fetchall() == []


def test_secret_file_is_read_without_its_line_end_and_missed_by_name(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("abc\n")
    assert resolved({"CONTEXT_KEY_FILE": str(tmp_path / "key")})["CONTEXT_KEY"] == "abc"
    with pytest.raises(NotReady, match=r"CONTEXT_KEY_FILE: \S+nothing cannot be read"):
        resolved({"CONTEXT_KEY_FILE": str(tmp_path / "nothing")})


def test_settings_take_their_secrets_from_files(tmp_path: Path) -> None:
    """Also where no variable holds them."""
    secret_files.make(tmp_path)
    named = {
        "SECRET_KEY": "secret_key",
        "CONTEXT_KEY": "context_key",
        "MFA_KEY": "mfa_key",
        "REDIS_URL": "redis_url",
        "DATABASE_URL": "database_url",
        "EMAIL_HOST_PASSWORD": "email_host_password",
    }
    environment = {f"{name}_FILE": str(tmp_path / file) for name, file in named.items()}
    environment |= {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings"}
    show = (
        "from django.conf import settings as s; d = s.DATABASES['default'];"
        "print(s.SECRET_KEY, s.CONTEXT_KEY, s.REDIS_URL, d['USER'], d['PASSWORD'], sep='\\n')"
    )
    done = subprocess.run(
        [sys.executable, "-c", show],
        cwd=ROOT,
        env={
            **environment,
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "config.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    secret, context, redis, user, password = done.stdout.splitlines()
    assert f"{secret}\n" == (tmp_path / "secret_key").read_text()
    assert f"{context}\n" == (tmp_path / "context_key").read_text()
    assert f"{redis}\n" == (tmp_path / "redis_url").read_text()
    assert f"//{user}:{password}@" in (tmp_path / "database_url").read_text()


def test_health_of_a_web_that_is_not_there_is_a_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = str(taken.getsockname()[1])
        with pytest.raises(NotReady, match="The web process does not answer"):
            health.check("web", {"PORT": port})


def test_health_of_a_worker_that_is_not_there_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.5)
    environment = {"REDIS_URL": os.environ["REDIS_URL"], "REDIS_PREFIX": "nobody"}
    with pytest.raises(NotReady, match=r"The worker reports@\S+ does not answer"):
        health.check("reports", environment)


def test_health_of_beat_is_the_age_of_its_last_sign(tmp_path: Path) -> None:
    environment = {"STATE_DIR": str(tmp_path)}
    with pytest.raises(NotReady, match="Beat has sent nothing"):
        health.check("beat", environment)
    sign = tmp_path / "beat-alive"
    sign.touch()
    health.check("beat", environment)
    old = time.time() - health.LONGEST_SILENCE - 1
    os.utime(sign, (old, old))
    with pytest.raises(NotReady, match="Beat has sent nothing"):
        health.check("beat", environment)


def test_preparing_stops_at_the_first_step_that_fails() -> None:
    environment = {"PATH": os.environ["PATH"], "SECRET_KEY": "x"}  # and nothing else
    done = subprocess.run(
        [sys.executable, "-m", "dev.processes", "prepare"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Loading the standards" not in done.stdout


REAL = dict.fromkeys(("DATABASE_URL", "DATABASE_URL_JOB", "DATABASE_URL_MIGRATE"), "postgres://x")
REFUSED: dict[str, tuple[list[str], dict[str, str], str]] = {
    "backup to nowhere": (["dev.backup"], {}, "Name a new folder for the backup"),
    "backup by nobody": (["dev.backup", "x"], {}, "Set DATABASE_URL_BACKUP"),
    "backup of a server that is not there": (
        ["dev.backup", "x"],
        {"DATABASE_URL_BACKUP": "postgres://app_backup:x@127.0.0.1:1/x"},
        "No backup was made: connection failed",
    ),
    "restore from nowhere": (["dev.restore"], {}, "Name the folder of the backup"),
    "restore without the key": (["dev.restore", "x"], REAL, "Set CONTEXT_KEY"),
    "restore by nobody": (
        ["dev.restore", "x"],
        {**REAL, "CONTEXT_KEY": "x"},
        "Set DATABASE_URL_ADMIN",
    ),
    "restore with one address": (
        ["dev.restore", "x"],
        {"DATABASE_URL": "postgres://x"},
        "Set DATABASE_URL_JOB, DATABASE_URL_MIGRATE too",
    ),
    "health of something else": (["dev.health", "all"], {}, "Usage: python -m dev.health"),
    "a process of another name": (["dev.processes", "all"], {}, "Usage: python -m dev.processes"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_chore_that_lacks_something_says_what(name: str, tmp_path: Path) -> None:
    (module, *words), environment, sentence = REFUSED[name]
    done = subprocess.run(
        [sys.executable, "-m", module, *(str(tmp_path / word) for word in words)],
        cwd=ROOT,
        env={**environment, "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(sentence)
    assert list(tmp_path.iterdir()) == []
