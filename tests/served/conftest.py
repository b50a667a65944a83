"""One running service for the tests of this folder: real logins, real processes, real commits."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.served.stack import Stack, running

LONG = os.environ.get("FAULTS") == "long"
"""`make faults` asks for the long form."""


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    place: Path = tmp_path_factory.mktemp("served")
    with running(place, f"served_{os.getpid()}") as stack:
        stack.remove_for_good()
        yield stack
