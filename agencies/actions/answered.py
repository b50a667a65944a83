"""A request with an Idempotency-Key has one effect, however often it is sent.

The row is claimed before anything is done and kept with the effect, in one transaction: whoever
sends the same key at the same moment waits at the claim. A refused request keeps nothing.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from agencies.models import AnsweredRequest, Membership
from agencies.tenancy import acting_for, agency_ids

KEPT_FOR = datetime.timedelta(hours=24)


@transaction.atomic
def claim(
    key: str, *, request_sha256: str, token_id: uuid.UUID | None, by: Membership
) -> AnsweredRequest:
    """The row of this key: new, without a code, or what was answered before."""
    wanted = AnsweredRequest(
        agency_id=by.agency_id, by=by, token_id=token_id, key=key, request_sha256=request_sha256
    )
    AnsweredRequest.objects.bulk_create([wanted], ignore_conflicts=True)
    return AnsweredRequest.objects.get(agency_id=by.agency_id, by=by, token_id=token_id, key=key)


@transaction.atomic
def keep(
    claimed: AnsweredRequest, *, code: int, body: str, headers: Mapping[str, str]
) -> AnsweredRequest:
    """What was answered, stored with the effect."""
    claimed.code, claimed.body, claimed.headers = code, body, dict(headers)
    claimed.save(update_fields=["code", "body", "headers"])
    return claimed


def forget() -> int:
    """As the worker, by the clock: remove in every agency what is older than a day."""
    return sum(map(_forget_of, agency_ids()))


def _forget_of(agency_id: uuid.UUID) -> int:
    with acting_for(agency_id, realm="worker"):
        old = AnsweredRequest.objects.filter(at__lt=timezone.now() - KEPT_FOR)
        return old.delete()[0]
