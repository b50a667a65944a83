"""Two self-assessments side by side, through the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencies.permissions import Permission, require
from assessments.cycles import Change, Mean, Side, Texts, comparable, compare
from assessments.forms.cycles import CHANGES
from assessments.forms.lifecycle import NOT_YOURS
from assessments.models import Assessment
from standards.mapping import Fate


class ComparedWith(serializers.Serializer[Any]):
    """Which other one, and how much of it."""

    show = serializers.ChoiceField(
        choices=[CHANGES], required=False, help_text="Leaves out clauses that are the same."
    )

    def get_fields(self) -> dict[str, Any]:
        other = serializers.UUIDField(help_text="Id of the other self-assessment.")
        return {"with": other, **super().get_fields()}


class ScoreField(serializers.DecimalField):
    """As text, such as "2.14"; null while nothing is scored."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_digits=3, decimal_places=2, allow_null=True, **kwargs)


class SideSerializer(serializers.Serializer[Side]):
    """One of the two: as submitted in a round, else (null) as it stands."""

    assessment = serializers.UUIDField(source="assessment.pk")
    title = serializers.CharField(source="assessment.title")
    edition = serializers.CharField(source="assessment.edition.code")
    round = serializers.IntegerField(source="round.round", default=None, allow_null=True)
    reached = serializers.CharField(
        source="result.reached", help_text="Key of the level reached, or empty."
    )
    score = ScoreField(source="result.score")
    answered_count = serializers.IntegerField(source="result.answered_count")
    clause_count = serializers.IntegerField(source="result.clause_count")


class MeanSerializer(serializers.Serializer[Mean]):
    standard = serializers.CharField(source="standard.code")
    then = ScoreField()
    now = ScoreField()


class StandSerializer(serializers.Serializer[Any]):
    level = serializers.IntegerField(source="said.level", allow_null=True)
    is_not_applicable = serializers.BooleanField(source="said.is_not_applicable")
    evidence_count = serializers.IntegerField()


class ClauseChangeSerializer(serializers.Serializer[Change]):
    """A clause then and now; its code is null in the edition that does not have it."""

    code_then = serializers.CharField(source="before.code", default=None, allow_null=True)
    code_now = serializers.CharField(source="after.code", default=None, allow_null=True)
    fate = serializers.ChoiceField(
        choices=[fate.value for fate in Fate], allow_null=True, help_text="null: it is gone."
    )
    then = StandSerializer()
    now = StandSerializer()
    texts = serializers.ChoiceField(choices=Texts.choices)


class ComparisonSerializer(serializers.Serializer[Any]):
    """The earlier of the two is `then`."""

    then = SideSerializer()
    now = SideSerializer()
    standards = MeanSerializer(many=True)
    clauses = ClauseChangeSerializer(many=True)


class ComparisonView(APIView):
    @extend_schema(
        summary="Compare two self-assessments",
        parameters=[ComparedWith],
        responses=ComparisonSerializer,
    )
    def get(self, request: Request, pk: UUID) -> Response:
        require(request.membership, Permission.READ_ASSESSMENT)
        one = get_object_or_404(Assessment.objects.for_page(), pk=pk)
        asked = ComparedWith(data=request.query_params)
        asked.is_valid(raise_exception=True)
        other = comparable(one).filter(pk=asked.validated_data["with"]).first()
        if other is None:
            raise serializers.ValidationError({"with": [f"{NOT_YOURS}."]})
        found = compare(one, other)
        is_short = asked.validated_data.get("show") == CHANGES
        shown = {
            "then": found.then,
            "now": found.now,
            "standards": found.means,
            "clauses": found.changed if is_short else found.changes,
        }
        return Response(ComparisonSerializer(shown).data)
