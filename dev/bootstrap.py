"""Roles, schemas and the signing key: once per cluster, by a superuser.

`python -m dev.bootstrap` (`make db-bootstrap`) does it on a real server: DATABASE_URL_ADMIN is a
superuser's address, the passwords are taken from the other addresses, so that they cannot differ.
"""

import os
import secrets
import sys
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from dev.environment import DATABASE_URLS, resolved
from dev.places import ROOT, NotReady

SCRIPT = ROOT / "agencies" / "sql" / "bootstrap.sql"
TEMPLATE = "template_ep"


def bootstrap(admin_url: str, database: str, given: Mapping[str, str]) -> None:
    """Make `database` if there is none and run the script in it.

    `given`: `password_web`, `password_job`, `password_migrator`, `password_backup`,
    `password_test` (empty: that login is not made) and `context_key` (hex of 32 bytes).
    """
    _create(admin_url, database)
    with psycopg.connect(at(admin_url, database), autocommit=True) as connection:
        for name, value in given.items():
            # As parameters of the extended protocol: statements can end up in the server's log.
            connection.execute("SELECT set_config(%s, %s, false)", (f"bootstrap.{name}", value))
        connection.execute(SCRIPT.read_bytes())


def prepare_test_template(admin_url: str, given: Mapping[str, str]) -> None:
    """The database that test databases are copied from: only a template may be copied by others."""
    bootstrap(admin_url, TEMPLATE, given)
    with psycopg.connect(admin_url, autocommit=True) as connection:
        connection.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE true").format(_name(TEMPLATE)))


def _create(admin_url: str, database: str) -> None:
    with psycopg.connect(at(admin_url, "postgres"), autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (database,))
        if not known.fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(_name(database)))


def _name(database: str) -> sql.Identifier:
    return sql.Identifier(database)


def at(url: str, database: str) -> str:
    """The address of another database on the same server."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


def from_environment(environment: Mapping[str, str]) -> tuple[str, str, dict[str, str]]:
    """The superuser's address, the database's name and the settings for the script."""
    needed = ("DATABASE_URL_ADMIN", *DATABASE_URLS)
    missing = [name for name in needed if not environment.get(name)]
    if missing:
        raise NotReady(f"Set {', '.join(missing)} (docs/how-to/run-against-real-servers.md).")
    urls = {
        "web": environment["DATABASE_URL"],
        "job": environment["DATABASE_URL_JOB"],
        "migrator": environment["DATABASE_URL_MIGRATE"],
        "backup": environment.get("DATABASE_URL_BACKUP", ""),
        "test": environment.get("DATABASE_URL_TEST", ""),
    }
    given = {
        f"password_{name}": unquote(urlsplit(url).password or "") for name, url in urls.items()
    }
    without = [
        f"DATABASE_URL ({name})"
        for name in ("web", "job", "migrator")
        if not given[f"password_{name}"]
    ]
    if without:
        raise NotReady(f"No password in {', '.join(without)}.")
    given["context_key"] = environment.get("CONTEXT_KEY") or secrets.token_hex(32)
    return environment["DATABASE_URL_ADMIN"], urlsplit(urls["web"]).path.lstrip("/"), given


def main() -> None:
    """Bootstrap the real server named in the environment."""
    try:
        admin_url, database, given = from_environment(resolved(os.environ))
        bootstrap(admin_url, database, given)
        if given["password_test"]:
            prepare_test_template(admin_url, given)
    except NotReady as problem:
        sys.exit(str(problem))
    except psycopg.Error as problem:
        sys.exit(f"The database refused: {problem}")
    print(f"The database {database} has its roles, schemas and signing key.")
    if not resolved(os.environ).get("CONTEXT_KEY"):
        print(f"Keep this new key where the service finds it:\nCONTEXT_KEY={given['context_key']}")


if __name__ == "__main__":
    main()
