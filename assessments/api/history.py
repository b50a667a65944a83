"""The history of an answer through the API: its versions, and how two of them differ."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.paging import Cursor
from agencies.permissions import Permission, require
from assessments.actions.answers import rules_of
from assessments.differences import Grain
from assessments.history import Comparison, compare
from assessments.models import Answer, AnswerRevision

PATH = [
    OpenApiParameter("assessment_id", OpenApiTypes.UUID, OpenApiParameter.PATH),
    OpenApiParameter("code", OpenApiTypes.STR, OpenApiParameter.PATH, description="As 1.1."),
]


class RevisionSerializer(serializers.ModelSerializer[AnswerRevision]):
    """The answer after a save. Where personal data was removed, a mark stands in its place."""

    by = serializers.CharField(source="by.display_name", read_only=True)

    class Meta:
        model = AnswerRevision
        fields = ("version", *Answer.FIELDS, "by", "started_at", "saved_at", "is_open")
        read_only_fields = fields


class Versions(serializers.Serializer[Any]):
    """Which two. Without `after`: the latest; without `before`: the one that `after` followed;
    0 is the empty answer."""

    before = serializers.IntegerField(min_value=0, max_value=2_147_483_647, required=False)
    after = serializers.IntegerField(min_value=1, max_value=2_147_483_647, required=False)


class RunSerializer(serializers.Serializer[Any]):
    """All runs of a field in order give both texts whole."""

    is_same = serializers.BooleanField()
    before = serializers.CharField()
    after = serializers.CharField()


class FieldDifferenceSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    is_redacted = serializers.BooleanField(help_text="Personal data was removed from one of them.")
    grain = serializers.ChoiceField(
        choices=[grain.value for grain in Grain], source="found.grain", help_text="What is marked."
    )
    runs = RunSerializer(many=True, source="found.runs")


class DifferenceSerializer(serializers.Serializer[Comparison]):
    """The fields that differ; the level in words."""

    before = RevisionSerializer(allow_null=True)
    after = RevisionSerializer()
    changed = FieldDifferenceSerializer(many=True)


class Latest(Cursor):
    page_size = 20
    max_page_size = 100
    ordering = "-version"


class RevisionViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[AnswerRevision]):
    """What an answer was after each save, newest first; nobody can change it."""

    queryset = AnswerRevision.objects.none()
    serializer_class = RevisionSerializer
    pagination_class = Latest
    filter_backends = ()

    def find(self) -> Answer:
        require(self.request.membership, Permission.READ_ASSESSMENT)
        rows = Answer.objects.with_rules().filter(assessment=self.kwargs["assessment_id"])
        return get_object_or_404(rows, clause__code=self.kwargs["code"])

    def get_queryset(self) -> Any:
        return self.find().revisions.select_related("by")

    @extend_schema(summary="List the versions of an answer", parameters=PATH)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)

    @extend_schema(
        summary="Read how two versions of an answer differ",
        parameters=[*PATH, Versions],
        responses=DifferenceSerializer,
    )
    @action(detail=False)
    def difference(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        answer = self.find()
        asked = Versions(data=request.query_params)
        asked.is_valid(raise_exception=True)
        found = compare(answer, rules_of(answer), **asked.validated_data)
        return Response(DifferenceSerializer(found).data)
