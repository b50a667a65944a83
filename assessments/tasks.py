"""What runs by the clock. It takes no ids: it asks for each agency in turn."""

from __future__ import annotations

from jobs.queue import app


@app.task(name="assessments.reconcile_files")
def reconcile_files() -> None:
    """Compare the evidence store with its rows, every file's hash included; logs what it finds."""
    from assessments.reconciling import reconcile

    reconcile(is_hashing=True)


@app.task(name="assessments.remind")
def remind() -> None:
    """Tell people of last days, ask for the mails of the day, and forget old notices."""
    from assessments.actions.reminding import remind

    remind()
