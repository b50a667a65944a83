"""F24: what was backed up comes back in an empty cluster, is the same, and serves people.

The same functions as `make backup` and `make restore`; what is restored gets new passwords and new
keys, as after the loss of everything but the backup.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from agencies.permissions import Role
from dev import facts, health, manifest, pgtools
from dev.backup import backup
from dev.bootstrap import at
from dev.children import Child, Guardian, stop
from dev.manifest import DUMP, FILES, MANIFEST
from dev.places import LOCAL, NotReady
from dev.ports import is_free
from dev.postgres import Postgres
from dev.restore import Target, restore
from tests.served.stack import Stack, wait_for
from tests.served.web import Visitor

DATABASE = "restored"
AFTER = "Written after the drill"
LOGINS = {
    "DATABASE_URL": "web",
    "DATABASE_URL_JOB": "job",
    "DATABASE_URL_MIGRATE": "migrator",
}


@pytest.fixture(scope="module")
def guardian() -> Iterator[Guardian]:
    guardian = Guardian()
    yield guardian
    guardian.close()


@pytest.fixture(scope="module")
def cluster(guardian: Guardian) -> Iterator[Postgres]:
    """An empty PostgreSQL that has never heard of the service."""
    place = LOCAL / "test" / f"drill-{uuid.uuid4().hex[:8]}"
    place.mkdir(parents=True)
    server = Postgres(place, _free(35000), secrets.token_hex(16), durable=False)
    server.prepare()
    path = {"PATH": os.environ["PATH"]}
    child = Child("postgres", server.command(), path, place / "log", guardian, cwd=Path("/"))
    child.start()
    server.wait(child.is_running, child.log)
    yield server
    stop([child], patience=10)
    shutil.rmtree(server.folder, ignore_errors=True)
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def target(cluster: Postgres, tmp_path: Path) -> Iterator[Target]:
    """Where to, with passwords and a key of its own."""
    given = {
        f"password_{name}": secrets.token_hex(16) for name in ("web", "job", "migrator", "backup")
    }
    given |= {"password_test": "", "context_key": secrets.token_hex(32)}
    yield Target(cluster.url(), DATABASE, given, tmp_path / "files")
    with psycopg.connect(cluster.url(), autocommit=True) as session:
        for name in _databases(cluster):
            session.execute(f'DROP DATABASE "{name}"')


@pytest.fixture(scope="module")
def whole(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of the running service, made by the login that may only read."""
    folder = tmp_path_factory.mktemp("backups") / "today"
    backup(folder, _reader(stack), _files_of(stack))
    return folder


@pytest.fixture
def copied(whole: Path, tmp_path: Path) -> Path:
    """One to be spoilt."""
    return Path(shutil.copytree(whole, tmp_path / "copied"))


def _free(first: int) -> int:
    return next(port for port in range(first + os.getpid() % 1000, 65535) if is_free(port))


def _reader(stack: Stack) -> str:
    name = stack.environment["DATABASE_URL"].rsplit("/", 1)[1]
    return at(os.environ["DATABASE_URL_BACKUP"], name)


def _files_of(stack: Stack) -> Path:
    return Path(stack.environment["FILES_ROOT"])


def _databases(cluster: Postgres) -> list[str]:
    """Those that are not PostgreSQL's own."""
    query = "SELECT datname FROM pg_database WHERE datname !~ '^(postgres|template[01])$'"
    with psycopg.connect(cluster.url()) as session:
        return [row[0] for row in session.execute(query).fetchall()]


def _restored(stack: Stack, target: Target, cluster: Postgres, place: Path) -> Stack:
    """The service over what came back: other passwords, other keys, another queue."""
    urls = {
        variable: cluster.url(
            DATABASE, login=f"app_{name}", password=target.given[f"password_{name}"]
        )
        for variable, name in LOGINS.items()
    }
    port = str(_free(36000))
    environment = {
        **stack.environment,
        **urls,
        "SECRET_KEY": secrets.token_hex(32),
        "CONTEXT_KEY": target.given["context_key"],
        "REDIS_PREFIX": f"drill_{os.getpid()}",
        "FILES_ROOT": str(target.files_root),
        "STATE_DIR": str(place),
        "SWEEP_SECONDS": "2",
        "PORT": port,
        "SERVICE_URL": f"http://localhost:{port}",
    }
    return replace(stack, place=place, environment=environment, services={})


