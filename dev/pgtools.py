"""PostgreSQL's own dump and restore programs, told everything by their environment."""

import os
import shutil
import subprocess
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from dev.places import POSTGRES_INSTALL, NotReady

VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "connect_timeout": "PGCONNECT_TIMEOUT",
}


def run(program: str, url: str, *words: str | Path) -> str:
    """What the program printed. On a command line everybody could read the password."""
    done = subprocess.run(
        [_found(program), *words],
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", **_addressed(url)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NotReady(f"{program} failed: {done.stderr.strip()[-1500:]}")
    return done.stdout


def _found(program: str) -> str:
    """The one beside the embedded server, else the machine's; it refuses a newer server itself."""
    folders = f"{POSTGRES_INSTALL / 'bin'}:{os.environ.get('PATH', os.defpath)}"
    found = shutil.which(program, path=folders)
    if found is None:
        raise NotReady(f"There is no {program} here. Install PostgreSQL's client programs.")
    return found


def _addressed(url: str) -> dict[str, str]:
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError as problem:
        raise NotReady(f"That is no address of a database: {problem}") from problem
    unknown = ", ".join(sorted(parts.keys() - VARIABLES.keys()))
    if unknown:
        raise NotReady(
            f"pg_dump and pg_restore cannot be told {unknown}: leave it out of the address."
        )
    return {VARIABLES[name]: str(value) for name, value in parts.items()}
