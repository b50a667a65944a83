"""The process that looks at uploads: `python -m assessments.inspection.nursery`.

It is told on each line of stdin what to look at and forks for it: each file is looked at in a
process of its own, within its limits and with nothing open but a pipe of its own. Its answer is
what that one printed and how it ended.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
import traceback
from typing import Any, NoReturn

import magic

from assessments import inspection
from assessments.inspection import __main__ as child
from assessments.inspection import kinds, reading  # noqa: F401 - loaded for the children

AT_ONCE = 65_536


def load() -> None:
    """What every look needs is there before the fork; its limits come after it."""
    magic.from_buffer(b"%PDF", mime=True)


def look(arguments: list[str]) -> dict[str, Any]:
    """`ended_by`: the exit code, minus the signal; null where its time was up."""
    source, sink = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(source)
        be_the_child(sink, arguments)
    os.close(sink)
    printed, is_in_time = listen(source)
    os.close(source)
    if not is_in_time:
        os.kill(pid, signal.SIGKILL)
    ended_by = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return {"printed": printed.decode(), "ended_by": ended_by if is_in_time else None}


def be_the_child(sink: int, arguments: list[str]) -> NoReturn:
    """Whatever happens, it ends here: it never goes on as this process."""
    code = 1
    try:
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(sink, 1)
        os.closerange(3, child.OPEN_FILES)
        child.limit()
        child.main(*arguments)
        code = 0
    except BaseException:  # noqa: BLE001 - told on stderr, and by the code
        traceback.print_exc()
    finally:
        os._exit(code)


def listen(source: int) -> tuple[bytes, bool]:
    """All that is printed until the end, and whether that came in time."""
    printed, until = b"", time.monotonic() + inspection.WALL_SECONDS
    while select.select([source], [], [], max(0, until - time.monotonic()))[0]:
        if not (more := os.read(source, AT_ONCE)):
            return printed, True
        printed += more
    return printed, False


if __name__ == "__main__":
    load()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(look(json.loads(line))) + "\n")
        sys.stdout.flush()
