"""How each process of the service starts: the one place, for development and production.

`python -m dev.processes web` becomes that process. BIND and PORT say where the web listens;
STATE_DIR is where beat keeps its schedule. `prepare` comes before the first start and after each
upgrade, and ends.
"""

import os
import subprocess
import sys
from collections.abc import Mapping

from dev.places import LOCAL, PYTHON_BIN, ROOT

WEB = (
    "gunicorn config.wsgi --worker-class gthread --workers 2 --threads 4 --bind {bind}:{port}"
    " --no-control-socket --forwarder-headers="  # no client may name the script or the path
)
WORKER = "celery -A config worker -Q default -c 2 -n default@%h --without-gossip --without-mingle"
# Django's checks load every page (30 MB); the default worker makes them, with the same settings.
REPORTS = (
    "celery --skip-checks -A config worker -Q reports -c 1 -n reports@%h"
    " --without-gossip --without-mingle"
)
BEAT = "celery -A config beat --schedule {state}/beat-schedule --pidfile="

PREPARE = (
    ("Bringing the database up to date", ["migrate", "--verbosity=1"]),
    ("Loading the standards", ["load_standards"]),
)
COMMANDS = {"web": WEB, "worker": WORKER, "reports": REPORTS, "beat": BEAT}
ROLES = {"web": "web", "worker": "job", "reports": "job", "beat": "job"}


def command(name: str, environment: Mapping[str, str]) -> list[str]:
    """The words of one process's command line."""
    values = {
        "bind": environment.get("BIND", "127.0.0.1"),
        "port": environment.get("PORT", "8000"),
        "state": environment.get("STATE_DIR", str(LOCAL)),
    }
    program, *rest = (word.format(**values) for word in COMMANDS[name].split())
    return [str(PYTHON_BIN / program), *rest]


def environment_for(name: str, environment: Mapping[str, str]) -> dict[str, str]:
    """The environment with the database login that the process may use."""
    return {**environment, "DATABASE_ROLE": ROLES[name]}


def prepare() -> None:
    """Each step under the migrator's login, which manage.py chooses; stops at one that fails."""
    for title, words in PREPARE:
        print(title, flush=True)
        done = subprocess.run([PYTHON_BIN / "python", "manage.py", *words], cwd=ROOT, check=False)
        if done.returncode:
            sys.exit(done.returncode)


def main() -> None:
    """Replace this process by the one named."""
    name = sys.argv[1] if len(sys.argv) == 2 else ""
    if name == "prepare":
        return prepare()
    if name not in COMMANDS:
        sys.exit(f"Usage: python -m dev.processes prepare|{'|'.join(COMMANDS)}")
    words = command(name, os.environ)
    os.chdir(ROOT)
    os.execve(words[0], words, environment_for(name, os.environ))


if __name__ == "__main__":
    main()
