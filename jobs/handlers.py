"""Who does which kind of work. A handler is a module with these three functions."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any, Protocol, cast

from django.conf import settings

from jobs.models import Job


class JobFailed(Exception):
    """Known and final: trying again by itself would not help. The message is for people."""


class Handler(Protocol):
    """The work of one kind, in three steps; every step may run again after a crash."""

    def read(self, job: Job) -> Any:
        """Take what is needed from one snapshot of the database."""

    def work(self, payload: Any) -> Any:
        """Do it, outside any transaction and without the database."""

    def store(self, job: Job, payload: Any, result: Any) -> timedelta | None:
        """Keep the result; called only while the job is still this worker's.

        A pause is returned where nothing came of it and it has to be tried again after that.
        """


def handler_for(kind: str) -> Handler:
    """The module that settings.JOB_KINDS names. KeyError: nobody does this kind."""
    return cast(Handler, import_module(settings.JOB_KINDS[kind]["handler"]))
