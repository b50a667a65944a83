"""How much room the agency's files take up, through the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.permissions import Permission, require
from assessments.models import Storage, Usage


class UsageSerializer(serializers.Serializer[Usage]):
    used_bytes = serializers.IntegerField(source="used", help_text="What its files take up.")
    quota_bytes = serializers.IntegerField(source="quota", help_text="What they may take up.")


class MeasuredEvidence:
    """For EvidenceViewSet."""

    @extend_schema(
        summary="How much room the agency's files take up",
        responses=UsageSerializer,
        filters=False,
    )
    @action(detail=False, filterset_class=None, pagination_class=None)
    def storage(self: Any, request: Request) -> Response:
        require(request.membership, Permission.READ_ASSESSMENT)
        usage = Storage.objects.usage(request.membership.agency)
        return Response(UsageSerializer(usage).data)
