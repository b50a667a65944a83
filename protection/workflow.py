"""States of what two people decide on, removal or disposal, and the steps between them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models

from agencies.permissions import Permission
from agencies.workflow import Step


class Status(models.TextChoices):
    REQUESTED = "requested", "To be confirmed"
    CONFIRMED = "confirmed", "Removed"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"


_OPEN = frozenset({Status.REQUESTED})
REDACTION: Mapping[str, Step] = {
    "confirm": Step(_OPEN, Status.CONFIRMED, Permission.REDACT_CONFIRM),
    "refuse": Step(_OPEN, Status.REFUSED, Permission.REDACT_CONFIRM),
    "withdraw": Step(_OPEN, Status.WITHDRAWN, Permission.REDACT_REQUEST),
}
DISPOSAL: Mapping[str, Step] = {
    "confirm": Step(_OPEN, Status.CONFIRMED, Permission.DISPOSE_CONFIRM),
    "refuse": Step(_OPEN, Status.REFUSED, Permission.DISPOSE_CONFIRM),
    "withdraw": Step(_OPEN, Status.WITHDRAWN, Permission.DISPOSE_REQUEST),
}
