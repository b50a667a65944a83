"""`python -m dev.health web|worker|reports|beat`: does the process of this container still work?

For a container's health check: one line, and an exit code other than 0 where it does not.
"""

import http.client
import os
import socket
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from celery import Celery

from dev.environment import resolved
from dev.places import NotReady

QUEUES = {"worker": "default", "reports": "reports"}
PATIENCE = 5.0  # seconds for an answer
LONGEST_SILENCE = 300.0  # seconds; beat sends something every 30, and leaves a sign (config/celery)


def check(name: str, environment: Mapping[str, str]) -> None:
    """Raise NotReady, with what is wrong."""
    if name == "web":
        _check_web(environment)
    elif name == "beat":
        _check_beat(Path(environment["STATE_DIR"]))
    else:
        _check_worker(f"{QUEUES[name]}@{socket.gethostname()}", environment)


def _check_web(environment: Mapping[str, str]) -> None:
    """Under a name that it answers to; the database is asked too."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", int(environment.get("PORT", "8000")), timeout=PATIENCE
    )
    host = environment.get("ALLOWED_HOSTS", "localhost").split(",")[0]
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as problem:
        raise NotReady(f"The web process does not answer: {problem}") from problem
    finally:
        connection.close()
    if status != 200:
        raise NotReady(f"The web process answers {status}.")


def _check_worker(node: str, environment: Mapping[str, str]) -> None:
    """Without Django: importing it would cost more than the answer."""
    app = Celery(broker=environment["REDIS_URL"], set_as_current=False)
    prefix = environment.get("REDIS_PREFIX", "ep")
    app.conf.broker_transport_options = {"global_keyprefix": f"{prefix}:"}
    if not app.control.ping(destination=[node], timeout=PATIENCE):
        raise NotReady(f"The worker {node} does not answer.")


def _check_beat(state: Path) -> None:
    sign = state / "beat-alive"
    if not sign.exists() or time.time() - sign.stat().st_mtime > LONGEST_SILENCE:
        raise NotReady("Beat has sent nothing for five minutes.")


def main() -> None:
    """Check the one named."""
    if len(sys.argv) != 2 or sys.argv[1] not in ("web", "beat", *QUEUES):
        sys.exit("Usage: python -m dev.health web|worker|reports|beat")
    try:
        check(sys.argv[1], resolved(os.environ))
    except NotReady as problem:
        sys.exit(str(problem))
    print("ok")


if __name__ == "__main__":
    main()
