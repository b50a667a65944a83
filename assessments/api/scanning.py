"""The virus check of a file, through the API: the same action as the page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_base import KEY
from assessments.actions.scanning import scan_again
from assessments.api.evidence_shapes import EvidenceSerializer
from assessments.api.guarding import VersionRefSerializer


class ScannedEvidence:
    """For EvidenceViewSet."""

    @extend_schema(
        summary="Have a file that waits for its virus check checked now",
        parameters=[KEY],
        request=VersionRefSerializer,
        responses=EvidenceSerializer,
    )
    @action(detail=True, methods=["post"], filterset_class=None)
    def rescan(self: Any, request: Request, pk: str) -> Response:
        sent = VersionRefSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        versions = self.get_object().versions
        found = get_object_or_404(versions, pk=sent.validated_data["version"])
        scan_again(found, by=request.membership)
        return self.shown(UUID(pk))
