"""One line a page: statements, then median and p95 as ratios to its floor, alone and among four."""

from __future__ import annotations

from statistics import median

from tests.bench.client import Pairs
from tests.bench.pages import Row

HEAD = (
    f"\n{'':30}{'':>8}   one person            four people           CPU\n"
    f"{'times the floor':30}{'queries':>8}{'median':>9}{'p95':>7}{'ms':>7}"
    f"{'median':>9}{'p95':>7}{'ms':>7}{'ms':>7}{'target':>8}"
)


def line(row: Row) -> str:
    queries = "" if row.queries is None else str(row.queries)
    cpu = 1000 * median(answer.cpu for answer in row.alone.page)
    target = "" if row.limit is None else f"{row.limit:>8.0f}{' missed' if row.is_missed else ''}"
    crowded = _times(row.crowded) if row.crowded else ""
    return f"{row.name[:29]:30}{queries:>8}{_times(row.alone)}{crowded}{cpu:>7.1f}{target}"


def _times(pairs: Pairs) -> str:
    milliseconds = 1000 * median(answer.seconds for answer in pairs.page)
    return f"{pairs.ratio:>9.1f}{pairs.ratio_of_slowest:>7.1f}{milliseconds:>7.1f}"
