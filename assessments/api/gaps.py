"""What the evidence of a self-assessment lacks, through the API."""

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
from assessments.gaps import SHOWN, find_gaps
from assessments.models import Assessment


class CodesField(serializers.ListField):
    """Codes of clauses, in order."""

    child = serializers.CharField()


class MissingVoiceSerializer(serializers.Serializer[Any]):
    standard = serializers.CharField(source="standard.code")
    kind = serializers.CharField()
    clauses = CodesField(help_text="The clauses whose prompts ask for it.")


class PieceSerializer(serializers.Serializer[Any]):
    evidence = serializers.UUIDField(source="evidence.pk")
    title = serializers.CharField(source="evidence.title")
    clauses = CodesField()


class GapsSerializer(serializers.Serializer[Any]):
    voices = MissingVoiceSerializer(many=True)
    expiring = PieceSerializer(many=True, help_text="Not valid to the end of the period.")
    from_level = serializers.IntegerField(
        allow_null=True, help_text="The level from which a rule asks for evidence."
    )
    claimed = CodesField(help_text="At that level or above without any.")
    to_check = PieceSerializer(many=True, help_text="A newer version came since.")
    unlocated = PieceSerializer(many=True, help_text="It is not said where to look.")
    unused = serializers.ListField(
        child=serializers.UUIDField(),
        help_text=f"Evidence that supports no clause here: the first {SHOWN} by title.",
    )
    unused_count = serializers.IntegerField()


class GapsView(APIView):
    @extend_schema(summary="Read what the evidence lacks", responses=GapsSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        require(request.membership, Permission.READ_ASSESSMENT)
        assessment = get_object_or_404(Assessment.objects.for_page(), pk=pk)
        gaps = find_gaps(assessment)
        shown = {**vars(gaps), "unused": [piece.pk for piece in gaps.unused]}
        return Response(GapsSerializer(shown).data)
