"""`python -m dev.within COMMAND…`: run one command with the development servers.

Uses the servers of a `make run` in this checkout; starts and stops them where none runs.
"""

import os
import shutil
import sys
import time

from dev import children
from dev.children import guarded
from dev.places import LOCAL, PYTHON_BIN, NotReady
from dev.servers import lock, running, written_environment


def run(command: list[str]) -> int:
    """The command's exit code."""
    found = shutil.which(command[0], path=f"{PYTHON_BIN}:{os.environ.get('PATH', os.defpath)}")
    if found is None:
        raise NotReady(f"There is no command {command[0]}.")
    words = [found, *command[1:]]
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if held := lock(LOCAL):
            with held, running(LOCAL) as servers:
                return children.run(words, servers.environment, servers.guardian)
        if theirs := written_environment(LOCAL):
            with guarded() as guardian:
                return children.run(words, theirs, guardian)
        time.sleep(0.1)  # another process is starting the servers, or stopping them
    raise NotReady("Another process holds this checkout's servers, and they do not answer.")


def main() -> None:
    """Run the words after the module's name."""
    children.end_like_ctrl_c()
    if len(sys.argv) < 2:
        sys.exit("Usage: python -m dev.within COMMAND…")
    try:
        sys.exit(run(sys.argv[1:]))
    except NotReady as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
