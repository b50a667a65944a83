"""Handing out a file. The action has authorised it; here are only its headers."""

from __future__ import annotations

from pathlib import Path

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.text import slugify

from assessments.models import Assessment, EvidenceVersion

SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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
    _lock(response)
    return response


def sheet_response(assessment: Assessment, made: bytes) -> HttpResponse:
    """A workbook that was just made: saved, never shown."""
    name = slugify(assessment.title)[:90].strip("-") or "self-assessment"
    response = HttpResponse(made, content_type=SHEET_TYPE)
    file_name = f"{name}-{timezone.localdate().isoformat()}.xlsx"
    response.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    _lock(response)
    return response


def _lock(response: HttpResponseBase) -> None:
    """No browser runs it, guesses what it is, or keeps it."""
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
