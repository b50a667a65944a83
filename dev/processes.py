"""How each process of the service starts: the one place, for development and production.

`python -m dev.processes web` becomes that process. BIND and PORT say where the web listens;
STATE_DIR is where beat keeps its schedule.
"""

import os
import sys
from collections.abc import Mapping

from dev.places import LOCAL, PYTHON_BIN, ROOT

WEB = (
    "gunicorn config.wsgi --worker-class gthread --workers 2 --threads 4 --bind {bind}:{port}"
    " --no-control-socket --forwarder-headers="  # no client may name the script or the path
)
WORKER = "celery -A config worker -Q default -c 2 -n default@%h --without-gossip --without-mingle"
REPORTS = "celery -A config worker -Q reports -c 1 -n reports@%h --without-gossip --without-mingle"
BEAT = "celery -A config beat --schedule {state}/beat-schedule --pidfile="

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


def main() -> None:
    """Replace this process by the one named."""
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        sys.exit(f"Usage: python -m dev.processes {'|'.join(COMMANDS)}")
    name = sys.argv[1]
    words = command(name, os.environ)
    os.chdir(ROOT)
    os.execve(words[0], words, environment_for(name, os.environ))


if __name__ == "__main__":
    main()
