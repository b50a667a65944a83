"""(kind, context) → PDF bytes. No database, no network, nothing from disk but our own files.

The only addresses the writer may open are `data:` and the assets named below. User text reaches
it escaped, so none of it can name an address either; both walls are tested.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from reports import charts
from reports.labels import labelled
from reports.legible import legible

TEMPLATES = {"readiness": "reports/pdf/readiness.html"}
ASSETS = {
    f"asset:{name}": folder
    for folder, names in {
        "fonts": [
            f"atkinson-hyperlegible-next-{script}-{weight}.woff2"
            for script in ("latin", "latin-ext")
            for weight in (400, 700)
        ],
    }.items()
    for name in names
}
TYPEFACE = "Atkinson, AtkinsonExt"
STATIC = Path(settings.BASE_DIR) / "static"


class AssetFetcher(URLFetcher):
    """Opens `data:` and the files in ASSETS. Everything else raises ValueError."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"data"}, allow_redirects=False)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        if folder := ASSETS.get(url):
            path = STATIC / folder / url.removeprefix("asset:")
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": "font/woff2"})
        return super().fetch(url, headers)


def render(kind: str, context: Mapping[str, Any]) -> bytes:
    """The PDF (PDF/UA-1) of one document. KeyError: there is no such kind."""
    page = html(kind, context)
    fetcher, fonts = AssetFetcher(), FontConfiguration()
    marks = {"draft.css": context["is_draft"], "practice.css": context["is_practice"]}
    sheets = ["report.css", *(sheet for sheet, is_so in marks.items() if is_so)]
    with _without_collector():
        styles = [
            CSS(string=(STATIC / "pdf" / name).read_text(), url_fetcher=fetcher, font_config=fonts)
            for name in sheets
        ]
        document = HTML(string=page, url_fetcher=fetcher)
        pdf: bytes = document.write_pdf(
            stylesheets=styles, font_config=fonts, pdf_variant="pdf/ua-1"
        )
    return pdf


def html(kind: str, context: Mapping[str, Any]) -> str:
    """The same document before it is paper."""
    shown = labelled(legible(context))
    shown["heatmap"] = _in_our_type(charts.heatmap(shown["standards"], shown["rules"]["scale"]))
    shown["radar"] = _in_our_type(charts.radar(shown["standards"]))
    return render_to_string(TEMPLATES[kind], {**shown, "service_name": settings.SERVICE_NAME})


def _in_our_type(chart: SafeString) -> SafeString:
    """WeasyPrint's drawings do not inherit the page's typeface."""
    return SafeString(chart.replace("<svg ", f'<svg font-family="{TYPEFACE}" ', 1))


@contextmanager
def _without_collector() -> Iterator[None]:
    """Layout makes many objects that all live to the end: collecting meanwhile costs a seventh."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
        gc.collect()


def count_pages(pdf: bytes) -> int:
    with pikepdf.open(BytesIO(pdf)) as document:
        return len(document.pages)
