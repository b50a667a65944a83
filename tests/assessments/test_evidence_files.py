"""What an upload is: every honest file accepted, every hostile one refused with a sentence."""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from assessments import inspection
from assessments.inspection import kinds
from assessments.inspection.verdict import Refused, Verdict
from tests.assessments.files import pictures
from tests.assessments.files.sample import Sample
from tests.assessments.files.samples import ACCEPTED, BOMBS, HOSTILE


def look(folder: Path, name: str, content: bytes) -> Verdict:
    """The check itself, in this process: a child for each of a hundred files costs a minute."""
    path = folder / "upload"
    path.write_bytes(content)
    return kinds.check(path, name, folder / "cleaned")


def by_label(sample: Sample) -> str:
    return sample.label


@pytest.mark.parametrize("sample", ACCEPTED, ids=by_label)
def test_file_that_is_what_it_says_is_accepted(sample: Sample, tmp_path: Path) -> None:
    assert look(tmp_path, sample.name, sample.make()).media_type == sample.media_type


@pytest.mark.parametrize("sample", HOSTILE, ids=by_label)
def test_hostile_file_is_refused_with_a_sentence(sample: Sample, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refusal:
        look(tmp_path, sample.name, sample.make())
    sentence = str(refusal.value)
    assert sample.says in sentence
    assert sentence.endswith(".")
    assert len(sentence) <= 200


def test_hostile_files_are_at_least_150() -> None:
    labels = [sample.label for sample in HOSTILE + BOMBS]
    assert len(labels) == len(set(labels)) >= 150


def test_child_gives_the_same_verdicts(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    for sample in (ACCEPTED[0], ACCEPTED[-1], HOSTILE[0], BOMBS[0]):
        path.write_bytes(sample.make())
        if not sample.says:
            verdict = inspection.inspect(path, sample.name, tmp_path / "cleaned")
            assert verdict.media_type == sample.media_type
            continue
        with pytest.raises(Refused, match=sample.says):
            inspection.inspect(path, sample.name, tmp_path / "cleaned")


@pytest.mark.parametrize("sample", BOMBS, ids=by_label)
def test_bomb_is_refused_in_two_seconds_and_200_megabytes(sample: Sample, tmp_path: Path) -> None:
    """Measured in a process of its own, whose one child is the check; seconds of processor."""
    (tmp_path / "upload").write_bytes(sample.make())
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(tmp_path / "upload"), sample.name],
        cwd=inspection.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, kilobytes = done.stdout.split()
    assert float(seconds) < 2
    assert int(kilobytes) < 200 * 1024


MEASURE = """
import pathlib, resource, sys
from assessments import inspection
from assessments.inspection import kinds
from assessments.inspection.verdict import Refused
path = pathlib.Path(sys.argv[1])
try:
    inspection.inspect(path, sys.argv[2], path.with_name("cleaned"))
except Refused:
    inspection._nursery.end()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


def test_jpeg_loses_its_place_and_is_turned_upright(tmp_path: Path) -> None:
    original = pictures.jpeg_with_place()
    assert pictures.PLACE.encode() in original
    assert look(tmp_path, "a.jpg", original).is_rewritten
    cleaned = (tmp_path / "cleaned").read_bytes()
    assert pictures.PLACE.encode() not in cleaned
    with Image.open(tmp_path / "cleaned") as picture:
        assert picture.size == (40, 60)
        assert not picture.getexif()
        assert "comment" not in picture.info


def test_png_loses_its_texts_and_its_tail(tmp_path: Path) -> None:
    look(tmp_path, "a.png", pictures.png_with_text() + b"<script>alert(1)</script>")
    cleaned = (tmp_path / "cleaned").read_bytes()
    assert pictures.PLACE.encode() not in cleaned
    assert b"script" not in cleaned


def test_large_honest_picture_fits_the_limits(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(pictures.picture("PNG", mode="RGBA", size=(6_000, 4_000)))
    verdict = inspection.inspect(path, "a.png", tmp_path / "cleaned")
    assert verdict.media_type == "image/png"


def test_checking_process_runs_under_its_limits() -> None:
    script = (
        "import resource; from assessments.inspection import __main__ as m; m.limit();"
        "print(resource.getrlimit(resource.RLIMIT_AS)[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=inspection.ROOT, capture_output=True, check=True
    )
    assert int(done.stdout) <= 400 * 1024 * 1024
    assert resource.getrlimit(resource.RLIMIT_AS)[0] == resource.RLIM_INFINITY
