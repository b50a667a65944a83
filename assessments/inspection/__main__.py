"""The child process: `python -m assessments.inspection PATH NAME CLEANED`, JSON on stdout."""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from assessments.inspection.verdict import Refused, Verdict

MEMORY_BYTES = 400 * 1024 * 1024
CPU_SECONDS = 8
OPEN_FILES = 64


def limit() -> None:
    """Before any parser is loaded: what this process may use, and no more."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(verdict: Verdict | None, refused: str) -> dict[str, object]:
    return {
        "refused": refused,
        "media_type": verdict.media_type if verdict else "",
        "extension": verdict.extension if verdict else "",
        "is_rewritten": bool(verdict and verdict.is_rewritten),
    }


def main(path: str, name: str, cleaned: str) -> dict[str, object]:
    from assessments.inspection import TOO_MUCH, kinds

    try:
        return answer(kinds.check(Path(path), name, Path(cleaned)), "")
    except Refused as refusal:
        return answer(None, str(refusal))
    except (MemoryError, RecursionError):
        return answer(None, TOO_MUCH)


if __name__ == "__main__":
    limit()
    json.dump(main(*sys.argv[1:]), sys.stdout)
