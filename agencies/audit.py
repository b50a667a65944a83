"""The audit trail. `record()` is the only writer; the database takes the actor, agency and
realm from the signed context, never from an argument (sql/audit.sql)."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models


def record(action: str, about: models.Model | None = None, **facts: Any) -> None:
    """Append an event to the acting agency's chain, inside the caller's transaction.

    `facts` are ids, field names and counts: no free text, no names, no tokens. Call it last:
    the head of the chain stays locked until commit. Raises DatabaseError without a context.
    """
    about_type, about_id = _about(about)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit.record(%s, %s, %s, %s::jsonb)",
            [action, about_type, about_id, json.dumps(facts, cls=DjangoJSONEncoder)],
        )


def record_with(
    partners: Iterable[uuid.UUID], action: str, about: models.Model, **facts: Any
) -> None:
    """Append it to the acting agency's chain and, as partner.<verb>, to those of its partners,
    who learn which agency it was and nothing more. Partners are all it ever had to do with."""
    about_type, about_id = _about(about)
    details = json.dumps(facts, cls=DjangoJSONEncoder)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT audit.record_with(%s, %s, %s, %s, %s::jsonb)",
            [list(partners), action, about_type, about_id, details],
        )


def record_identity(action: str, user_id: uuid.UUID | None = None) -> None:
    """Append to the service's own chain what happens outside any agency (sign-in, sign-out)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit.record_identity(%s, %s)", [action, user_id])


def _about(about: models.Model | None) -> tuple[str, uuid.UUID | None]:
    return ("", None) if about is None else (about._meta.model_name or "", about.pk)
