"""What runs by the clock for the API. Ids are asked for inside."""

from __future__ import annotations

from jobs.queue import app


@app.task(name="config.forget_answered")
def forget_answered() -> None:
    """Remove what the API kept of requests with an Idempotency-Key, after a day."""
    from agencies.actions import answered

    answered.forget()
