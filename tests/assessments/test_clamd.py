"""The client of clamd: against a real one, and against servers that behave as a broken one does."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assessments import clamd
from tests.assessments.files import office, pdfs
from tests.assessments.scanners import (
    EICAR,
    OUR_MARK,
    program,
    real_clamd,
    saying,
    silent,
    stand_in,
)

needs_clamd = pytest.mark.skipif(
    not program(), reason="NOT RUN: there is no clamd (dev/clamd.sh could not fetch one)"
)


@pytest.fixture(scope="module")
def scanner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with real_clamd(tmp_path_factory.mktemp("clamd"), most="1M") as address:
        yield address


def kept(folder: Path, content: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(content)
    return path


@needs_clamd
@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", ""),
        (b"We meet every month.\n", ""),
        (pdfs.pdf(), ""),
        (office.office("docx"), ""),
        (bytes(900_000), ""),
        (EICAR, "Eicar-Test-Signature"),
        (office.pack({"a.com": EICAR}), "Eicar-Test-Signature"),
        (office.pack({"a.zip": office.pack({"a.com": EICAR})}), "Eicar-Test-Signature"),
        (office.with_parts("docx", {"word/media/a.bin": EICAR}), "Eicar-Test-Signature"),
        (b"Minutes of June\n" + OUR_MARK, "House.Test-Mark"),
        (office.with_parts("xlsx", {"xl/media/a.png": OUR_MARK}), "House.Test-Mark"),
    ],
    ids=[
        *("empty", "text", "pdf", "docx", "large", "eicar", "zip", "zip in zip", "eicar in docx"),
        *("our mark", "our mark in xlsx"),
    ],
)
def test_real_clamd_finds_what_is_in_it(
    scanner: str, tmp_path: Path, content: bytes, found: str
) -> None:
    told = clamd.scan(kept(tmp_path, content), scanner, seconds=30)
    assert told.removesuffix(".UNOFFICIAL") == found


@needs_clamd
def test_real_clamd_that_finds_a_file_too_large_gives_no_verdict(
    scanner: str, tmp_path: Path
) -> None:
    """It hangs up in the middle of the file, having said why."""
    with pytest.raises(clamd.NoVerdict):
        clamd.scan(kept(tmp_path, bytes(20_000_000)), scanner, seconds=30)
    assert clamd.is_alive(scanner)


ODD = {
    "nothing": b"",
    "size error": b"INSTREAM size limit exceeded. ERROR\0",
    "other error": b"stream: Can't allocate memory ERROR\0",
    "no end": b"stream: OK",
    "a line for an end": b"stream: OK\n",
    "more after it": b"stream: OK\0stream: OK\0",
    "before it": b"1: stream: OK\0",
    "a file's name": b"/tmp/a: OK\0",
    "small letters": b"stream: ok\0",
    "nothing found": b"stream:  FOUND\0",
    "endless": b"stream: OK\0" * 10_000,
}


@pytest.mark.parametrize("answer", ODD.values(), ids=ODD.keys())
def test_only_the_exact_answer_is_clean(tmp_path: Path, answer: bytes) -> None:
    path = kept(tmp_path, b"We meet every month.\n")
    with (
        stand_in(tmp_path / "door", saying(answer)) as address,
        pytest.raises(clamd.NoVerdict),
    ):
        clamd.scan(path, address, seconds=5)


def test_exact_answers_are_understood(tmp_path: Path) -> None:
    path = kept(tmp_path, b"We meet every month.\n")
    with stand_in(tmp_path / "fine", saying(b"stream: OK\0")) as address:
        assert clamd.scan(path, address, seconds=5) == ""
    with stand_in(tmp_path / "found", saying(b"stream: Doc.Dropper-1 FOUND\0")) as address:
        assert clamd.scan(path, address, seconds=5) == "Doc.Dropper-1"


def dribble(line: socket.socket) -> None:
    """A byte now and then: each wait is short, all of them are not."""
    while True:
        try:
            line.sendall(b"s")
        except OSError:
            return
        time.sleep(0.05)


def full(line: socket.socket) -> None:
    """Reads nothing, so that what is sent piles up."""
    time.sleep(0.6)


@pytest.mark.parametrize("behave", [silent, dribble, full])
def test_clamd_that_hangs_costs_the_time_limit_and_no_more(
    tmp_path: Path, behave: Callable[[socket.socket], None]
) -> None:
    path = kept(tmp_path, bytes(5_000_000))
    begun = time.monotonic()
    with stand_in(tmp_path / "door", behave) as address, pytest.raises(clamd.NoVerdict):
        clamd.scan(path, address, seconds=0.3)
    assert time.monotonic() - begun < 5


def test_clamd_that_is_dead_gives_no_verdict(tmp_path: Path) -> None:
    path = kept(tmp_path, b"We meet every month.\n")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # nobody listens there
        addresses = [f"unix://{tmp_path}/none", f"tcp://127.0.0.1:{taken.getsockname()[1]}"]
        for address in addresses:
            with pytest.raises(clamd.NoVerdict):
                clamd.scan(path, address, seconds=5)
            assert not clamd.is_alive(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "clamd",
        "unix://",
        "unix://run/clamd",
        "tcp://clamd",
        "tcp://:3310",
        "tcp://a:b",
        "http://a:1",
    ],
)
def test_address_that_is_none_is_told(address: str) -> None:
    with pytest.raises(clamd.BadAddress):
        clamd.parsed(address)
