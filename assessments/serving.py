"""Handing out a stored file. The action has authorised it; here are only its headers."""

from __future__ import annotations

from pathlib import Path

from django.http import FileResponse

from assessments.models import EvidenceVersion

SHOWN = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


def file_response(version: EvidenceVersion, path: Path) -> FileResponse:
    """Saved, not shown: no browser may take the file for a page of this service."""
    return _response(version, path, is_saved=True)


def shown_response(version: EvidenceVersion, path: Path) -> FileResponse:
    """Shown by the browser itself, sandboxed: an origin of its own, no script, nothing loaded.
    The style is what a browser puts around a picture."""
    response = _response(version, path, is_saved=False)
    response.headers["Content-Security-Policy"] = SHOWN
    return response


def _response(version: EvidenceVersion, path: Path, *, is_saved: bool) -> FileResponse:
    response = FileResponse(
        path.open("rb"),
        as_attachment=is_saved,
        filename=version.file_name,
        content_type=version.media_type,
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
