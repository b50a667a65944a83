"""The service's addresses, and two floors behind all of its middleware."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from agencies.requests import TenantRequest
from assessments.models import Evidence, EvidenceKind
from config.urls import handler400, handler403, handler404, handler500
from config.urls import urlpatterns as service

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

EMPTY, INSERT = "/bench/empty/", "/bench/insert/"


def empty(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def insert(request: TenantRequest) -> HttpResponse:
    """One row, and nothing that an action adds: no lock, no rule, no event."""
    by = request.membership
    assert by
    Evidence.objects.create(
        agency=by.agency, created_by=by, title="Floor", kind=EvidenceKind.POLICY, description="x"
    )
    return HttpResponse("ok")


urlpatterns = [*service, path(EMPTY[1:], empty), path(INSERT[1:], insert)]
