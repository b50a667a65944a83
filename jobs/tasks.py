"""The two doors for workers. Ids come in, nothing comes out."""

from __future__ import annotations

import uuid

from jobs.queue import app


@app.task(name="jobs.run")  # type: ignore[untyped-decorator]
def run(agency_id: str, job_id: str) -> None:
    from jobs import engine

    engine.run(uuid.UUID(agency_id), uuid.UUID(job_id))


@app.task(name="jobs.sweep")  # type: ignore[untyped-decorator]
def sweep() -> None:
    from jobs import engine

    engine.sweep()
