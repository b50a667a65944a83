"""The spreadsheet through the API: the same actions as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import renderers
from rest_framework.request import Request
from rest_framework.views import APIView

from agencies.permissions import Permission, require
from assessments.actions.sheets import export_sheet
from assessments.models import Assessment
from assessments.serving import SHEET_TYPE, sheet_response


class SheetRenderer(renderers.BaseRenderer):
    """Lets a client ask for a workbook; refusals stay JSON."""

    media_type = SHEET_TYPE
    format = "xlsx"

    def render(self, data: Any, media_type: str | None = None, context: Any = None) -> Any:
        return renderers.JSONRenderer().render(data)


class SheetView(APIView):
    renderer_classes = (renderers.JSONRenderer, SheetRenderer)

    @extend_schema(
        operation_id="assessments_spreadsheet_retrieve",
        summary="Download the answers as a workbook",
        responses={(200, SHEET_TYPE): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        assessment = _find(request, pk)
        return sheet_response(assessment, export_sheet(assessment, by=request.membership))


def _find(request: Request, pk: UUID) -> Assessment:
    require(request.membership, Permission.READ_ASSESSMENT)
    found: Assessment = get_object_or_404(Assessment.objects.for_page(), pk=pk)
    return found
