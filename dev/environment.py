"""The settings each process is started with: real servers where they are named, else ours."""

import os
from collections.abc import Mapping
from pathlib import Path

from dev.places import PYTHON_BIN, NotReady

DATABASE_URLS = ("DATABASE_URL", "DATABASE_URL_JOB", "DATABASE_URL_MIGRATE")
SECRETS = (*DATABASE_URLS, "DATABASE_URL_BACKUP", "DATABASE_URL_ADMIN", "CONTEXT_KEY", "REDIS_URL")


def resolved(environment: Mapping[str, str]) -> dict[str, str]:
    """With every secret that a file holds (`CONTEXT_KEY_FILE=/run/secrets/context_key`)."""
    found = dict(environment)
    for name in SECRETS:
        if path := environment.get(f"{name}_FILE"):
            try:
                found[name] = Path(path).read_text().strip()
            except OSError as problem:
                raise NotReady(f"{name}_FILE: {path} cannot be read.") from problem
    return found


def has_real_database(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether all three addresses are set; some of them alone is a mistake to be told about."""
    missing = [name for name in DATABASE_URLS if not environment.get(name)]
    if missing and len(missing) < len(DATABASE_URLS):
        raise NotReady(
            f"Set {', '.join(missing)} too: the three database addresses go together "
            "(docs/how-to/run-against-real-servers.md)."
        )
    return not missing


def check_real_servers(environment: Mapping[str, str] = os.environ) -> None:
    """With a real database its signing key has to be named: the database holds the same."""
    if has_real_database(environment) and not environment.get("CONTEXT_KEY"):
        raise NotReady(
            "Set CONTEXT_KEY to the key that `make db-bootstrap` gave the database "
            "(docs/how-to/run-against-real-servers.md)."
        )


def development(place: Path, keys: Mapping[str, str]) -> dict[str, str]:
    """Settings for this machine, before the addresses of the servers; what is set wins.

    As close to production as plain http allows: DEBUG=true make run shows tracebacks.
    """
    port = os.environ.get("PORT", "8000")
    ours = {
        "DEBUG": "false",
        "SECURE": "false",
        "STATIC_COLLECTED": "false",
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "SERVICE_URL": f"http://localhost:{port}",
        "PORT": port,
        "SECRET_KEY": keys["secret_key"],
        "CONTEXT_KEY": keys["context_key"],
        "MFA_KEY": keys["mfa_key"],
        "MFA_REQUIRED": "false",  # the demo signs in with a password alone
        "FILES_ROOT": str(place / "files"),
        "EMAIL_DIR": str(place / "mail"),
        "STATE_DIR": str(place),
        "SCANNER": "none",  # nothing scans here, and the pages say so
        "PYTHONUNBUFFERED": "1",
    }
    path = f"{PYTHON_BIN}:{os.environ.get('PATH', os.defpath)}"
    return {**ours, **os.environ, "PATH": path}
