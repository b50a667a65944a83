"""`make backup BACKUP=folder`: the database in one snapshot, every file, and what must be in them.

Reads DATABASE_URL_BACKUP (a login that reads everything and writes nothing) and FILES_ROOT. The
signing key, passwords and sessions are not in a backup.
"""

import os
import shutil
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from dev import facts, manifest, pgtools
from dev.environment import resolved
from dev.manifest import DUMP, FILES, Manifest, Sealed
from dev.places import LOCAL, NotReady, private_folder

USAGE = "Name a new folder for the backup: make backup BACKUP=/backups/2026-01-31"


def backup(target: Path, url: str, files_root: Path) -> str:
    """Make the folder, whole or not at all; the sha256 of its manifest."""
    if target.exists():
        raise NotReady(f"{target} is there already. {USAGE}")
    building = target.with_name(f".{target.name}.partial")
    shutil.rmtree(building, ignore_errors=True)
    private_folder(building)
    try:
        made = _fill(building, url, files_root)
        if missing := made.missing_files():
            raise NotReady(
                "No backup was made: the store lacks files that rows name, or has others in "
                f"their place: {', '.join(missing[:5])}. If somebody has just removed evidence, "
                "try again; else look at `manage.py reconcile_files --hash`."
            )
        sha256 = manifest.write(building, made)
        building.rename(target)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return sha256


def _fill(folder: Path, url: str, files_root: Path) -> Manifest:
    """Rows first: a file is stored before its row and never altered, so none can be missing."""
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    found = _dump(url, folder / DUMP)
    sealed = {DUMP: manifest.seal(folder / DUMP)}
    sealed |= _copy_files(files_root, folder)
    return Manifest(made_at, found, sealed)


def _dump(url: str, target: Path) -> facts.Facts:
    """Dump and facts in the same snapshot."""
    with psycopg.connect(url) as session:
        session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        ((snapshot,),) = session.execute("SELECT pg_export_snapshot()").fetchall()
        if not facts.tables(session):
            raise NotReady("There is nothing in this database yet.")
        found = facts.read(session)
        pgtools.run(
            "pg_dump",
            url,
            "--format=custom",
            f"--snapshot={snapshot}",
            f"--exclude-table={facts.KEY_TABLE}",
            f"--exclude-table-data={facts.LEFT_OUT}",
            f"--file={target}",
        )
    return found


def _copy_files(root: Path, folder: Path) -> dict[str, Sealed]:
    """Everything that is finished: neither what is coming in nor what is being written."""
    sealed = {}
    for source in sorted(root.rglob("*")):
        path = source.relative_to(root)
        if "incoming" in path.parts or source.name.startswith(".") or not source.is_file():
            continue
        sealed[f"{FILES}/{path}"] = manifest.copy(source, folder / FILES / path)
    return sealed


def from_environment(environment: Mapping[str, str]) -> tuple[str, Path]:
    """The reader's address and the folder of the files."""
    given = resolved(environment)
    url = given.get("DATABASE_URL_BACKUP", "")
    if not urlsplit(url).password:
        raise NotReady("Set DATABASE_URL_BACKUP: the address of the login app_backup.")
    return url, Path(given.get("FILES_ROOT") or LOCAL / "files")


def main() -> None:
    """Back up to the folder named."""
    if len(sys.argv) != 2 or not sys.argv[1]:
        sys.exit(USAGE)
    os.umask(0o077)  # what is written is for this account alone
    target = Path(sys.argv[1]).absolute()
    try:
        sha256 = backup(target, *from_environment(os.environ))
        made = manifest.read(target)
    except NotReady as problem:
        sys.exit(str(problem))
    except (OSError, psycopg.Error) as problem:
        sys.exit(f"No backup was made: {problem}")
    rows = sum(made.facts.rows.values())
    print(f"{target}: {rows} rows, {len(made.stored)} files; read again and found whole.")
    print(f"manifest sha256 {sha256}")
    if made.facts.faults:
        sys.exit(
            "\n".join(["The backup is whole, but the database has faults:", *made.facts.faults])
        )


if __name__ == "__main__":
    main()
