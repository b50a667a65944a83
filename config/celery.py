"""What `celery -A config` starts: the job workers and their beat, under the worker's login."""

import os
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DATABASE_ROLE", "job")

import django

django.setup()

from celery.schedules import crontab  # noqa: E402 - what follows needs Django set up
from celery.signals import (  # noqa: E402
    after_task_publish,
    beat_init,
    setup_logging,
    worker_process_init,
)

from jobs.queue import app  # noqa: E402

app.conf.imports = (*app.conf.imports, "protection.tasks")
app.conf.beat_schedule["tidy"] = {
    "task": "protection.tidy",
    "schedule": crontab(minute="15"),
    "options": {"queue": "default"},
}

__all__ = ["app"]

app.conf.imports = (*app.conf.imports, "assessments.tasks", "config.tasks")
app.conf.beat_schedule["reconcile_files"] = {
    "task": "assessments.reconcile_files",
    "schedule": crontab(hour="2", minute="30"),
    "options": {"queue": "default"},
}
app.conf.beat_schedule["remind"] = {
    "task": "assessments.remind",
    "schedule": crontab(minute="5"),  # each hour: what a run finds done, it leaves
    "options": {"queue": "default"},
}
app.conf.beat_schedule["forget_answered"] = {
    "task": "config.forget_answered",
    "schedule": crontab(minute="10"),
    "options": {"queue": "default"},
}


@setup_logging.connect  # type: ignore[untyped-decorator]
def _keep_our_logging(**kwargs: object) -> None:
    """Celery sets up no logging of its own where this signal has a receiver: ours stays."""


@worker_process_init.connect  # type: ignore[untyped-decorator]
def _warm_up(**kwargs: object) -> None:
    """Import the PDF writer (over a second) before the first job, not during it."""
    import weasyprint  # noqa: F401


@beat_init.connect  # type: ignore[untyped-decorator]
def _leave_a_sign_of_life(sender: object, **kwargs: object) -> None:
    """Beside beat's schedule, each time the queue has taken a task: dev/health.py reads its age."""
    sign = Path(sender.schedule_filename).with_name("beat-alive")  # type: ignore[attr-defined]
    after_task_publish.connect(lambda **_: sign.touch(), weak=False)
