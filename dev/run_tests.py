"""`make test`: servers of its own, every test, then the journeys; both in two processes.

PYTEST_ARGS is passed on. TESTS names files or folders to run instead of everything.
"""

import os
import shlex
import shutil
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import NoReturn

from dev import children
from dev.children import Guardian, guarded
from dev.identity import ELSEWHERE
from dev.places import LOCAL, PYTHON_BIN, ROOT, NotReady, private_folder
from dev.servers import lock, running

JOURNEYS = "tests/journeys"
NO_TESTS = 5  # pytest's exit code when a filter left nothing to run
RUNS = LOCAL / "test"


def environment(servers: dict[str, str]) -> dict[str, str]:
    """What the tests are run with; the browser is a real Chromium."""
    browser = os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), ""
    )
    # Tests ask faster than any person; those of the limits set their own.
    limits = dict.fromkeys(
        ("API_CALLS_OF_ONE", "API_CALLS_OF_AGENCY", "API_CALLS_OF_STRANGERS"), "1000000"
    )
    return {**servers, **limits, "CHROMIUM": browser, "DATABASE_ROLE": "test"}


def clear_old_runs() -> None:
    """Remove what killed runs left; a run that still lives holds its lock."""
    for folder in private_folder(RUNS).iterdir():
        if held := lock(folder):
            held.close()
            shutil.rmtree(folder, ignore_errors=True)
            shutil.rmtree(ELSEWHERE / f"test-{folder.name}", ignore_errors=True)


def run(settings: dict[str, str], guardian: Guardian) -> int:
    """The worst exit code of the parts."""

    def pytest(words: list[str]) -> int:
        command = [str(PYTHON_BIN / "python"), "-m", "pytest", *words, *extra]
        return children.run(command, settings, guardian)

    extra = shlex.split(os.environ.get("PYTEST_ARGS", ""))
    if chosen := shlex.split(os.environ.get("TESTS", "")):
        return pytest(chosen)
    parts = [["tests", f"--ignore={JOURNEYS}"]]
    if (ROOT / JOURNEYS).exists():
        parts.append([JOURNEYS])
    codes = [pytest(["-n", "2", *part]) for part in parts]
    failed = [code for code in codes if code not in (0, NO_TESTS)]
    return max(failed) if failed else min(codes)


def with_servers(
    work: Callable[[dict[str, str], Guardian], int], *, durable: bool = False
) -> NoReturn:
    """Real servers where DATABASE_URL_TEST names one, else throw-away ones; ends the process."""
    children.end_like_ctrl_c()
    clear_old_runs()
    place = private_folder(RUNS / str(os.getpid()))
    try:
        with _locked(place):
            if os.environ.get("DATABASE_URL_TEST"):
                with guarded() as guardian:
                    code = work(environment(dict(os.environ)), guardian)
            else:
                with running(place, durable=durable) as servers:
                    code = work(environment(servers.environment), servers.guardian)
    except NotReady as problem:
        sys.exit(str(problem))
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    sys.exit(code)


def _locked(place: Path) -> AbstractContextManager[object]:
    return lock(place) or nullcontext()


if __name__ == "__main__":
    with_servers(run)
