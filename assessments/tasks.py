"""What runs by the clock. The nightly check takes no ids: it asks for each agency in turn."""

from __future__ import annotations

from jobs.queue import app


@app.task(name="assessments.reconcile_files")
def reconcile_files() -> None:
    """Compare the evidence store with its rows, every file's hash included; logs what it finds."""
    from assessments.reconciling import reconcile

    reconcile(is_hashing=True)
