"""Is the wall whole? Read from the database's own catalogue."""

from __future__ import annotations

from django.db import connection

from agencies.tenancy import SQL


def faults() -> list[str]:
    """One sentence a fault; empty when every table is guarded as its kind demands."""
    with connection.cursor() as cursor:
        cursor.execute((SQL / "lint.sql").read_text())
        return [f"{what}: {fault}" for what, fault in cursor.fetchall()]
