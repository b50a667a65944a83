"""Evidence through the API: the same actions as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
)
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_base import KEY, UUID_PATH, Once
from agencies.api_versions import IF_MATCH, etag, version_seen
from agencies.permissions import Permission, require
from agencies.workflow import Stale
from assessments.actions import attaching, describing
from assessments.actions import evidence as actions
from assessments.actions.placing import place_evidence, where_of
from assessments.api.evidence_shapes import (
    AnswerRefSerializer,
    EvidenceDetailsSerializer,
    EvidenceFilter,
    EvidenceSerializer,
    LinkSerializer,
    NewEvidenceSerializer,
    SourceSerializer,
    WhereSerializer,
)
from assessments.api.guarding import DeclaredEvidence
from assessments.api.keeping import KeptEvidence
from assessments.api.scanning import ScannedEvidence
from assessments.api.storage import MeasuredEvidence
from assessments.models import (
    Answer,
    Evidence,
    EvidenceLink,
)
from assessments.serving import file_response


@extend_schema_view(
    list=extend_schema(summary="Evidence of the agency"),
    retrieve=extend_schema(
        summary="One piece of evidence with its versions; its ETag is needed to change it"
    ),
)
class EvidenceViewSet(
    Once,
    DeclaredEvidence,
    ScannedEvidence,
    MeasuredEvidence,
    KeptEvidence,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    viewsets.GenericViewSet[Evidence],
):
    queryset = Evidence.objects.none()
    serializer_class = EvidenceSerializer
    filterset_class = EvidenceFilter
    lookup_value_regex = UUID_PATH

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        require(self.request.membership, Permission.READ_ASSESSMENT)
        return Evidence.objects.for_list()

    @extend_schema(
        summary="Add evidence",
        parameters=[KEY],
        request={
            "multipart/form-data": NewEvidenceSerializer,
            "application/json": NewEvidenceSerializer,
        },
        responses={201: EvidenceSerializer},
    )
    def create(self, request: Request) -> Response:
        sent = NewEvidenceSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        added = actions.add_evidence(sent.details(), source=sent.content(), by=request.membership)
        return self.shown(added.pk, status.HTTP_201_CREATED)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        found = self.get_object()
        return Response(self.get_serializer(found).data, headers={"ETag": etag(found.wording)})

    @extend_schema(
        summary="Change what is said about it",
        parameters=[IF_MATCH],
        request=EvidenceDetailsSerializer,
        responses={
            200: EvidenceSerializer,
            412: OpenApiResponse(OpenApiTypes.OBJECT, "Somebody changed it first; both versions."),
            428: OpenApiResponse(OpenApiTypes.OBJECT, "If-Match is missing."),
        },
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        found = self.get_object()
        wording = version_seen(request, found.wording)
        sent = EvidenceDetailsSerializer(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        details = sent.details(found)
        try:
            describing.edit_evidence(found, details=details, wording=wording, by=request.membership)
        except Stale as conflict:
            current = EvidenceSerializer(self.get_queryset().get(pk=pk)).data
            raise Stale(str(conflict), current=current, ours=conflict.ours) from conflict
        return self.shown(UUID(pk))

    @extend_schema(
        summary="Delete it, while no answer and no submission refers to it", responses={204: None}
    )
    def destroy(self, request: Request, pk: str) -> Response:
        actions.delete_evidence(self.get_object(), by=request.membership)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(
        summary="Add a newer version",
        parameters=[KEY],
        request={"multipart/form-data": SourceSerializer, "application/json": SourceSerializer},
        responses={201: EvidenceSerializer},
    )
    @action(detail=True, methods=["post"], filterset_class=None)
    def versions(self, request: Request, pk: str) -> Response:
        sent = SourceSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        actions.add_version(self.get_object(), source=sent.content(), by=request.membership)
        return self.shown(UUID(pk), status.HTTP_201_CREATED)

    @extend_schema(
        summary="Attach to an answer",
        parameters=[KEY],
        request=WhereSerializer,
        responses=EvidenceSerializer,
    )
    @action(detail=True, methods=["post"], filterset_class=None)
    def attach(self, request: Request, pk: str) -> Response:
        sent = WhereSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        attaching.attach_evidence(
            sent.find(), evidence=[self.get_object().pk], where=sent.where(), by=request.membership
        )
        return self.shown(UUID(pk))

    @extend_schema(
        summary="Say where to look in it, for an answer that it supports",
        parameters=[KEY],
        request=WhereSerializer,
        responses=LinkSerializer,
    )
    @action(detail=True, methods=["post"], filterset_class=None)
    def place(self, request: Request, pk: str) -> Response:
        sent = WhereSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        link = self.link(sent.find())
        where = sent.where(where_of(link)) or where_of(link)
        placed = place_evidence(link, where=where, by=request.membership)
        return Response(LinkSerializer(placed).data)

    @extend_schema(
        summary="The answers it supports, and where to look",
        responses=LinkSerializer(many=True),
    )
    @action(detail=True, filterset_class=None, pagination_class=None)
    def links(self, request: Request, pk: str) -> Response:
        found = EvidenceLink.objects.for_evidence(self.get_object())
        return Response(LinkSerializer(found, many=True).data)

    @extend_schema(
        summary="Detach from an answer",
        parameters=[KEY],
        request=AnswerRefSerializer,
        responses=EvidenceSerializer,
    )
    @action(detail=True, methods=["post"], filterset_class=None)
    def detach(self, request: Request, pk: str) -> Response:
        sent = AnswerRefSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        attaching.detach_evidence(self.link(sent.find()), by=request.membership)
        return self.shown(UUID(pk))

    @extend_schema(
        summary="Download a version's file",
        parameters=[OpenApiParameter("version", OpenApiTypes.UUID, OpenApiParameter.PATH)],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    @action(
        detail=True, url_path=f"versions/(?P<version>{UUID_PATH})/download", filterset_class=None
    )
    def download(self, request: Request, pk: str, version: str) -> FileResponse:
        found = get_object_or_404(self.get_object().versions, pk=version)
        return file_response(found, actions.download(found, by=request.membership))

    def link(self, answer: Answer) -> EvidenceLink:
        return get_object_or_404(
            EvidenceLink.objects.for_evidence(self.get_object()), answer=answer
        )

    def shown(self, pk: UUID, code: int = status.HTTP_200_OK) -> Response:
        stored = get_object_or_404(Evidence.objects.for_list(), pk=pk)
        data = EvidenceSerializer(stored).data
        return Response(data, status=code, headers={"ETag": etag(stored.wording)})
