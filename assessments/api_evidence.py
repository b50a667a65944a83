"""Evidence through the API: the same actions as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_base import KEY, Once, OnlyKnown
from agencies.models import Membership
from agencies.permissions import Permission, require
from assessments.actions import attaching, describing
from assessments.actions import evidence as actions
from assessments.models import (
    Answer,
    Evidence,
    EvidenceKind,
    EvidenceLink,
    EvidenceVersion,
    Validity,
)
from assessments.models.evidence import EvidenceQuerySet
from assessments.serving import file_response

UUID_PATH = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


class EvidenceFilter(filters.FilterSet):
    """kind, valid: a value of the list; search: part of the title or description; tag: as it is;
    owner: id of a membership."""

    kind = filters.ChoiceFilter(choices=EvidenceKind.choices)
    owner = filters.UUIDFilter(field_name="owner")
    tag = filters.CharFilter(method="with_tag")
    valid = filters.ChoiceFilter(choices=Validity.choices, method="running_out")
    search = filters.CharFilter(method="containing")

    class Meta:
        model = Evidence
        fields = ("kind", "owner", "tag", "valid", "search")

    def with_tag(self, rows: EvidenceQuerySet, name: str, tag: str) -> EvidenceQuerySet:
        return rows.filter(tags__contains=[tag])

    def running_out(self, rows: EvidenceQuerySet, name: str, valid: str) -> EvidenceQuerySet:
        return rows.running_out(valid)

    def containing(self, rows: EvidenceQuerySet, name: str, words: str) -> EvidenceQuerySet:
        return rows.containing(words)


class EvidenceVersionSerializer(serializers.ModelSerializer[EvidenceVersion]):
    class Meta:
        model = EvidenceVersion
        fields = (
            "id",
            "number",
            "url",
            "file_name",
            "media_type",
            "size",
            "sha256",
            "scan_state",
            "at",
        )
        read_only_fields = fields


class EvidenceSerializer(serializers.ModelSerializer[Evidence]):
    versions = EvidenceVersionSerializer(many=True, read_only=True)
    clause_count = serializers.IntegerField(
        read_only=True, help_text="How many answers it supports."
    )

    class Meta:
        model = Evidence
        fields = (
            "id",
            "title",
            "kind",
            "description",
            "period_from",
            "period_to",
            "valid_until",
            "owner",
            "tags",
            "created_at",
            "clause_count",
            "versions",
        )
        read_only_fields = fields


class SourceSerializer(OnlyKnown):
    """A file (multipart) or a link, one of them."""

    upload = serializers.FileField(required=False, allow_empty_file=True)
    url = serializers.CharField(required=False, allow_blank=True, max_length=actions.MAX_URL)

    def content(self) -> actions.Source:
        sent = self.validated_data
        return actions.Source(upload=sent.get("upload"), url=sent.get("url", ""))


class EvidenceDetailsSerializer(OnlyKnown):
    """What is said about a piece; where it is changed, what is left out stays."""

    NAMES = tuple(describing.Details.__dataclass_fields__)
    title = serializers.CharField(max_length=describing.MAX_TITLE)
    kind = serializers.ChoiceField(choices=EvidenceKind.choices)
    description = serializers.CharField(max_length=describing.MAX_DESCRIPTION)
    period_from = serializers.DateField(required=False, allow_null=True, default=None)
    period_to = serializers.DateField(required=False, allow_null=True, default=None)
    valid_until = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="Its last valid day."
    )
    owner = serializers.PrimaryKeyRelatedField(
        queryset=Membership.objects.all(),
        required=False,
        allow_null=True,
        default=None,
        help_text="Id of the membership of who keeps it up to date.",
    )
    tags = serializers.ListField(
        child=serializers.CharField(max_length=describing.MAX_TAG),
        required=False,
        max_length=describing.MAX_TAGS,
        default=list,
        help_text="Kept in lower case.",
    )

    def details(self, now: Evidence | None = None) -> describing.Details:
        stored = {name: getattr(now, name) for name in self.NAMES} if now else {}
        sent = {name: value for name, value in self.validated_data.items() if name in self.NAMES}
        return describing.Details(**{**stored, **sent})


class NewEvidenceSerializer(SourceSerializer, EvidenceDetailsSerializer):
    """A new piece: what is said about it, and the file or link."""


class AnswerRefSerializer(OnlyKnown):
    answer = serializers.UUIDField(help_text="Id of the answer it supports.")

    def find(self) -> Answer:
        rows = Answer.objects.select_related("assessment")
        return get_object_or_404(rows, pk=self.validated_data["answer"])


@extend_schema_view(
    list=extend_schema(summary="Evidence of the agency"),
    retrieve=extend_schema(summary="One piece of evidence with its versions"),
)
class EvidenceViewSet(
    Once, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Evidence]
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

    @extend_schema(
        summary="Change what is said about it",
        request=EvidenceDetailsSerializer,
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        found = self.get_object()
        sent = EvidenceDetailsSerializer(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        describing.edit_evidence(found, details=sent.details(found), by=request.membership)
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
        request=AnswerRefSerializer,
        responses=EvidenceSerializer,
    )
    @action(detail=True, methods=["post"], filterset_class=None)
    def attach(self, request: Request, pk: str) -> Response:
        sent = AnswerRefSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        attaching.attach_evidence(sent.find(), evidence=[self.get_object()], by=request.membership)
        return self.shown(UUID(pk))

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
        rows = EvidenceLink.objects.select_related("answer__clause", "version")
        link = get_object_or_404(rows, answer=sent.find(), version__evidence=self.get_object())
        attaching.detach_evidence(link, by=request.membership)
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

    def shown(self, pk: UUID, code: int = status.HTTP_200_OK) -> Response:
        stored = get_object_or_404(Evidence.objects.for_list(), pk=pk)
        return Response(EvidenceSerializer(stored).data, status=code)
