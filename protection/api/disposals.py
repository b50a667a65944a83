"""Disposal of evidence through the API: the same actions as the pages."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_base import KEY, UUID_PATH, NothingSerializer, Once, OnlyKnown
from agencies.permissions import Permission, require
from assessments.models import Evidence
from assessments.retention import keeping_of
from protection.actions import disposing as actions
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


class ConfirmDisposalSerializer(OnlyKnown):
    has_understood = serializers.BooleanField(
        default=False, help_text="True: the files are destroyed for good."
    )


def _step(summary: str, sent: Any = NothingSerializer) -> Any:
    """The schema of a POST that decides."""
    return extend_schema(
        summary=summary, parameters=[KEY], request=sent, responses={200: DisposalSerializer}
    )


@extend_schema_view(
    list=extend_schema(summary="Disposals of evidence"),
    retrieve=extend_schema(summary="One disposal; once confirmed, its certificate"),
)
class DisposalViewSet(
    Once, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Disposal]
):
    queryset = Disposal.objects.none()
    serializer_class = DisposalSerializer
    lookup_value_regex = UUID_PATH

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

    @_step("Confirm it, as a second person", ConfirmDisposalSerializer)
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        sent = ConfirmDisposalSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        done = actions.confirm(self.get_object(), **sent.validated_data, by=request.membership)
        return self.shown(done)

    @_step("Refuse it, as a second person")
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        NothingSerializer(data=request.data).is_valid(raise_exception=True)
        return self.shown(actions.refuse(self.get_object(), by=request.membership))

    @_step("Withdraw the proposal")
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        NothingSerializer(data=request.data).is_valid(raise_exception=True)
        return self.shown(actions.withdraw(self.get_object(), by=request.membership))

    def shown(self, disposal: Disposal, code: int = status.HTTP_200_OK) -> Response:
        return Response(DisposalSerializer(self.get_queryset().get(pk=disposal.pk)).data, code)
