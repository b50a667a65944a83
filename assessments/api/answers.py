"""Answers through the API: the same action as the page saves one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import F
from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_versions import IF_MATCH, etag, version_seen
from agencies.paging import Cursor
from agencies.permissions import Permission, require
from agencies.workflow import Stale
from assessments.actions.answers import Said, answer_clause
from assessments.api.carrying import Carrying
from assessments.models import Answer, Assessment

ASSESSMENT = OpenApiParameter("assessment_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
CLAUSE = OpenApiParameter("code", OpenApiTypes.STR, OpenApiParameter.PATH, description="As 1.1.")


class AnswerSerializer(serializers.ModelSerializer[Answer]):
    clause = serializers.CharField(source="clause.code", read_only=True)
    standard = serializers.CharField(source="clause.standard.code", read_only=True)
    has_evidence = serializers.BooleanField(read_only=True)
    updated_by = serializers.CharField(
        source="updated_by.display_name", read_only=True, default=None, allow_null=True
    )

    confirmed_by = serializers.CharField(
        source="confirmed_by.display_name", read_only=True, default=None, allow_null=True
    )

    class Meta:
        model = Answer
        fields = (
            "id",
            "clause",
            "standard",
            *Answer.FIELDS,
            "has_evidence",
            "is_to_check",
            "confirmed_by",
            "confirmed_at",
            "version",
            "updated_by",
            "updated_at",
        )
        read_only_fields = fields


class AnswerChangeSerializer(serializers.Serializer[Any]):
    """Any of these; what is left out stays as it is. Anything else is refused."""

    level = serializers.IntegerField(allow_null=True, required=False)
    is_not_applicable = serializers.BooleanField(required=False)
    na_reason = serializers.CharField(allow_blank=True, required=False)
    how = serializers.CharField(allow_blank=True, required=False)
    difference = serializers.CharField(allow_blank=True, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        unknown = sorted(set(self.initial_data) - set(self.fields))
        if unknown:
            raise serializers.ValidationError(
                dict.fromkeys(unknown, "This is not a field that can be changed.")
            )
        return attrs


class AnswerFilter(filters.FilterSet):
    class Meta:
        model = Answer
        fields = ("is_to_check",)


class InOrderOfEdition(Cursor):
    page_size = 100
    ordering = "position"


class AnswerViewSet(Carrying, mixins.ListModelMixin, viewsets.GenericViewSet[Answer]):
    """The answers of one self-assessment, one for each clause, in the order of the edition."""

    queryset = Answer.objects.none()
    serializer_class = AnswerSerializer
    pagination_class = InOrderOfEdition
    filter_backends = (filters.DjangoFilterBackend,)
    filterset_class = AnswerFilter
    lookup_url_kwarg = "code"
    lookup_value_regex = r"[0-9A-Za-z.]+"

    def get_queryset(self) -> Any:
        rows = Answer.objects.with_signs().annotate(position=F("clause__position"))
        return rows.select_related("updated_by", "confirmed_by").filter(
            assessment=self.kwargs["assessment_id"]
        )

    def find(self) -> Answer:
        require(self.request.membership, Permission.READ_ASSESSMENT)
        rows = self.get_queryset().with_rules()
        return get_object_or_404(rows, clause__code=self.kwargs["code"])

    @extend_schema(summary="List the answers", parameters=[ASSESSMENT])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        require(request.membership, Permission.READ_ASSESSMENT)
        get_object_or_404(Assessment, pk=kwargs["assessment_id"])
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Read an answer; its ETag is needed to change it", parameters=[ASSESSMENT, CLAUSE]
    )
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.shown(self.find())

    @extend_schema(
        summary="Change an answer",
        parameters=[ASSESSMENT, CLAUSE, IF_MATCH],
        request=AnswerChangeSerializer,
        responses={
            200: AnswerSerializer,
            412: OpenApiResponse(OpenApiTypes.OBJECT, "Somebody saved first; both versions."),
            428: OpenApiResponse(OpenApiTypes.OBJECT, "If-Match is missing."),
        },
    )
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        answer = self.find()
        version = version_seen(request, answer.version)
        sent = AnswerChangeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = replace(Said.stored_in(answer), **sent.validated_data)
        try:
            saved = answer_clause(answer, version=version, said=said, by=request.membership)
        except Stale as conflict:
            current = self.as_data(conflict.current, answer)
            raise Stale(str(conflict), current=current, ours=conflict.ours) from conflict
        return self.shown(saved, answer)

    def as_data(self, answer: Answer, read: Answer) -> Any:
        """`read` knows whether there is evidence, which saving an answer does not change."""
        answer.has_evidence = read.has_evidence
        return AnswerSerializer(answer).data

    def shown(self, answer: Answer, read: Answer | None = None) -> Response:
        data = self.as_data(answer, read or answer)
        return Response(data, headers={"ETag": etag(answer.version)})
