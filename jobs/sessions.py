"""What a worker asks of its database session: a lock that dies with it, and a snapshot.

A lease alone makes people wait seven minutes after a worker was killed. So a worker also holds a
session lock of PostgreSQL while it works: the server drops it the moment the process is gone, and
the next worker may take over at once. Where sessions are shared (a transaction-mode pooler) the
lock means nothing and the lease and the fence still hold.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg import IsolationLevel


@contextmanager
def sign_of_life(job_id: uuid.UUID) -> Iterator[bool]:
    """Hold the job's lock. Yields whether we have it: False, a living worker holds it."""
    has_lock = _ask("pg_try_advisory_lock", job_id)
    try:
        yield has_lock
    finally:
        if has_lock and connection.connection is not None:
            _ask("pg_advisory_unlock", job_id)


@contextmanager
def snapshot() -> Iterator[None]:
    """Transactions opened inside read the database as it was at their first statement."""
    if connection.in_atomic_block:  # a level cannot change halfway; only tests are nested
        yield
        return
    connection.ensure_connection()
    session = connection.connection
    before, session.isolation_level = session.isolation_level, IsolationLevel.REPEATABLE_READ
    try:
        yield
    finally:
        if not session.closed:
            session.isolation_level = before


def _ask(function: str, job_id: uuid.UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [str(job_id)])
        return bool(cursor.fetchone()[0])
