"""`make restore BACKUP=folder`: bring a backup back, beside what is there, and check all of it.

The backup is compared with its manifest first. Then it is restored into a database of another
name; only when rows, audit trail, wall and files are as the manifest says does that database get
its name. REPLACE=yes puts a database that holds something aside; nothing is ever deleted.
"""

import os
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql

from dev import bootstrap, facts, manifest, pgtools
from dev.bootstrap import at
from dev.environment import has_real_database, resolved
from dev.manifest import DUMP, FILES, Manifest
from dev.places import LOCAL, ROOT, NotReady
from dev.servers import DEMO_LOADED, lock, running

USAGE = "Name the folder of the backup: make restore BACKUP=/backups/2026-01-31"
# What agencies/sql/bootstrap.sql has made already.
BOOTSTRAPPED = re.compile(r"^\d+; \d+ \d+ SCHEMA - ")


@dataclass(frozen=True)
class Target:
    """Where to: a superuser's address, the database's name, passwords and key for bootstrap.sql."""

    admin_url: str
    database: str
    given: Mapping[str, str]
    files_root: Path

    @property
    def beside(self) -> str:
        return f"{self.database}_restoring"


def restore(folder: Path, target: Target, *, replace: bool = False) -> Manifest:
    """Bring it back, or raise NotReady with a sentence and leave everything as it was."""
    backup = manifest.read(folder)
    _check_version(backup)
    _check_files(backup, target.files_root)
    if not replace and not _is_empty(target):
        raise NotReady(
            f"The database {target.database} is not empty. REPLACE=yes puts it aside under "
            "another name and brings the backup in its place."
        )
    _drop(target, target.beside)
    try:
        _restore_beside(folder, backup, target)
        _restore_files(folder, backup, target.files_root)
        _swap(target)
    finally:
        _drop(target, target.beside)
    return backup


def _check_version(backup: Manifest) -> None:
    """The code has to know every migration; those that came later are run afterwards."""
    for migration in backup.facts.migrations:
        app, name = migration.split(".", 1)
        if (ROOT / app).is_dir() and not (ROOT / app / "migrations" / f"{name}.py").exists():
            raise NotReady(
                f"The backup was made by a newer version of the service ({migration}). "
                "Install that version and try again."
            )


def _check_files(backup: Manifest, files_root: Path) -> None:
    for path, expected in backup.stored.items():
        there = files_root / path
        if there.exists() and manifest.seal(there) != expected:
            raise NotReady(f"{there} is there already, with another content.")


def _restore_beside(folder: Path, backup: Manifest, target: Target) -> None:
    bootstrap.bootstrap(target.admin_url, target.beside, target.given)
    url = at(target.admin_url, target.beside)
    with tempfile.NamedTemporaryFile("w", suffix=".list") as wanted:
        listed = pgtools.run("pg_restore", url, "--list", folder / DUMP).splitlines()
        wanted.write("\n".join(line for line in listed if not BOOTSTRAPPED.match(line)))
        wanted.flush()
        pgtools.run(
            "pg_restore",
            url,
            f"--dbname={target.beside}",
            "--single-transaction",
            "--exit-on-error",
            f"--use-list={wanted.name}",
            folder / DUMP,
        )
    with psycopg.connect(url) as session:
        if not facts.tables(session):
            raise NotReady("The dump is empty: it has no tables.")
        _compare(backup, facts.read(session))


def _compare(backup: Manifest, found: facts.Facts) -> None:
    if differences := backup.facts.differences(found):
        shown = "\n".join(differences[:20])
        raise NotReady(f"What was restored is not what was backed up:\n{shown}")


def _restore_files(folder: Path, backup: Manifest, files_root: Path) -> None:
    for path, expected in backup.stored.items():
        if not (files_root / path).exists():
            manifest.copy(folder / FILES / path, files_root / path)
        if manifest.seal(files_root / path) != expected:
            raise NotReady(f"{files_root / path} was not written as it should be.")


def _is_empty(target: Target) -> bool:
    """Also where there is no such database."""
    if not _exists(target):
        return True
    with psycopg.connect(at(target.admin_url, target.database)) as session:
        return not facts.tables(session)


def _exists(target: Target) -> bool:
    with _administering(target) as session:
        query = "SELECT FROM pg_database WHERE datname = %s"
        return session.execute(query, [target.database]).fetchone() is not None


def _swap(target: Target) -> None:
    """The restored database gets its name; the one that had it keeps everything under another."""
    aside = f"{target.database}_before_{datetime.now(UTC):%Y%m%dt%H%M%S}"
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    with _administering(target) as session, session.transaction():
        try:
            if _exists(target):
                session.execute(rename.format(*map(sql.Identifier, (target.database, aside))))
            session.execute(rename.format(*map(sql.Identifier, (target.beside, target.database))))
        except psycopg.errors.ObjectInUse as problem:
            raise NotReady(
                "The service still uses the database. Stop it and try again."
            ) from problem


def _drop(target: Target, database: str) -> None:
    with _administering(target) as session:
        session.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(database)))


@contextmanager
def _administering(target: Target) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(at(target.admin_url, "postgres"), autocommit=True) as session:
        yield session


@contextmanager
def chosen(environment: Mapping[str, str]) -> Iterator[Target]:
    """The real servers that are named, else this checkout's embedded ones."""
    given = resolved(environment)
    files_root = Path(given.get("FILES_ROOT") or LOCAL / "files")
    if has_real_database(given):
        if not given.get("CONTEXT_KEY"):
            raise NotReady("Set CONTEXT_KEY: the service signs with it, and the database checks.")
        yield Target(*bootstrap.from_environment(given), files_root)
        return
    held = lock(LOCAL)
    if held is None:
        raise NotReady("This checkout's servers are in use. Stop `make run` and try again.")
    with held, running(LOCAL) as servers:
        yield Target(*servers.administration, Path(servers.environment["FILES_ROOT"]))
        if servers.cluster:
            (servers.cluster / DEMO_LOADED).touch()  # `make run` adds nothing to what came back


def main() -> None:
    """Restore the folder named."""
    if len(sys.argv) != 2 or not sys.argv[1]:
        sys.exit(USAGE)
    os.umask(0o077)  # what is written is for this account alone
    try:
        with chosen(os.environ) as target:
            replace = os.environ.get("REPLACE") == "yes"
            done = restore(Path(sys.argv[1]).absolute(), target, replace=replace)
    except NotReady as problem:
        sys.exit(f"{problem}\nThe database is as it was.")
    except (OSError, psycopg.Error) as problem:
        sys.exit(f"Nothing was restored: {problem}")
    print(f"The backup of {done.made_at} is back and was checked (manifest sha256 {done.sha256}):")
    print(f"{sum(done.facts.rows.values())} rows in {len(done.facts.rows)} tables as counted then,")
    print(f"{len(done.facts.audit_heads)} audit chains with the same heads,")
    print(f"{len(done.stored)} files with the same sha256. Everybody has to sign in again.")
    for fault in done.facts.faults:
        print(f"A fault that the backup had already: {fault}")


if __name__ == "__main__":
    main()
