"""F16: killed at any point of an upload, there is no row without its file, and nothing piles up."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from dev.places import ROOT
from tests.faults.conftest import LONG
from tests.served.stack import Stack

POINTS = (
    "before the first byte",
    "before it is looked at",
    "before it is flushed",
    "before it is moved",
    "before its folder is flushed",
    "before its row is committed",
    "before it is answered",
)
TIMES = 20 if LONG else 1
DAY = 24 * 60 * 60


def _kill_at(stack: Stack, point: str) -> None:
    agency = stack.people["LA"]
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.faults.upload",
            agency["agency"],
            agency["lead"]["user"],
            point,
        ],
        cwd=ROOT,
        env={**stack.environment, "DATABASE_ROLE": "web"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def _rows(stack: Stack) -> dict[str, tuple[str, int]]:
    """Each stored name with its hash and size."""
    with stack.owner() as session:
        found = session.execute(
            "SELECT stored_as, sha256, size FROM assessments_evidenceversion WHERE stored_as <> ''"
        ).fetchall()
    return {name: (sha256, size) for name, sha256, size in found}


def _store(stack: Stack) -> Path:
    return Path(stack.environment["FILES_ROOT"]) / "evidence"


def _on_disk(stack: Stack) -> dict[str, Path]:
    return {path.name: path for path in _store(stack).glob("*/*") if path.is_file()}


def _value(stack: Stack, query: str) -> Any:
    with stack.owner() as session:
        row = session.execute(query).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize("point", POINTS)
def test_killed_upload_leaves_no_row_without_its_file(stack: Stack, point: str) -> None:
    for _ in range(TIMES):
        before, used = _rows(stack), _used(stack)
        _kill_at(stack, point)
        rows, on_disk = _rows(stack), _on_disk(stack)
        new = rows.keys() - before.keys()
        assert len(new) == (1 if point == "before it is answered" else 0)
        assert rows.keys() <= on_disk.keys()
        for name, (sha256, size) in rows.items():
            content = on_disk[name].read_bytes()
            assert (hashlib.sha256(content).hexdigest(), len(content)) == (sha256, size)
        assert _used(stack) - used == sum(rows[name][1] for name in new)
    with stack.owner() as session:
        assert session.execute("SELECT * FROM audit.broken()").fetchall() == []


def test_what_killed_uploads_left_is_gone_after_a_day(stack: Stack) -> None:
    for point in ("before it is looked at", "before its row is committed"):
        _kill_at(stack, point)
    left = _on_disk(stack).keys() - _rows(stack).keys()
    assert len(left) >= 2
    told = stack.run("manage.py", "reconcile_files", "--hash", login="job")
    assert "0 without a row removed" in told
    day_ago = time.time() - DAY - 60
    for path in _on_disk(stack).values():
        os.utime(path, (day_ago, day_ago))
    stack.run("manage.py", "reconcile_files", "--hash", login="job")
    assert _on_disk(stack).keys() == _rows(stack).keys()


def _used(stack: Stack) -> int:
    return int(_value(stack, "SELECT coalesce(sum(used_bytes), 0) FROM assessments_storage"))
