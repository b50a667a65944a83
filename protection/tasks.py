"""What runs by the clock: exports that have run out, and files that no row knows."""

from __future__ import annotations

from jobs.queue import app


@app.task(name="protection.tidy")
def tidy() -> None:
    """Remove what has run out; visits each agency in turn."""
    from protection.tidying import tidy

    tidy()
