"""No process outlives its supervisor, whatever ends it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dev import children, leftovers, processes
from dev.children import Child, Guardian
from dev.guardian import alive
from dev.places import ROOT

STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
PARENT = """
import os, sys, time
from pathlib import Path
from dev.children import Child, Guardian
child = Child("sleeper", [sys.executable, "-c", "import time; time.sleep(60)"], os.environ,
              Path(sys.argv[1]) / "log" / "child.log", Guardian())
print(child.start().pid, flush=True)
time.sleep(60)
"""


def is_gone(pid: int, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not alive(pid)


def test_guardian_when_the_parent_is_killed_ends_its_children(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, tmp_path], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    child = int(parent.stdout.readline())
    assert alive(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert is_gone(child, patience=5)


def test_stop_of_a_stubborn_child_kills_its_group(tmp_path: Path) -> None:
    guardian = Guardian()
    child = Child(
        "stubborn", [sys.executable, "-c", STUBBORN], os.environ, tmp_path / "log", guardian
    )
    pid = child.start().pid
    time.sleep(0.3)  # long enough to have refused the signal
    children.stop([child], patience=0.5)
    guardian.close()
    assert not alive(pid)


def test_leftover_server_is_found_by_its_folder(tmp_path: Path) -> None:
    orphan = subprocess.Popen(["sleep", "60"], cwd=tmp_path)
    other = subprocess.Popen(["sleep", "60"], cwd=ROOT)
    leftovers.end_servers_in(tmp_path, signal.SIGTERM)
    assert orphan.wait(timeout=5) == -signal.SIGTERM
    assert other.poll() is None
    other.kill()
    other.wait()


def test_leftover_service_is_found_by_its_mark(tmp_path: Path) -> None:
    marked = {**os.environ, leftovers.MARK: str(tmp_path)}
    orphan = subprocess.Popen(["sleep", "60"], env=marked)
    neighbour = subprocess.Popen(["sleep", "60"], env={**marked, leftovers.MARK: f"{tmp_path}2"})
    leftovers.end_services_of(tmp_path)
    assert orphan.wait(timeout=5) == -signal.SIGTERM
    assert neighbour.poll() is None
    neighbour.kill()
    neighbour.wait()


@pytest.mark.parametrize("name", list(processes.COMMANDS))
def test_every_process_starts_a_program_of_this_environment(name: str) -> None:
    program, *rest = processes.command(name, {"PORT": "8123"})
    assert Path(program).exists()
    assert not any("{" in word for word in rest)


def test_only_the_web_uses_the_web_login() -> None:
    roles = {
        name: processes.environment_for(name, {})["DATABASE_ROLE"] for name in processes.COMMANDS
    }
    assert roles.pop("web") == "web"
    assert set(roles.values()) == {"job"}
