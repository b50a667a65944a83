"""The child process: `python -m assessments.inspection PATH NAME CLEANED`.

Each line on stdout is JSON: first the verdict; then, if the file may be kept, each thing in its
text that looks like personal data; last how much of the text was read. Where the last line is
missing, a limit or a parser ended the reading.
"""

from __future__ import annotations

import json
import math
import resource
import sys
import time
from dataclasses import asdict
from pathlib import Path

from assessments.inspection.verdict import FULL, Refused, Sighting, Verdict

MEMORY_BYTES = 400 * 1024 * 1024
CPU_SECONDS = 8
READING_SECONDS = 4
OPEN_FILES = 64


def limit() -> None:
    """Before any parser is loaded: what this process may use, and no more."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_reading() -> None:
    """A file whose text takes long is kept: the reading ends with this process."""
    seconds = min(CPU_SECONDS, math.ceil(time.process_time()) + READING_SECONDS)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, CPU_SECONDS + 1))


def say(fact: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(fact) + "\n")
    sys.stdout.flush()


def judge(path: str, name: str, cleaned: str) -> Verdict | None:
    """None where it is refused."""
    from assessments.inspection import TOO_MUCH, kinds

    refused, verdict, errno = "", None, 0
    try:
        verdict = kinds.check(Path(path), name, Path(cleaned))
    except Refused as refusal:
        refused = str(refusal)
    except (MemoryError, RecursionError):
        refused = TOO_MUCH
    except OSError as error:
        if error.errno not in FULL:
            raise
        errno = error.errno
    say(
        {
            "errno": errno,
            "refused": refused,
            "media_type": verdict.media_type if verdict else "",
            "extension": verdict.extension if verdict else "",
            "is_rewritten": bool(verdict and verdict.is_rewritten),
        }
    )
    return verdict


def read(path: str, extension: str) -> None:
    from assessments.inspection import reading

    def tell(sighting: Sighting) -> None:
        say(asdict(sighting))

    say({"extent": reading.read(Path(path), extension, tell)})


def main(path: str, name: str, cleaned: str) -> None:
    if verdict := judge(path, name, cleaned):
        limit_reading()
        read(path, verdict.extension)


if __name__ == "__main__":
    limit()
    main(*sys.argv[1:])
