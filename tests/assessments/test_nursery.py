"""The process that forks to look at uploads: quick, replaceable, and never in the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assessments import inspection
from assessments.inspection.helper import Helper
from assessments.inspection.verdict import Refused

TEXT = b"How we work."


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "upload").write_bytes(TEXT)
    return tmp_path / "upload"


def asked(path: Path) -> str:
    return json.dumps([str(path), "a.txt", str(path.with_name("cleaned"))])


def programme(change: str) -> Helper:
    """The nursery with something different in its children."""
    return Helper(
        "-c",
        "import json, os, signal, sys, time;"
        "from assessments import inspection;"
        "from assessments.inspection import nursery;"
        f"{change};"
        "[print(json.dumps(nursery.look(json.loads(line))), flush=True) for line in sys.stdin]",
    )


def test_it_answers_as_a_child_from_scratch_does(path: Path) -> None:
    done = json.loads(inspection._nursery.ask(asked(path)))
    alone = inspection._run_alone(*json.loads(asked(path)))
    assert (done["printed"].encode(), done["ended_by"]) == alone[:2]


def test_one_that_was_killed_is_started_again(path: Path) -> None:
    inspection.inspect(path, "a.txt", path)
    gone = inspection._nursery.process
    assert gone
    gone.kill()
    gone.wait()
    assert inspection.inspect(path, "a.txt", path).media_type == "text/plain"
    assert inspection._nursery.process is not gone


def test_nobody_waits_while_it_is_busy(path: Path) -> None:
    with inspection._nursery.lock:
        assert inspection.inspect(path, "a.txt", path).media_type == "text/plain"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("nursery.child.main = lambda *_: os.kill(os.getpid(), signal.SIGSEGV)", "DAMAGED"),
        ("nursery.child.main = lambda *_: os.kill(os.getpid(), signal.SIGKILL)", "TOO_MUCH"),
        ("inspection.WALL_SECONDS = 1; nursery.child.main = lambda *_: time.sleep(60)", "TOO_MUCH"),
    ],
)
def test_it_outlives_a_child_that_falls_over(
    change: str, sentence: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = programme(change)
    monkeypatch.setattr(inspection, "_nursery", ours)
    for _ in range(2):
        with pytest.raises(Refused, match=getattr(inspection, sentence)[:30]):
            inspection.inspect(path, "a.txt", path)
    assert ours.process
    assert ours.process.poll() is None
    ours.end()


def test_a_child_has_its_limits_and_nothing_open_but_its_own_pipe(path: Path) -> None:
    tell = (
        "import resource; nursery.child.main = lambda *_: print(json.dumps("
        "[sorted(map(int, os.listdir('/proc/self/fd')))[:3], len(os.listdir('/proc/self/fd')),"
        " resource.getrlimit(resource.RLIMIT_AS)[0], sorted(os.environ)]), flush=True)"
    )
    ours = programme(tell)
    done = json.loads(ours.ask(asked(path)))
    ours.end()
    opened, count, memory, environment = json.loads(done["printed"])
    assert (opened, count) == ([0, 1, 2], 4), "the fourth is the listing itself"
    assert memory <= 400 * 1024 * 1024
    assert set(environment) <= {"PATH", "LANG", "PYTHONDONTWRITEBYTECODE", "LC_CTYPE"}
