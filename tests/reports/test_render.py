"""The paper itself: accessible, whole, and deaf to whatever people wrote into it."""

from __future__ import annotations

import http.server
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import page
import pikepdf
import pytest
from weasyprint import HTML

from reports.render import AssetFetcher, html, render
from tests.reports import sample

LONG_WORD = "Donaudampfschifffahrtsgesellschaft" * 12
HOSTILE = (
    "<script>fetch('{canary}/script')</script>",
    "<img src='{canary}/img' onerror=alert(1)>",
    "</div></body><link rel=stylesheet href='{canary}/css'>",
    "<style>@import '{canary}/import'; body {{ background: url({canary}/bg) }}</style>",
    "<svg><image href='{canary}/svg'/><use href='{canary}/use#x'/></svg>",
    "<object data='{canary}/object'></object><embed src='{canary}/embed'>",
    "<iframe src='{canary}/frame'></iframe>",
    "<a rel=attachment href='file:///etc/passwd'>x</a>",
    "<link rel=attachment href='{canary}/attach'>",
    "<base href='{canary}/'><img src='base.png'>",
    "<meta http-equiv=refresh content='0;url={canary}/meta'>",
    "{{{{ settings.SECRET_KEY }}}} {{% load static %}}",
    "'\"><b onmouseover=x>&lt;&amp;",
    "url({canary}/plain) @font-face {{ src: url({canary}/font) }}",
    "data:text/html,<img src='{canary}/data'>",
)


class Canary(http.server.BaseHTTPRequestHandler):
    fetched: list[str] = []

    def do_GET(self) -> None:
        self.fetched.append(self.path)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        """Quiet."""


@pytest.fixture
def canary() -> Iterator[str]:
    """The address of a server that remembers every call."""
    Canary.fetched.clear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Canary)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def submitted() -> bytes:
    return render("readiness", sample.context())


@pytest.fixture(scope="module")
def draft() -> bytes:
    return render("readiness", sample.draft())


def text_of(pdf: bytes) -> str:
    """All text in reading order, its white space made one kind."""
    assert shutil.which("pdftotext"), "poppler-utils is missing"
    found = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", "-", "-"], input=pdf, capture_output=True, check=True
    )
    return found.stdout.decode()


def squeezed(text: str) -> str:
    """Without white space and page furniture: what is broken over lines reads as one."""
    return re.sub(r"\s+", "", text)


def body_of(pdf: bytes, context: dict[str, Any]) -> str:
    """The running text without the lines that stand on every page."""
    furniture = re.compile(
        rf"^(Early permanence self-assessment|{re.escape(context['agency']['name'])} · .*"
        r"|Page \d+ of \d+|DRAFT · not submitted|Standard \d|Readiness|At a glance|Glossary)$"
    )
    lines = (line.strip() for line in text_of(pdf).replace("\f", "\n").splitlines())
    return squeezed("".join(line for line in lines if not furniture.match(line)))


@pytest.mark.parametrize("which", ["submitted", "draft"])
def test_paper_meets_pdf_ua(which: str, request: pytest.FixtureRequest) -> None:
    report = page.validate_pdf_bytes(request.getfixturevalue(which))
    assert report.profile == page.ValidationProfile.PDF_UA_1
    assert [failure.message for failure in report.failures] == []
    assert report.is_compliant
    assert report.rules.total > 100


def test_paper_is_sound(submitted: bytes, tmp_path: Any) -> None:
    assert shutil.which("qpdf"), "qpdf is missing"
    path = tmp_path / "report.pdf"
    path.write_bytes(submitted)
    done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_clause_and_narrative_is_in_the_text(submitted: bytes) -> None:
    context = sample.context()
    found = body_of(submitted, context)
    for standard in context["standards"]:
        assert squeezed(standard["title"]) in found
        assert squeezed(standard["statement"]) in found
        for clause in standard["clauses"]:
            for text in (clause["text"], clause["how"], clause["difference"], clause["na_reason"]):
                assert squeezed(text) in found, clause["code"]
            for item in clause["evidence"]:
                assert squeezed(item["title"]) in found
                assert squeezed(item["description"]) in found
    assert context["sha256"] in found


def test_draft_says_so_on_every_page_but_the_cover(draft: bytes, submitted: bytes) -> None:
    cover, *pages = text_of(draft).strip("\f").split("\f")
    assert "Draft: not submitted" in cover
    assert all("DRAFT · not submitted" in text for text in pages)
    assert "DRAFT" not in text_of(submitted)


