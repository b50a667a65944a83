"""What an uploaded file really is, and whether it may be kept.

The looking is done in a process of its own with little memory and little time, without the
database and without this service's environment: the parsers read bytes a stranger may have
made. Nothing in this package imports Django.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from assessments.inspection.helper import ENVIRONMENT, ROOT, Helper
from assessments.inspection.verdict import Extent, Reading, Refused, Sighting, Verdict

_nursery = Helper("-m", "assessments.inspection.nursery")
WALL_SECONDS = 20
ENDED_BY_LIMIT = (signal.SIGXCPU, signal.SIGKILL, signal.SIGABRT)
ACCEPTED = (".pdf", ".docx", ".xlsx", ".pptx", ".csv", ".txt", ".png", ".jpg", ".jpeg")
DAMAGED = "The file could not be read. Open it, save it again under a new name and upload that."
TOO_MUCH = (
    "The file takes too long or too much memory to check. "
    "Save it again as a PDF, or split it into smaller files."
)


def inspect(path: Path, name: str, cleaned: Path) -> Verdict:
    """Look at the file at `path`, which its owner calls `name`, and read its text.

    Where the bytes must be made anew (pictures, without their metadata) the child writes them
    to `cleaned`. Raises Refused with a sentence for the reader; OSError where that had no room.
    """
    answer, *told = _ask_child(str(path), name, str(cleaned))
    if answer["errno"]:
        raise OSError(answer["errno"], os.strerror(answer["errno"]))
    if answer["refused"]:
        raise Refused(answer["refused"])
    return Verdict(
        answer["media_type"], answer["extension"], answer["is_rewritten"], _reading(told)
    )


def _reading(told: list[dict[str, Any]]) -> Reading:
    """Without a last word, the reading was cut short."""
    sightings = tuple(Sighting(**fact) for fact in told if "extent" not in fact)
    if told and "extent" in told[-1]:
        return Reading(Extent(told[-1]["extent"]), sightings)
    return Reading(Extent.PART if sightings else Extent.NONE, sightings)


def _ask_child(*arguments: str) -> list[dict[str, Any]]:
    """The lines the child printed, the verdict at least. Refused where its limits ended it or a
    parser crashed before that."""
    printed, ended_by, trouble = _run(*arguments)
    if told := [json.loads(line) for line in printed.split(b"\n")[:-1]]:
        return told
    if ended_by is None:
        raise Refused(TOO_MUCH)
    if ended_by < 0:
        raise Refused(TOO_MUCH if -ended_by in ENDED_BY_LIMIT else DAMAGED)
    raise RuntimeError(f"The file check did not run: {trouble.decode()[-2000:]}")


def _run(*arguments: str) -> tuple[bytes, int | None, bytes]:
    """(stdout, exit code or None where the time was up, stderr). Forked where that is at hand; a
    process from scratch where the one that forks is busy or has gone."""
    line = _nursery.ask_if_free(json.dumps(arguments))
    if line.endswith("\n"):
        done = json.loads(line)
        return done["printed"].encode(), done["ended_by"], b"see what was printed before this"
    return _run_alone(*arguments)


def _run_alone(*arguments: str) -> tuple[bytes, int | None, bytes]:
    try:
        done = subprocess.run(  # noqa: S603 - our own program, a list, no shell
            [sys.executable, "-m", "assessments.inspection", *arguments],
            cwd=ROOT,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        return error.stdout or b"", None, b""
    return done.stdout, done.returncode, done.stderr
