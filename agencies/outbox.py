"""The port through which the ground asks for work that outlives a request.

`jobs` stands above `agencies` and plugs its `enqueue` in when Django starts, so that one job
engine serves the mail of this app too (ADR 0004).
"""

from __future__ import annotations

import uuid
from typing import Any, Protocol

from django.core.exceptions import ImproperlyConfigured

from agencies.models import Membership


class Enqueue(Protocol):
    def __call__(
        self,
        kind: str,
        *,
        agency_id: uuid.UUID,
        subject_id: uuid.UUID,
        content_key: str,
        by: Membership | None = None,
    ) -> Any: ...


_enqueue: Enqueue | None = None


def plug(enqueue_: Enqueue) -> None:
    global _enqueue
    _enqueue = enqueue_


def enqueue(
    kind: str,
    *,
    agency_id: uuid.UUID,
    subject_id: uuid.UUID,
    content_key: str,
    by: Membership | None = None,
) -> None:
    """Ask for a job inside the caller's transaction. The same content key is the same job."""
    if _enqueue is None:
        raise ImproperlyConfigured("agencies.outbox: no job engine is plugged in")
    _enqueue(kind, agency_id=agency_id, subject_id=subject_id, content_key=content_key, by=by)