def test_practice_says_so_on_every_page() -> None:
    cover, *pages = text_of(render("readiness", sample.draft(is_practice=True))).split("\f")
    assert "Practice readiness report" in cover
    assert "can never be signed off or submitted" in cover
    assert all("PRACTICE · can never be submitted" in text for text in pages if text.strip())
    assert "DRAFT" not in "".join(pages)


def test_pages_are_counted_and_contents_lead_to_them(submitted: bytes) -> None:
    with pikepdf.open(BytesIO(submitted)) as document:
        count = len(document.pages)
        links = [a for p in document.pages for a in p.get("/Annots", []) if "/Dest" in a]
        assert str(document.docinfo.get("/Title", "")).startswith("Early permanence")
        assert str(document.Root.Lang) == "en-GB"
        assert document.Root.Outlines.Count
    assert f"Page {count} of {count}" in text_of(submitted)
    assert len(links) > 20


def test_long_text_breaks_over_pages_and_loses_nothing() -> None:
    context = sample.context()
    clause = context["standards"][0]["clauses"][0]
    clause["how"] = " ".join(f"sentence{number}" for number in range(1700))[:20_000]
    clause["difference"] = LONG_WORD * 20
    long = {"title": LONG_WORD[:150], "description": LONG_WORD * 5}
    clause["evidence"] = [{**sample.EVIDENCE, **long}]
    pdf = render("readiness", context)
    found = body_of(pdf, context)
    assert squeezed(clause["how"]) in found
    assert squeezed(clause["difference"]) in found
    assert squeezed(clause["evidence"][0]["description"]) in found
    assert page.is_pdf_compliant_bytes(pdf)


ODD = ["😀", "→", "\u202e", "\x07", "漢", "\u0435\u0301", "ﬁ", "\u00ad"]


@pytest.mark.parametrize("character", ODD)
def test_character_without_a_letter_keeps_the_paper_accessible(character: str) -> None:
    context = sample.small(how=f"before{character}after")
    assert page.is_pdf_compliant_bytes(render("readiness", context))


def test_hostile_text_is_shown_literally_and_fetches_nothing(canary: str) -> None:
    """B12: the first wall, everything is escaped."""
    payloads = [payload.format(canary=canary) for payload in HOSTILE]
    context = sample.small(how="\n\n".join(payloads))
    whole = "".join(payloads)
    context["title"] = payloads[0]
    context["agency"]["name"] = payloads[3]
    context["signed"]["name"] = payloads[4]
    clause = context["standards"][0]["clauses"][0]
    clause["difference"] = clause["na_reason"] = whole
    clause["evidence"] = [
        {**sample.EVIDENCE, "title": payload, "description": whole, "file_name": payload}
        for payload in payloads
    ] + [{**sample.EVIDENCE, "url": f"{canary}/link"}, {**sample.EVIDENCE, "url": payloads[-1]}]
    pdf = render("readiness", context)
    found = squeezed(text_of(pdf))
    assert Canary.fetched == []
    for payload in payloads:
        assert squeezed(payload) in found
    with pikepdf.open(BytesIO(pdf)) as document:
        assert "/EmbeddedFiles" not in document.Root.get("/Names", {})
        assert "/OpenAction" not in document.Root


def test_hostile_text_that_was_not_escaped_would_still_fetch_nothing(canary: str) -> None:
    """B12, the second wall: the writer itself opens no address, whatever the markup says."""
    raw = "".join(payload.format(canary=canary) for payload in HOSTILE)
    HTML(string=f"<title>x</title>{raw}", url_fetcher=AssetFetcher()).write_pdf()
    assert Canary.fetched == []
    HTML(string=raw).write_pdf()
    assert len(Canary.fetched) > 3, "with WeasyPrint's own fetcher the same markup does fetch"


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/", "file:///etc/passwd", "asset:../settings.py", "ftp://x/"]
)
def test_fetcher_opens_only_our_own_files(address: str) -> None:
    with pytest.raises(ValueError, match="disallowed protocol"):
        AssetFetcher().fetch(address)


def test_same_content_is_the_same_page() -> None:
    assert html("readiness", sample.small()) == html("readiness", sample.small())


def test_kind_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        render("novel", sample.small())
