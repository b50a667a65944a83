"""What never reaches a log: secrets that stand in addresses."""

from __future__ import annotations

import re
from typing import Any

SECRET = re.compile(r"(/invitation/|/password/reset/key/)[^/\s]+")
QUERY = re.compile(r"\?\S*")


def redact(logger: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """structlog processor: the address of a link that carries a secret loses it."""
    for key in ("request", "event"):
        if isinstance(event.get(key), str):
            event[key] = SECRET.sub(r"\1…", event[key])
    if isinstance(event.get("request"), str):
        event["request"] = QUERY.sub("?…", event["request"])
    return event
