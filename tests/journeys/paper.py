"""A downloaded PDF: pictures of its pages, its text, and what two validators say."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from page import ValidationProfile, validate_pdf


def pictures_of(pdf: Path, folder: Path) -> list[Path]:
    """Every page as a small PNG, to be looked at."""
    folder.mkdir(parents=True, exist_ok=True)
    _run("pdftoppm", "-r", "60", "-png", str(pdf), str(folder / "page"))
    return sorted(folder.glob("page*.png"))


def faults_of(pdf: Path) -> list[str]:
    """Rules of PDF/UA-1 that it breaks, and what qpdf finds wrong with the file itself."""
    report = validate_pdf(pdf, profile=ValidationProfile.PDF_UA_1)
    faults = [f"{failure.rule_id}: {failure.message}" for failure in report.failures]
    checked = subprocess.run(["qpdf", "--check", pdf], capture_output=True, text=True, check=False)
    return faults if checked.returncode == 0 else [*faults, checked.stdout + checked.stderr]


def missing_in(pdf: Path, texts: list[str]) -> list[str]:
    """Texts that are not in the PDF whole; one may go on from the foot of a page to the next."""
    pages = [_plain(page) for page in _run("pdftotext", str(pdf), "-").split("\f")]
    return [text for text in texts if not _is_in(pages, _plain(text))]


def _is_in(pages: list[str], text: str) -> bool:
    if any(text in page for page in pages):
        return True
    return any(_runs_over(*pair, text) for pair in zip(pages, pages[1:], strict=False))


def _runs_over(first: str, second: str, text: str) -> bool:
    """Whether a beginning of the text stands on one page and all the rest on the next."""
    return any(text[:cut] in first and text[cut:] in second for cut in range(len(text) - 1, 0, -1))


def _plain(text: str) -> str:
    """Without spaces, line ends and hyphens: where lines break is the paper's own affair."""
    return re.sub(r"[\s\u00ad\u2010-]+", "", text)


def _run(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{words[0]}: {done.stderr}"
    return done.stdout
