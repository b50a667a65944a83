"""What was carried over, through the API: the same actions as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencies.api_base import KEY, NothingSerializer, Once
from agencies.api_versions import IF_MATCH, version_seen
from agencies.permissions import Permission, require
from agencies.workflow import Stale
from assessments.actions import carrying as actions
from assessments.carrying import Inheritance, inheritance, mapping_of, mark
from assessments.models import Answer, Assessment
from standards.mapping import Fate

PATH = [
    OpenApiParameter("assessment_id", OpenApiTypes.UUID, OpenApiParameter.PATH),
    OpenApiParameter("code", OpenApiTypes.STR, OpenApiParameter.PATH, description="As 1.1."),
]
UNSEEN = ""
"""The mark of no texts."""


class EarlierClauseSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    text = serializers.CharField()


class EarlierSerializer(serializers.Serializer[Inheritance]):
    """The clause as it was, and what was said to it; all null where there was none."""

    fate = serializers.ChoiceField(choices=[fate.value for fate in Fate], source="pair.fate")
    clause = EarlierClauseSerializer(source="pair.before", allow_null=True)
    assessment = serializers.UUIDField(source="answer.assessment_id", default=None, allow_null=True)
    level = serializers.IntegerField(source="answer.level", default=None, allow_null=True)
    na_reason = serializers.CharField(source="answer.na_reason", default=None, allow_null=True)
    how = serializers.CharField(source="answer.how", default=None, allow_null=True)
    difference = serializers.CharField(source="answer.difference", default=None, allow_null=True)
    evidence = serializers.SerializerMethodField()
    may_be_taken = serializers.BooleanField(
        help_text="Whether take-over would copy texts or evidence to the answer as it is now."
    )

    def get_evidence(self, found: Inheritance) -> list[UUID]:
        return [piece.pk for piece in found.evidence]


def _step(summary: str) -> Any:
    """The schema of a POST that says with If-Match what was seen."""
    return extend_schema(
        summary=summary,
        parameters=[*PATH, IF_MATCH, KEY],
        request=NothingSerializer,
        responses={
            409: OpenApiResponse(description="Its state does not allow this; the text says why."),
            412: OpenApiResponse(OpenApiTypes.OBJECT, "Somebody saved first; both versions."),
            428: OpenApiResponse(OpenApiTypes.OBJECT, "If-Match is missing."),
        },
    )


class Carrying(Once):
    """For AnswerViewSet, which says how an answer is found and shown."""

    @_step("Confirm that what was carried over to a clause is still true")
    @action(detail=True, methods=["post"], filterset_class=None)
    def confirm(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        found, version = self.seen(request)
        seen = mark(found) if version == found.version else UNSEEN
        return self.taken(found, actions.confirm, seen=seen)

    @_step("Take the earlier answer over; it is to be checked then")
    @action(detail=True, methods=["post"], filterset_class=None, url_path="take-over")
    def take_over(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        found, version = self.seen(request)
        return self.taken(found, actions.take_over, version=version)

    @extend_schema(
        summary="What the assessment that it was started from says to a clause",
        parameters=PATH,
        responses={
            200: EarlierSerializer,
            404: OpenApiResponse(description="It was started from scratch."),
        },
    )
    @action(detail=True, filterset_class=None)
    def earlier(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        found = inheritance(self.find())
        if found is None:
            raise Http404
        return Response(EarlierSerializer(found).data)

    def seen(self, request: Request) -> tuple[Answer, int]:
        found = self.find()
        NothingSerializer(data=request.data).is_valid(raise_exception=True)
        return found, version_seen(request, found.version)

    def taken(self, found: Answer, step: Any, **said: Any) -> Response:
        try:
            step(found, **said, by=self.request.membership)
        except Stale as conflict:
            current = self.as_data(conflict.current, found)
            raise Stale(str(conflict), current=current, ours=conflict.ours) from conflict
        return self.shown(self.find())


class CarriedSerializer(serializers.Serializer[Any]):
    """By codes. renumbered: from the earlier code to this one's."""

    assessment = serializers.UUIDField(help_text="The one that it was started from.")
    to_check = serializers.ListField(child=serializers.CharField())
    reworded = serializers.ListField(child=serializers.CharField())
    renumbered = serializers.DictField(child=serializers.CharField())
    new = serializers.ListField(child=serializers.CharField())
    gone = serializers.ListField(child=serializers.CharField(), help_text="Codes as they were.")


class CarriedView(APIView):
    @extend_schema(
        summary="Read what was carried over, and what became of the clauses",
        responses={
            200: CarriedSerializer,
            404: OpenApiResponse(description="It was started from scratch."),
        },
    )
    def get(self, request: Request, pk: UUID) -> Response:
        require(request.membership, Permission.READ_ASSESSMENT)
        assessment = get_object_or_404(Assessment.objects.select_related("continues"), pk=pk)
        found = mapping_of(assessment)
        if found is None:
            raise Http404
        waiting = assessment.answers.filter(is_to_check=True)
        shown = {
            "assessment": assessment.continues_id,
            "to_check": list(waiting.values_list("clause__code", flat=True)),
            "reworded": [pair.after.code for pair in found.pairs if pair.is_reworded],
            "renumbered": {p.before.code: p.after.code for p in found.pairs if p.is_renumbered},
            "new": [pair.after.code for pair in found.pairs if pair.before is None],
            "gone": [clause.code for clause in found.gone],
        }
        return Response(CarriedSerializer(shown).data)
