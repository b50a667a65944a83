"""How large an uploaded file may be."""

from django.conf import settings


def most_megabytes() -> int:
    return settings.UPLOAD_MAX_BYTES // 1024**2
