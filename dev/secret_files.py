"""`make secrets`: one file a secret, for docker-compose.yml. What is there is never changed.

The folder is for its owner alone. The files in it can be read by every account, because a container
gets each one by itself and runs as an account that this machine does not know.
"""

import os
import secrets
import sys
from pathlib import Path
from urllib.parse import urlsplit

from dev.places import ROOT, NotReady, private_folder

FOLDER = ROOT / "secrets"
DATABASE = "early_permanence"
LOGINS = {
    "database_url": "app_web",
    "database_url_job": "app_job",
    "database_url_migrate": "app_migrator",
    "database_url_backup": "app_backup",
}


def make(folder: Path) -> list[str]:
    """Write what is missing; the names of what was made."""
    private_folder(folder).chmod(0o700)
    wanted = {
        "secret_key": secrets.token_urlsafe(64),
        "secret_key_fallbacks": "",
        "mfa_key": secrets.token_hex(32),
        "context_key": secrets.token_hex(32),
        "redis_url": f"redis://:{secrets.token_hex(32)}@valkey:6379/0",
        "email_host_password": "",
        **{name: _address(login, secrets.token_hex(32)) for name, login in LOGINS.items()},
        **_superuser(folder),
    }
    return [name for name, value in wanted.items() if _write(folder / name, value)]


def _superuser(folder: Path) -> dict[str, str]:
    """The one password that is in two files: the image reads it alone, restore an address."""
    alone, address = folder / "database_password", folder / "database_url_admin"
    if alone.exists():
        password = alone.read_text().strip()
    elif address.exists():
        password = urlsplit(address.read_text().strip()).password or ""
    else:
        password = secrets.token_hex(32)
    if not password:
        raise NotReady(f"There is no password in {alone if alone.exists() else address}.")
    return {alone.name: password, address.name: _address("postgres", password, "postgres")}


def _address(login: str, password: str, database: str = DATABASE) -> str:
    return f"postgres://{login}:{password}@postgres:5432/{database}"


def _write(path: Path, value: str) -> bool:
    if path.exists():
        return False
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444), "w") as file:
        file.write(value + "\n")
    path.chmod(0o444)  # the umask may have closed it
    return True


def main() -> None:
    """Say which were made, never what is in them."""
    try:
        made = make(FOLDER)
    except NotReady as problem:
        sys.exit(str(problem))
    print(f"Made in {FOLDER}: {', '.join(made)}" if made else "Every secret is there already.")
    print("Keep a copy of this folder apart from the backups: no backup holds them.")


if __name__ == "__main__":
    main()
