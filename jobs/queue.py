"""The queue: Celery over Redis. It carries ids and may lose them; the sweeper sends them again."""

from __future__ import annotations

import uuid
from typing import Any

import structlog
from celery import Celery
from django.conf import settings
from kombu.exceptions import OperationalError

log = structlog.get_logger(__name__)

TIME_LIMIT, LEASE, VISIBILITY = 300, 420, 900  # seconds, each longer than the one before
SWEEP_EVERY: int = settings.SWEEP_SECONDS
PATIENCE = 1.0  # seconds that a request may lose to a queue that does not answer

app = Celery("jobs", set_as_current=True)
app.conf.update(
    broker_url=settings.REDIS_URL,
    broker_connection_retry=True,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "visibility_timeout": VISIBILITY,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 10,
        "global_keyprefix": f"{settings.REDIS_PREFIX}:",
    },
    task_default_queue="default",
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_store_errors_even_if_ignored=False,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=TIME_LIMIT,
    task_soft_time_limit=TIME_LIMIT - 15,
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    timezone="UTC",
    imports=["jobs.tasks"],
    beat_schedule={
        "sweep": {
            "task": "jobs.sweep",
            "schedule": SWEEP_EVERY,
            "options": {"queue": "default", "expires": SWEEP_EVERY},
        }
    },
)


def send_hint(
    agency_id: uuid.UUID, job_id: uuid.UUID, kind: str, *, expires: float | None = None
) -> bool:
    """Tell the workers of `kind` that a job waits. False: the queue did not take it.

    A hint that is lost costs a minute, since the sweeper sends it again; so it is tried once and
    a dead queue never holds up the caller for more than about PATIENCE seconds.
    """
    try:
        with app.connection_for_write(connect_timeout=PATIENCE) as connection:
            connection.transport_options = {**connection.transport_options, **_impatient()}
            app.send_task(
                "jobs.run",
                args=[str(agency_id), str(job_id)],
                queue=queue_for(kind),
                expires=expires,
                connection=connection,
                retry=False,
            )
    except OperationalError as error:
        log.warning("job.hint_lost", job=str(job_id), kind=kind, error=type(error).__name__)
        return False
    return True


def queue_for(kind: str) -> str:
    return str(settings.JOB_KINDS.get(kind, {}).get("queue", "default"))


def _impatient() -> dict[str, Any]:
    return {
        "socket_connect_timeout": PATIENCE,
        "socket_timeout": PATIENCE,
        "retry_on_timeout": False,
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
        "interval_max": 0,
    }
