"""`python -m tests.bench.paper AGENCY REPORT`, as a worker: what a page of paper costs, as JSON.

Ours against bare WeasyPrint, which gets the same HTML and sheets but no tags and no care for the
garbage collector. CPU, not time: a worker has company.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
import uuid
from collections.abc import Callable
from statistics import median
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from agencies.tenancy import acting_for
from jobs.models import Job
from reports import tasks
from reports.models import Report
from reports.render import STATIC, AssetFetcher, count_pages, html, render

Work = Callable[[], bytes]


def bare(page: str) -> bytes:
    fetcher, fonts = AssetFetcher(), FontConfiguration()
    text = (STATIC / "pdf" / "report.css").read_text()
    sheet = CSS(string=text, url_fetcher=fetcher, font_config=fonts)
    document = HTML(string=page, url_fetcher=fetcher)
    pdf: bytes = document.write_pdf(stylesheets=[sheet], font_config=fonts)
    return pdf


def cpu(work: Work) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def compare(payload: tasks.Payload, rounds: int) -> dict[str, Any]:
    page = html(payload.kind, payload.context)
    pages = count_pages(render(payload.kind, payload.context))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    bare(page)
    pairs = [
        (cpu(lambda: render(payload.kind, payload.context)), cpu(lambda: bare(page)))
        for _ in range(rounds)
    ]
    ours, theirs = median(one for one, _ in pairs), median(other for _, other in pairs)
    return {"pages": pages, "seconds": ours, "ratio": ours / theirs, "megabytes": peak}


def main() -> None:
    agency, report = map(uuid.UUID, sys.argv[1:3])
    with acting_for(agency, realm="worker"):
        payload = tasks.read(Job.objects.get(pk=Report.objects.get(pk=report).job_id))
    json.dump(compare(payload, int(sys.argv[3])), sys.stdout)


if __name__ == "__main__":
    main()
