"""How large an uploaded file may be, and what is said where it cannot be kept for want of room."""

from django.conf import settings
from django.core.exceptions import ValidationError


class OverQuota(ValidationError):
    """The agency's files would take up more than they may (413)."""

    status_code = 413


class NoRoom(ValidationError):
    """The disk is full: our fault, and nothing of the request is kept (507)."""

    status_code = 507


def most_megabytes() -> int:
    return settings.UPLOAD_MAX_BYTES // 1024**2
