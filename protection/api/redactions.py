"""Removals of personal data through the API: the same actions as the pages."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_base import KEY, OnlyKnown
from agencies.permissions import Permission, require
from assessments.models import Answer, EvidenceVersion
from protection.actions import redaction as actions
from protection.api.deciding import Deciding
from protection.models import Part, Reason, Redaction
from protection.places import copies, relatives


class RedactionSerializer(serializers.ModelSerializer[Redaction]):
    """A request to remove personal data. requested_by, decided_by: ids of memberships."""

    class Meta:
        model = Redaction
        fields = (
            "id",
            "answer",
            "version",
            "part",
            "spares_current",
            "reason",
            "note",
            "status",
            "requested_by",
            "requested_at",
            "decided_by",
            "decided_at",
            "destroyed_at",
        )
        read_only_fields = fields


class CopySerializer(serializers.ModelSerializer[EvidenceVersion]):
    """Another version with the same bytes, which stays. is_asked_for: its removal waits already."""

    version = serializers.UUIDField(source="id")
    title = serializers.CharField(source="evidence.title")
    is_asked_for = serializers.BooleanField()

    class Meta:
        model = EvidenceVersion
        fields = ("version", "evidence", "number", "title", "is_asked_for")
        read_only_fields = fields


class RelativeSerializer(serializers.ModelSerializer[Answer]):
    """The same clause in an assessment to or from which it may have been carried over."""

    answer = serializers.UUIDField(source="id")
    clause = serializers.CharField(source="clause.code")
    is_asked_for = serializers.BooleanField()

    class Meta:
        model = Answer
        fields = ("answer", "assessment", "clause", "is_asked_for")
        read_only_fields = fields


class RedactionDetailSerializer(RedactionSerializer):
    """With the other copies of what is to go, or has gone."""

    copies = serializers.SerializerMethodField()
    relatives = serializers.SerializerMethodField()

    class Meta(RedactionSerializer.Meta):
        fields = (*RedactionSerializer.Meta.fields, "copies", "relatives")
        read_only_fields = fields

    @extend_schema_field(CopySerializer(many=True))
    def get_copies(self, redaction: Redaction) -> Any:
        return CopySerializer(copies(redaction), many=True).data

    @extend_schema_field(RelativeSerializer(many=True))
    def get_relatives(self, redaction: Redaction) -> Any:
        return RelativeSerializer(relatives(redaction), many=True).data


class NewRedactionSerializer(OnlyKnown):
    """What is to be removed: of an answer or of a version of evidence, one of them."""

    answer = serializers.UUIDField(required=False, allow_null=True, default=None)
    version = serializers.UUIDField(required=False, allow_null=True, default=None)
    part = serializers.ChoiceField(choices=Part.choices)
    spares_current = serializers.BooleanField(
        default=False, help_text="The text as it stands now was put right already, and stays."
    )
    reason = serializers.ChoiceField(choices=Reason.choices)
    note = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=actions.MAX_NOTE
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (attrs["answer"] is None) == (attrs["version"] is None):
            raise serializers.ValidationError("Give either an answer or a version, one of them.")
        return attrs


@extend_schema_view(
    list=extend_schema(summary="Requests to remove personal data"),
    retrieve=extend_schema(summary="One request to remove personal data"),
)
class RedactionViewSet(Deciding, viewsets.GenericViewSet[Redaction]):
    queryset = Redaction.objects.none()
    serializer_class = RedactionSerializer
    decisions = actions

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        require(self.request.membership, Permission.REDACT_REQUEST)
        return Redaction.objects.for_page()

    def get_serializer_class(self) -> Any:
        return RedactionDetailSerializer if self.action == "retrieve" else RedactionSerializer

    @extend_schema(
        summary="Ask for the removal of personal data",
        parameters=[KEY],
        request=NewRedactionSerializer,
        responses={201: RedactionSerializer},
    )
    def create(self, request: Request) -> Response:
        require(request.membership, Permission.REDACT_REQUEST)
        sent = NewRedactionSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = dict(sent.validated_data)
        answer, version = said.pop("answer"), said.pop("version")
        if answer is not None:
            found = get_object_or_404(Answer.objects.select_related("assessment"), pk=answer)
            made = actions.request_for_answer(found, **said, by=request.membership)
        else:
            piece = get_object_or_404(
                EvidenceVersion.objects.select_related("evidence"), pk=version
            )
            made = actions.request_for_evidence(piece, **said, by=request.membership)
        return self.shown(made, status.HTTP_201_CREATED)
