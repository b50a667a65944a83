"""Where a self-assessment stands, through the API: what the overview computes, as data."""

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
from assessments.models import Assessment
from assessments.standing import rules_in_force, stored_states
from standards.fewest import to_next_level
from standards.scoring import assess

SCORE = {"max_digits": 3, "decimal_places": 2, "allow_null": True}


class StandardStandingSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    clause_count = serializers.IntegerField()
    answered_count = serializers.IntegerField()
    score = serializers.DecimalField(**SCORE)


class BlockerSerializer(serializers.Serializer[Any]):
    rule = serializers.CharField()
    message = serializers.CharField()
    standard = serializers.CharField(allow_null=True)
    clauses = serializers.ListField(child=serializers.CharField())


class LevelStandingSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    title = serializers.CharField()
    is_met = serializers.BooleanField()
    blockers = BlockerSerializer(many=True)


class ChangeSerializer(serializers.Serializer[Any]):
    """What to do to one clause; `level` is what it is to be brought to, or has already."""

    code = serializers.CharField()
    standard = serializers.CharField()
    level = serializers.IntegerField(allow_null=True)
    is_raised = serializers.BooleanField()
    needs_evidence = serializers.BooleanField()
    needs_reason = serializers.BooleanField()
    message = serializers.CharField()


class ReadinessSerializer(serializers.Serializer[Any]):
    """By the rules in force now; `rules` says which, and that they are illustrative."""

    rules = serializers.CharField(help_text="The label of the rules.")
    clause_count = serializers.IntegerField()
    answered_count = serializers.IntegerField()
    score = serializers.DecimalField(**SCORE)
    standards = StandardStandingSerializer(many=True)
    reached = serializers.CharField(help_text="Key of the highest level that is met, or empty.")
    levels = LevelStandingSerializer(many=True)
    next_level = serializers.CharField(help_text="Key of the level above, or empty.")
    fewest_clauses = ChangeSerializer(
        many=True, help_text="The fewest clauses that would move the agency to the next level."
    )


class ReadinessView(APIView):
    """Scores, levels, what blocks them, and the fewest clauses to the next one."""

    @extend_schema(summary="Read where a self-assessment stands", responses=ReadinessSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        require(request.membership, Permission.READ_ASSESSMENT)
        assessment = get_object_or_404(Assessment.objects.for_page(), pk=pk)
        rules = rules_in_force(assessment)
        states = stored_states(assessment)
        result = assess(states, rules)
        next_key = result.next_level.key if result.next_level else ""
        shown = {
            **vars(result),
            "rules": rules.label,
            "next_level": next_key,
            "fewest_clauses": to_next_level(states, rules, result),
        }
        return Response(ReadinessSerializer(shown).data)
