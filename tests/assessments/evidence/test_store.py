"""The folder behind the rows: random names, clean names, nothing left, nothing lost."""

from __future__ import annotations

import errno
import hashlib
import os
import time
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from agencies.models import Membership
from agencies.uploads import NoRoom
from assessments import files, scanning
from assessments.actions.evidence import add_evidence
from assessments.inspection.verdict import Refused
from assessments.models import Evidence
from tests.assessments.evidence.conftest import DETAILS, pdf_source, stored_files, upload
from tests.assessments.files import pdfs, pictures
from tests.conftest import acting

NAMES = [
    ("Policy.pdf", "Policy.pdf"),
    ("../../etc/passwd", "passwd"),
    ("..\\..\\windows\\system32\\a.pdf", "a.pdf"),
    ("/etc/cron.d/a.pdf", "a.pdf"),
    ("C:\\Users\\lead\\a.pdf", "a.pdf"),
    ("CON.pdf", "_CON.pdf"),
    ("nul", "_nul"),
    ("Lpt1.tar.pdf", "_Lpt1.tar.pdf"),
    ("policy\u202efdp.exe", "policyfdp.exe"),
    ("a\u200b\ufeffb.pdf", "ab.pdf"),
    ("a\x00\x1b[31mb.pdf", "a[31mb.pdf"),
    ("a\r\nContent-Type: text/html.pdf", "html.pdf"),
    ("a\r\nSet-Cookie: b.pdf", "a Set-Cookie_ b.pdf"),
    ('a"; filename="b.exe.pdf', "a_; filename=_b.exe.pdf"),
    ("<img src=x onerror=alert(1)>.pdf", "_img src=x onerror=alert(1)_.pdf"),
    ("a?b*c|d.pdf", "a_b_c_d.pdf"),
    ("...", "file"),
    ("", "file"),
    ("   .pdf", "pdf"),
    ("name. . .", "name"),
    ("Cafe\u0301.pdf", "Caf\u00e9.pdf"),
    ("\ud800a.pdf", "a.pdf"),
    ("日本語.pdf", "日本語.pdf"),
]


@pytest.mark.parametrize(("raw", "clean"), NAMES)
def test_hostile_name_is_cleaned(raw: str, clean: str) -> None:
    assert files.clean_name(raw) == clean


def test_name_of_300_characters_is_cut_and_keeps_its_extension() -> None:
    name = files.clean_name("a" * 300 + ".pdf")
    assert len(name) == files.MAX_NAME
    assert name.endswith("a.pdf")


def test_kept_file_has_a_random_name_and_its_own_hash(store: Path) -> None:
    content = pdfs.pdf()
    first, second = files.keep(upload("a", content)), files.keep(upload("a", content))
    assert first.stored_as != second.stored_as
    assert (first.file_name, first.media_type) == ("a.pdf", "application/pdf")
    path = files.path_of(first.stored_as)
    assert path.read_bytes() == content
    assert first.sha256 == hashlib.sha256(content).hexdigest()
    assert first.size == len(content)
    assert path.stat().st_mode & 0o777 == 0o400
    assert len(stored_files(store)) == 2


def test_picture_is_kept_without_its_place() -> None:
    kept = files.keep(upload("a.jpg", pictures.jpeg_with_place()))
    content = files.path_of(kept.stored_as).read_bytes()
    assert pictures.PLACE.encode() not in content
    assert kept.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"%PDF-1.7" + bytes(200_000), "larger than 0 MB"),
        ("a.exe", b"MZ", "not accepted"),
        ("a.jpg", pictures.picture("PNG"), "a PNG picture"),
    ],
)
def test_refused_file_leaves_nothing_behind(
    store: Path, settings: object, name: str, content: bytes, says: str
) -> None:
    settings.UPLOAD_MAX_BYTES = 100_000  # type: ignore[attr-defined]
    with pytest.raises(Refused, match=says):
        files.keep(upload(name, content))
    assert stored_files(store) == []


def test_full_disk_is_a_sentence_and_leaves_nothing(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: object, _flags: int, _mode: int = 0) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    store.mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", full)
        with pytest.raises(NoRoom, match="Try again later"):
            files.keep(upload())
    assert stored_files(store) == []


@pytest.mark.parametrize("name", ["", "clam"])
def test_scanner_that_is_not_named_on_purpose_stops_the_start(settings: object, name: str) -> None:
    settings.SCANNER = name  # type: ignore[attr-defined]
    assert "assessments.E001" in [message.id for message in run_checks()]
    with pytest.raises(ImproperlyConfigured):
        scanning.state_after_upload()


@pytest.mark.usefixtures("evidence")
def test_reconciler_finds_nothing_wrong_in_a_sound_store(capsys: pytest.CaptureFixture) -> None:
    call_command("reconcile_files", hash=True)
    assert "1 files checked, 0 without a row removed" in capsys.readouterr().out


def test_reconciler_removes_what_has_had_no_row_for_a_day(store: Path, evidence: Evidence) -> None:
    old, new = store / "incoming" / "old", store / "ab" / "abc"
    for path in (old, new):
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(b"left behind")
    day_ago = time.time() - 25 * 60 * 60
    mine = next(path for path in stored_files(store) if path not in (old, new))
    os.utime(old, (day_ago, day_ago))
    os.utime(mine, (day_ago, day_ago))
    call_command("reconcile_files")
    assert sorted(stored_files(store)) == sorted([mine, new])


def test_reconciler_alerts_for_a_missing_file(store: Path, evidence: Evidence) -> None:
    stored_files(store)[0].unlink()
    with pytest.raises(CommandError, match="missing: version"):
        call_command("reconcile_files")


def test_reconciler_alerts_for_changed_bytes(store: Path, evidence: Evidence) -> None:
    path = stored_files(store)[0]
    path.chmod(0o600)
    path.write_bytes(b"other bytes")
    call_command("reconcile_files")
    with pytest.raises(CommandError, match="changed: version"):
        call_command("reconcile_files", hash=True)


def test_reconciler_sees_every_agency(
    store: Path, evidence: Evidence, stranger: Membership
) -> None:
    with acting(stranger):
        add_evidence(DETAILS, source=pdf_source(), by=stranger)
    for path in stored_files(store):
        path.unlink()
    with pytest.raises(CommandError) as alert:
        call_command("reconcile_files")
    assert str(alert.value).count("missing: version") == 2
