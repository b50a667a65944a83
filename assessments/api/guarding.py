"""What looks like personal data, through the API: the same actions as the pages."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_base import KEY, OnlyKnown
from assessments import guarding
from assessments.actions import guarding as actions
from assessments.guarding import Place, Suspect
from assessments.models import Answer, Evidence, EvidenceVersion

NOUNS = {"answer": Answer, "evidence": Evidence, "version": EvidenceVersion}


class SuspicionSerializer(serializers.Serializer[Any]):
    """`words` are masked where they stand in a file."""

    kind = serializers.CharField()
    place = serializers.CharField()
    words = serializers.CharField()
    is_mild = serializers.BooleanField(help_text="It seems to be an office's or a team's.")
    is_cleared = serializers.SerializerMethodField(help_text="Somebody checked it.")

    def get_is_cleared(self, one: guarding.Suspicion) -> bool:
        return one.cleared is not None


class SuspectSerializer(serializers.Serializer[Any]):
    """A text or a file; `seen` goes into the request that clears it."""

    noun = serializers.SerializerMethodField(help_text="answer, evidence or version.")
    id = serializers.UUIDField(source="of.pk")
    seen = serializers.CharField(source="mark")
    suspicions = SuspicionSerializer(many=True)

    def get_noun(self, suspect: Suspect) -> str:
        return next(noun for noun, model in NOUNS.items() if isinstance(suspect.of, model))


class UndeclaredSerializer(serializers.Serializer[Any]):
    version = serializers.UUIDField(source="pk")
    evidence = serializers.UUIDField(source="evidence_id")
    file_name = serializers.CharField()
    is_read = serializers.SerializerMethodField(help_text="Whether all of its text was read.")

    def get_is_read(self, version: EvidenceVersion) -> bool:
        return guarding.is_read(version)


class GuardedSerializer(serializers.Serializer[Any]):
    """What is to be mended or cleared, and files to declare. An empty list is no proof."""

    suspects = SuspectSerializer(many=True)
    undeclared = UndeclaredSerializer(many=True)


class ClearSerializer(OnlyKnown):
    """`seen`: as the list gave it, so that nothing is cleared unseen."""

    noun = serializers.ChoiceField(choices=list(NOUNS))
    id = serializers.UUIDField()
    seen = serializers.CharField(max_length=64)

    def find(self) -> Place:
        model: Any = NOUNS[self.validated_data["noun"]]
        found: Place = get_object_or_404(model, pk=self.validated_data["id"])
        return found


class VersionRefSerializer(OnlyKnown):
    version = serializers.UUIDField(help_text="Id of the file.")


class GuardedAssessment:
    """For AssessmentViewSet."""

    @extend_schema(summary="What looks like personal data in it", responses=GuardedSerializer)
    @action(detail=True, url_path="personal-data", filterset_class=None, pagination_class=None)
    def personal_data(self, request: Request, pk: str) -> Response:
        found = guarding.of_assessment(self.get_object())
        return Response(GuardedSerializer(found).data)

    @extend_schema(
        summary="Say of what was found in one place that it is no personal data",
        parameters=[KEY],
        request=ClearSerializer,
        responses=GuardedSerializer,
    )
    @action(detail=True, methods=["post"], url_path="clear", filterset_class=None)
    def clear(self, request: Request, pk: str) -> Response:
        assessment = self.get_object()
        sent = ClearSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        actions.clear(sent.find(), seen=sent.validated_data["seen"], by=request.membership)
        return Response(GuardedSerializer(guarding.of_assessment(assessment)).data)


class DeclaredEvidence:
    """For EvidenceViewSet."""

    @extend_schema(
        summary="Declare a file as anonymised",
        parameters=[KEY],
        request=VersionRefSerializer,
        responses={204: None},
    )
    @action(detail=True, methods=["post"], filterset_class=None)
    def declare(self, request: Request, pk: str) -> Response:
        evidence = self.get_object()
        sent = VersionRefSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        version = get_object_or_404(evidence.versions, pk=sent.validated_data["version"])
        actions.declare(version, by=request.membership)
        return Response(status=204)
