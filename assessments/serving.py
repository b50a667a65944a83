"""Handing out a stored file. The action has authorised it; here are only its headers."""

from __future__ import annotations

from pathlib import Path

from django.http import FileResponse

from assessments.models import EvidenceVersion


def file_response(version: EvidenceVersion, path: Path) -> FileResponse:
    """Always saved, never shown: no browser may take the file for a page of this service."""
    response = FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=version.file_name,
        content_type=version.media_type,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
