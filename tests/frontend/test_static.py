"""Static files: as recorded, ours alone, nothing from elsewhere."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
RECORD = json.loads((STATIC / "vendor" / "versions.json").read_text())
TEXTS = sorted(p for p in STATIC.rglob("*") if p.suffix in {".css", ".js"})


def _files(record: object) -> dict[str, str]:
    """Every "path": "sha256" pair, wherever the record keeps it."""
    if not isinstance(record, dict):
        return {}
    found: dict[str, str] = {}
    for key, value in record.items():
        if isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value):
            found[key] = value
        else:
            found |= _files(value)
    return found


def test_vendored_files_are_as_recorded() -> None:
    files = _files(RECORD)
    assert len(files) > 8
    for name, sha256 in files.items():
        assert hashlib.sha256((STATIC / name).read_bytes()).hexdigest() == sha256, name


@pytest.mark.parametrize("path", TEXTS, ids=lambda p: str(p.relative_to(STATIC)))
def test_nothing_is_fetched_from_elsewhere(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"url\(\s*[\"']?(https?:)?//", text)
    assert not re.search(r"(import|fetch)\(?\s*[\"'](https?:)?//", text)
    assert "GDS Transport" not in text


def test_fonts_and_front_end_carry_their_licences() -> None:
    folders = {path.parent.name for path in STATIC.rglob("LICENCE.txt")}
    assert folders == {"fonts", "govuk-frontend", "moj-frontend"}
