"""Disposal of evidence through the API: the same actions as the pages."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_base import KEY, OnlyKnown
from agencies.permissions import Permission, require
from assessments.models import Evidence
from assessments.retention import keeping_of
from protection.actions import disposing as actions
from protection.api.deciding import Deciding
from protection.models import Disposal, DisposalItem


class DisposalItemSerializer(serializers.ModelSerializer[DisposalItem]):
    """is_spared: it was kept after all, since its time was no longer over."""

    class Meta:
        model = DisposalItem
        fields = ("evidence", "kept_until", "why", "is_spared")
        read_only_fields = fields


class DisposalSerializer(serializers.ModelSerializer[Disposal]):
    """A proposal to dispose of evidence. requested_by, decided_by: ids of memberships."""

    items = DisposalItemSerializer(many=True, read_only=True)

    class Meta:
        model = Disposal
        fields = (
            "id",
            "status",
            "requested_by",
            "requested_at",
            "decided_by",
            "decided_at",
            "items",
        )
        read_only_fields = fields


class DueSerializer(serializers.ModelSerializer[Evidence]):
    """Evidence whose time is over. why: the rule that it was kept by."""

    kept_until = serializers.DateField()
    why = serializers.SerializerMethodField()

    class Meta:
        model = Evidence
        fields = ("id", "title", "kind", "kept_until", "why")
        read_only_fields = fields

    def get_why(self, evidence: Any) -> str:
        return keeping_of(evidence).why


class NewDisposalSerializer(OnlyKnown):
    evidence = serializers.ListField(
        child=serializers.UUIDField(),
        max_length=actions.MOST,
        help_text="Ids of evidence that is due.",
    )


@extend_schema_view(
    list=extend_schema(summary="Disposals of evidence"),
    retrieve=extend_schema(summary="One disposal; once confirmed, its certificate"),
)
class DisposalViewSet(Deciding, viewsets.GenericViewSet[Disposal]):
    queryset = Disposal.objects.none()
    serializer_class = DisposalSerializer
    decisions = actions

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        require(self.request.membership, Permission.DISPOSE_REQUEST)
        return Disposal.objects.prefetch_related("items")

    @extend_schema(
        summary="Evidence whose time is over and that nobody has proposed yet",
        description=f"The {actions.MOST} that are longest over.",
        responses=DueSerializer(many=True),
    )
    @action(detail=False, pagination_class=None)
    def due(self, request: Request) -> Response:
        require(request.membership, Permission.DISPOSE_REQUEST)
        found = actions.to_propose()[: actions.MOST]
        return Response(DueSerializer(found, many=True).data)

    @extend_schema(
        summary="Propose to dispose of evidence that is due",
        parameters=[KEY],
        request=NewDisposalSerializer,
        responses={201: DisposalSerializer},
    )
    def create(self, request: Request) -> Response:
        sent = NewDisposalSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        made = actions.propose(sent.validated_data["evidence"], by=request.membership)
        return self.shown(made, status.HTTP_201_CREATED)