def _is_well(name: str, stack: Stack) -> bool:
    """What a container's health check says."""
    try:
        health.check(name, stack.environment)
    except NotReady:
        return False
    return True


def _sign_in(stack: Stack, person: dict[str, Any]) -> Visitor:
    visitor = Visitor(stack.port)
    fields = {"login": person["email"], "password": person["password"]}
    answer = visitor.post("/accounts/login/", fields)
    assert answer.status == 302, answer.text
    visitor.session = answer.headers["Set-Cookie"].split("session=")[1].split(";")[0]
    return visitor


def test_backup_comes_back_in_an_empty_cluster_and_serves_people(
    stack: Stack, whole: Path, target: Target, cluster: Postgres, tmp_path: Path
) -> None:
    done = restore(whole, target)

    assert min(done.facts.rows[f"public.assessments_{name}"] for name in ("answer", "evidence")) > 1
    assert len(done.facts.audit_heads) >= 3
    assert done.facts.faults == []
    assert len(done.facts.named_files) > 1
    with psycopg.connect(at(cluster.url(), DATABASE)) as session:
        assert facts.read(session) == done.facts
    for path, seal in done.stored.items():
        assert manifest.seal(target.files_root / path) == seal
    again = _restored(stack, target, cluster, tmp_path / "again")
    again.start_web()
    again.start("reports")
    again.start("beat")
    try:
        _make_a_report(again)
        for name in again.services:
            wait_for(lambda name=name: _is_well(name, again), f"{name} to be well")
    finally:
        again.stop()


def _make_a_report(stack: Stack) -> None:
    """Sign in with the old password, save a clause, and read a new PDF."""
    assessment = stack.people["LA"]["ids"]["assessment"]
    lead = _sign_in(stack, stack.people["LA"][Role.LEAD])
    clause = f"/assessments/{assessment}/clauses/1.5/"
    said = {
        "version": "0",
        "level": "1",
        "na_reason": "",
        "how": AFTER,
        "difference": "",
    }
    assert lead.post(clause, said).status == 302
    assert AFTER in lead.get(clause).text
    asked = lead.post(f"/reports/assessments/{assessment}/request/", {})
    assert asked.status == 302, asked.text
    page = asked.headers["Location"]
    pdf = wait_for(
        lambda: (got := lead.get(f"{page}file/")).status == 200 and got.body,
        "the PDF",
        log=stack.services["reports"].log,
    )
    assert pdf.startswith(b"%PDF-")
    assert "whole" in stack.run("manage.py", "verify_audit")


def test_backup_holds_no_key_no_session_and_no_password_of_a_login(
    stack: Stack, whole: Path
) -> None:
    url = stack.environment["DATABASE_URL"]  # --file=- writes the dump as text
    text = pgtools.run("pg_restore", url, "--file=-", whole / DUMP)
    assert "COPY public.assessments_answer " in text
    assert stack.people["LA"][Role.LEAD]["session"] not in text
    assert "COPY ctx.secret" not in text
    assert "CREATE ROLE" not in text


def _rewrite(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    content = json.loads((folder / MANIFEST).read_text())
    change(content)
    (folder / MANIFEST).write_text(json.dumps(content))


def _truncate(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def _first_file(folder: Path) -> Path:
    return min(path for path in (folder / FILES).rglob("*") if path.is_file())


def _change(path: Path) -> None:
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))


DAMAGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "truncated dump": (lambda folder: _truncate(folder / DUMP), "damaged: database.dump has"),
    "missing dump": (lambda folder: (folder / DUMP).unlink(), "database.dump is missing"),
    "changed file": (lambda folder: _change(_first_file(folder)), "is not what was written"),
    "missing file": (lambda folder: _first_file(folder).unlink(), "is missing"),
    "no manifest": (lambda folder: (folder / MANIFEST).unlink(), "is no whole backup"),
    "truncated manifest": (lambda folder: _truncate(folder / MANIFEST), "it is no JSON"),
    "manifest of nothing": (
        lambda folder: _rewrite(folder, lambda content: content.pop("facts")),
        "it is not as it was written",
    ),
    "foreign backup": (
        lambda folder: _rewrite(folder, lambda content: content.update(service="another")),
        "is a backup of something else",
    ),
    "later format": (
        lambda folder: _rewrite(folder, lambda content: content.update(format=2)),
        "made by another version",
    ),
    "newer service": (
        lambda folder: _rewrite(
            folder, lambda content: content["facts"]["migrations"].append("agencies.9999_later")
        ),
        r"newer version of the service \(agencies.9999_later\)",
    ),
    "way out of the folder": (
        lambda folder: _rewrite(
            folder,
            lambda content: content["sealed"].update(
                {"files/../manifest.json": {"sha256": "", "size": 0}}
            ),
        ),
        "is no backup of this service",
    ),
    "file that rows name left out": (
        lambda folder: _rewrite(
            folder,
            lambda content: content.update(sealed={DUMP: content["sealed"][DUMP]}),
        ),
        "lacks files that its rows name",
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_damaged_or_foreign_backup_is_refused_and_touches_nothing(
    name: str, copied: Path, target: Target, cluster: Postgres
) -> None:
    spoil, sentence = DAMAGE[name]
    spoil(copied)
    with pytest.raises(NotReady, match=sentence):
        restore(copied, target)
    assert _databases(cluster) == []
    assert not target.files_root.exists()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--schema-only"], "rows of public.assessments_answer: 0 instead of"),
        (["--exclude-table-data=public.assessments_answerrevision"], "answerrevision: 0 instead"),
        (["--table=nothing_of_ours", "--schema=ctx"], "empty|does not exist|no matching"),
    ],
)
def test_dump_without_the_rows_fails_the_restore(
    options: list[str], sentence: str, stack: Stack, copied: Path, target: Target, cluster: Postgres
) -> None:
    """As `pg_dump --enable-row-security` would make it: it succeeds and writes empty tables."""
    dump = copied / DUMP
    dump.unlink()
    words = ["--format=custom", f"--exclude-table={facts.KEY_TABLE}", f"--file={dump}", *options]
    with pytest.raises(NotReady, match=sentence):
        pgtools.run("pg_dump", _reader(stack), *words)
        _rewrite(copied, lambda content: content["sealed"].update({DUMP: manifest.seal(dump)}))
        restore(copied, target)
    assert _databases(cluster) == []
    assert not target.files_root.exists()


def test_database_that_holds_something_is_only_put_aside_when_told(
    whole: Path, target: Target, cluster: Postgres
) -> None:
    restore(whole, target)
    with pytest.raises(NotReady, match="REPLACE=yes puts it aside"):
        restore(whole, target)
    with psycopg.connect(at(cluster.url(), DATABASE)):
        with pytest.raises(NotReady, match="Stop it and try again"):
            restore(whole, target, replace=True)
    assert _databases(cluster) == [DATABASE]
    restore(whole, target, replace=True)
    kept, now = sorted(_databases(cluster), reverse=True)
    assert (now, kept.split("_before_")[0]) == (DATABASE, DATABASE)


def test_file_with_another_content_in_the_store_is_never_overwritten(
    whole: Path, target: Target, cluster: Postgres
) -> None:
    there = target.files_root / _first_file(whole).relative_to(whole / FILES)
    there.parent.mkdir(parents=True)
    there.write_text("Somebody else's")
    with pytest.raises(NotReady, match="there already, with another content"):
        restore(whole, target)
    assert there.read_text() == "Somebody else's"
    assert _databases(cluster) == []


def test_backup_is_refused_while_a_row_has_lost_its_file(stack: Stack, tmp_path: Path) -> None:
    store = Path(shutil.copytree(_files_of(stack), tmp_path / "store"))
    next(path for path in (store / "evidence").rglob("*") if path.is_file()).unlink()
    with pytest.raises(NotReady, match="No backup was made: the store lacks files"):
        backup(tmp_path / "backup", _reader(stack), store)
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_backup_never_overwrites_one(stack: Stack, whole: Path) -> None:
    with pytest.raises(NotReady, match="is there already"):
        backup(whole, _reader(stack), _files_of(stack))
    assert manifest.read(whole).stored


def test_backups_login_can_write_nothing(stack: Stack) -> None:
    with psycopg.connect(_reader(stack)) as session:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute("DELETE FROM public.assessments_answer")
