"""What stands between preview and import: signed, in the page itself, and nowhere else.

So nothing of a sheet is stored before somebody confirms it, no copy outlives the page, and what is
imported is what was shown. A session, an address and a table of our own were worse (ADR 28).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.exceptions import ValidationError

from agencies.models import Membership
from assessments.models import Assessment
from assessments.sheets.entries import Entry

SALT = "assessments.sheets.preview"
LASTS = timedelta(hours=12)
ROOM = 64 * 1024
"""Bytes of a form that its other fields take at most."""
RUN_OUT = "This preview is more than {hours} hours old. Choose the workbook again."
NOT_OURS = "This preview cannot be read. Choose the workbook again."
TOO_MUCH = (
    "So much has changed in this workbook that it cannot be imported at once. Save it as two "
    "workbooks, each with half of the rows, and import one after the other."
)


def sealed(entries: Sequence[Entry], assessment: Assessment, *, by: Membership) -> str:
    """Raises ValidationError where it would be more than a form may carry."""
    rows = [_packed(entry) for entry in entries]
    content = {"assessment": str(assessment.pk), "by": str(by.pk), "rows": rows}
    token = signing.dumps(content, salt=SALT, compress=True)
    if len(token) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE - ROOM:
        raise ValidationError({"upload": TOO_MUCH})
    return token


def opened(token: str, assessment: Assessment, *, by: Membership) -> list[Entry]:
    """Raises ValidationError for what this person was not shown for this self-assessment."""
    try:
        content: dict[str, Any] = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.SignatureExpired as error:
        hours = LASTS // timedelta(hours=1)
        raise ValidationError({"token": RUN_OUT.format(hours=hours)}) from error
    except signing.BadSignature as error:
        raise ValidationError({"token": NOT_OURS}) from error
    if (content["assessment"], content["by"]) != (str(assessment.pk), str(by.pk)):
        raise ValidationError({"token": NOT_OURS})
    return [_unpacked(row) for row in content["rows"]]


def _packed(entry: Entry) -> list[Any]:
    seconds = int(entry.exported_at.timestamp())
    return [entry.row, entry.code, entry.seen, seconds, entry.is_conflict, dict(entry.changed)]


def _unpacked(row: list[Any]) -> Entry:
    number, code, seen, seconds, is_conflict, changed = row
    exported_at = datetime.fromtimestamp(seconds, UTC)
    return Entry(number, code, seen, exported_at, is_conflict, changed)
