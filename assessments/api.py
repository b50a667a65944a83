"""Assessments and answers through the API: the same action as the page saves an answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import F
from django.shortcuts import get_object_or_404
from django.utils.http import parse_etags
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import exceptions, mixins, serializers, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.paging import Cursor
from agencies.permissions import Permission, require
from agencies.workflow import Stale
from assessments.actions.answers import Said, answer_clause
from assessments.api_guarding import GuardedAssessment
from assessments.api_lifecycle import Lifecycle
from assessments.models import Answer, Assessment
from assessments.workflow import Status

UUID_PATH = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


class PreconditionRequired(exceptions.APIException):
    """A change that does not say which version it saw."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_detail = "Send If-Match with the ETag of the version you saw."


class AssessmentSerializer(serializers.ModelSerializer[Assessment]):
    edition = serializers.SlugRelatedField(slug_field="code", read_only=True)
    score = serializers.DecimalField(
        max_digits=3,
        decimal_places=2,
        read_only=True,
        allow_null=True,
        help_text="Mean level from 0.00 to 3.00 as text; null while nothing is scored.",
    )

    class Meta:
        model = Assessment
        fields = (
            "id",
            "title",
            "edition",
            "period_from",
            "period_to",
            "status",
            "is_practice",
            "clause_count",
            "answered_count",
            "score",
            "readiness",
            "created_at",
            "updated_at",
            "archived_at",
        )
        read_only_fields = fields


class AnswerSerializer(serializers.ModelSerializer[Answer]):
    clause = serializers.CharField(source="clause.code", read_only=True)
    standard = serializers.CharField(source="clause.standard.code", read_only=True)
    has_evidence = serializers.BooleanField(read_only=True)
    updated_by = serializers.CharField(
        source="updated_by.display_name", read_only=True, default=None, allow_null=True
    )

    class Meta:
        model = Answer
        fields = (
            "id",
            "clause",
            "standard",
            *Answer.FIELDS,
            "has_evidence",
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


class AssessmentFilter(filters.FilterSet):
    status = filters.ChoiceFilter(choices=Status.choices)
    is_archived = filters.BooleanFilter(
        field_name="archived_at", lookup_expr="isnull", exclude=True
    )

    class Meta:
        model = Assessment
        fields = ("status", "is_archived", "is_practice")


class NewestFirst(Cursor):
    page_size = 50
    ordering = ("-created_at", "id")


class InOrderOfEdition(Cursor):
    page_size = 100
    ordering = "position"


class AssessmentViewSet(Lifecycle, GuardedAssessment, viewsets.ReadOnlyModelViewSet[Assessment]):
    """The agency's self-assessments, newest first, archived ones among them."""

    queryset = Assessment.objects.none()
    serializer_class = AssessmentSerializer
    filterset_class = AssessmentFilter
    pagination_class = NewestFirst
    lookup_value_regex = UUID_PATH

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        require(self.request.membership, Permission.READ_ASSESSMENT)
        return Assessment.objects.select_related("edition")


ASSESSMENT = OpenApiParameter("assessment_id", OpenApiTypes.UUID, OpenApiParameter.PATH)
CLAUSE = OpenApiParameter("code", OpenApiTypes.STR, OpenApiParameter.PATH, description="As 1.1.")
IF_MATCH = OpenApiParameter(
    "If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, description="ETag you saw."
)


class AnswerViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Answer]):
    """The answers of one self-assessment, one for each clause, in the order of the edition."""

    queryset = Answer.objects.none()
    serializer_class = AnswerSerializer
    pagination_class = InOrderOfEdition
    filter_backends = ()
    lookup_url_kwarg = "code"
    lookup_value_regex = r"[0-9A-Za-z.]+"

    def get_queryset(self) -> Any:
        rows = Answer.objects.with_signs().annotate(position=F("clause__position"))
        return rows.select_related("updated_by").filter(assessment=self.kwargs["assessment_id"])

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
        return _shown(self.find())

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
        seen = parse_etags(request.headers.get("If-Match", ""))
        if not seen or seen == ["*"]:
            raise PreconditionRequired
        answer = self.find()
        sent = AnswerChangeSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = replace(Said.stored_in(answer), **sent.validated_data)
        version = answer.version if etag(answer) in seen else NEVER
        try:
            saved = answer_clause(answer, version=version, said=said, by=request.membership)
        except Stale as conflict:
            raise Stale(
                str(conflict), current=_data(conflict.current, answer), ours=conflict.ours
            ) from conflict
        return _shown(saved, answer)


NEVER = -1
"""A version that no answer has: what was seen is not what is stored."""


def etag(answer: Answer) -> str:
    return f'"{answer.version}"'


def _data(answer: Answer, read: Answer) -> Any:
    """`read` knows whether there is evidence, which saving an answer does not change."""
    answer.has_evidence = read.has_evidence
    return AnswerSerializer(answer).data


def _shown(answer: Answer, read: Answer | None = None) -> Response:
    return Response(_data(answer, read or answer), headers={"ETag": etag(answer)})
