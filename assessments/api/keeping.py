"""How long evidence is kept, through the API: the same actions as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_base import KEY, OnlyKnown
from agencies.permissions import Permission, require
from assessments.actions import keeping as actions
from assessments.models import Evidence, Hold, HoldReason
from assessments.retention import keeping_of, with_keeping


class HoldSerializer(serializers.ModelSerializer[Hold]):
    """placed_by: id of a membership."""

    class Meta:
        model = Hold
        fields = ("id", "until", "because", "placed_by", "placed_at")
        read_only_fields = fields


class KeepingSerializer(serializers.Serializer[Any]):
    """How long a piece is kept. kept_until null: no end is known, or it was disposed of."""

    kept_until = serializers.DateField(source="until", allow_null=True)
    why = serializers.CharField()
    is_over = serializers.BooleanField(help_text="It waits to be disposed of.")
    disposed_at = serializers.DateTimeField(allow_null=True)
    holds = HoldSerializer(many=True, help_text="Those in force.")


class NewHoldSerializer(OnlyKnown):
    until = serializers.DateField(help_text="Last day of the hold.")
    because = serializers.ChoiceField(choices=HoldReason.choices)


class HoldRefSerializer(OnlyKnown):
    hold = serializers.UUIDField(help_text="Id of a hold that is in force.")


class KeptEvidence:
    """The part of EvidenceViewSet that is about keeping."""

    @extend_schema(summary="How long it is kept, and why", responses=KeepingSerializer)
    @action(detail=True, filterset_class=None)
    def keeping(self, request: Request, pk: str) -> Response:
        require(request.membership, Permission.READ_ASSESSMENT)
        return kept(UUID(pk))

    @extend_schema(
        summary="Keep it longer than its time",
        parameters=[KEY],
        request=NewHoldSerializer,
        responses={201: KeepingSerializer},
    )
    @action(detail=True, methods=["post"], filterset_class=None)
    def hold(self, request: Request, pk: str) -> Response:
        sent = NewHoldSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        actions.hold(self.get_object(), **sent.validated_data, by=request.membership)
        return kept(UUID(pk), status.HTTP_201_CREATED)

    @extend_schema(
        summary="End a hold",
        parameters=[KEY],
        request=HoldRefSerializer,
        responses=KeepingSerializer,
    )
    @action(detail=True, methods=["post"], filterset_class=None, url_path="lift-hold")
    def lift_hold(self, request: Request, pk: str) -> Response:
        sent = HoldRefSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        holds = self.get_object().holds.all()
        actions.lift(
            get_object_or_404(holds, pk=sent.validated_data["hold"]), by=request.membership
        )
        return kept(UUID(pk))


def kept(pk: UUID, code: int = status.HTTP_200_OK) -> Response:
    evidence: Any = get_object_or_404(with_keeping(Evidence.objects.all()), pk=pk)
    keeping = keeping_of(evidence)
    said = {
        "until": keeping.until,
        "why": keeping.why,
        "is_over": keeping.is_over,
        "disposed_at": evidence.disposed_at,
        "holds": evidence.holds.in_force(),
    }
    return Response(KeepingSerializer(said).data, status=code)
