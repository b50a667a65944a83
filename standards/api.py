"""Editions, their clauses and the versions of their guidance through the API: read only."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, viewsets

from agencies.paging import Cursor
from standards.models import (
    Clause,
    Edition,
    EditorNote,
    GlossaryTerm,
    Guidance,
    Prompt,
    ReadinessRules,
    Standard,
)


class PromptSerializer(serializers.ModelSerializer[Prompt]):
    class Meta:
        model = Prompt
        fields = ("kind", "text")


class NoteSerializer(serializers.ModelSerializer[EditorNote]):
    class Meta:
        model = EditorNote
        fields = ("text",)


class ClauseSerializer(serializers.ModelSerializer[Clause]):
    prompts = PromptSerializer(many=True, read_only=True)
    notes = NoteSerializer(many=True, read_only=True)

    class Meta:
        model = Clause
        fields = ("code", "group", "text", "text_sha256", "addressed_to", "notes", "prompts")


class StandardSerializer(serializers.ModelSerializer[Standard]):
    clauses = ClauseSerializer(many=True, read_only=True)

    class Meta:
        model = Standard
        fields = ("code", "title", "statement", "clauses")


class GuidanceSerializer(serializers.ModelSerializer[Guidance]):
    """The version of the prompts and notes; `label` says that they are not the standards."""

    class Meta:
        model = Guidance
        fields = ("version", "label", "sha256")


class ScaleLevelSerializer(serializers.Serializer[Any]):
    level = serializers.IntegerField()
    title = serializers.CharField()
    descriptor = serializers.CharField()


class NotApplicableSerializer(serializers.Serializer[Any]):
    title = serializers.CharField()
    descriptor = serializers.CharField()


class ReadinessLevelSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()


class RulesSerializer(serializers.ModelSerializer[ReadinessRules]):
    """The scale that answers use, and the levels of readiness in words."""

    scale = ScaleLevelSerializer(many=True, source="document.scale")
    not_applicable = NotApplicableSerializer(source="document.not_applicable")
    levels = ReadinessLevelSerializer(many=True, source="document.levels")

    class Meta:
        model = ReadinessRules
        fields = ("version", "label", "sha256", "scale", "not_applicable", "levels")


HEAD = ("code", "title", "source", "published_on", "published_note", "sha256", "is_withdrawn")


class EditionSerializer(serializers.ModelSerializer[Edition]):
    class Meta:
        model = Edition
        fields = HEAD


class EditionDetailSerializer(serializers.ModelSerializer[Edition]):
    """`guidance` and `rules` hold the version in use now: one, or none."""

    guidance = GuidanceSerializer(many=True, read_only=True, source="guidance_now")
    rules = RulesSerializer(many=True, read_only=True, source="rules_now")
    standards = StandardSerializer(many=True, read_only=True)

    class Meta:
        model = Edition
        fields = (*HEAD, "guidance", "rules", "standards")


class EditionPages(Cursor):
    page_size = 20
    ordering = "code"


@extend_schema_view(
    list=extend_schema(summary="List the editions of the standards"),
    retrieve=extend_schema(
        summary="Read one edition with its standards and clauses",
        responses=EditionDetailSerializer,
    ),
)
class EditionViewSet(viewsets.ReadOnlyModelViewSet[Edition]):
    """The published text, and the guidance and rules that this service adds to it."""

    queryset = Edition.objects.all()
    serializer_class = EditionSerializer
    pagination_class = EditionPages
    lookup_field = "code"
    lookup_value_regex = "[-a-z0-9]+"

    def get_queryset(self) -> QuerySet[Edition]:
        return Edition.objects.with_text() if self.action == "retrieve" else Edition.objects.all()

    def get_serializer_class(self) -> Any:
        return EditionDetailSerializer if self.action == "retrieve" else EditionSerializer


class VersionSerializer(serializers.ModelSerializer[Guidance]):
    """One version; `sha256` is over its whole content, which never changes."""

    class Meta:
        model = Guidance
        fields = ("version", "label", "summary", "sha256", "is_current", "published_at")


class PromptAtClauseSerializer(serializers.ModelSerializer[Prompt]):
    clause = serializers.CharField(source="clause.code")

    class Meta:
        model = Prompt
        fields = ("clause", "kind", "text")


class NoteAtClauseSerializer(serializers.ModelSerializer[EditorNote]):
    clause = serializers.CharField(source="clause.code")

    class Meta:
        model = EditorNote
        fields = ("clause", "text")


class TermSerializer(serializers.ModelSerializer[GlossaryTerm]):
    class Meta:
        model = GlossaryTerm
        fields = ("term", "definition", "note", "is_from_standards")


class VersionDetailSerializer(VersionSerializer):
    prompts = PromptAtClauseSerializer(many=True, read_only=True)
    notes = NoteAtClauseSerializer(many=True, read_only=True)
    terms = TermSerializer(many=True, read_only=True)

    class Meta:
        model = Guidance
        fields = (*VersionSerializer.Meta.fields, "prompts", "notes", "terms")


class VersionPages(Cursor):
    page_size = 20
    ordering = ("-published_at", "-pk")


@extend_schema_view(
    list=extend_schema(summary="List the versions of an edition's guidance, newest first"),
    retrieve=extend_schema(
        summary="Read one version of the guidance, in use or not", responses=VersionDetailSerializer
    ),
)
class GuidanceViewSet(viewsets.ReadOnlyModelViewSet[Guidance]):
    """What this service and the scheme add to the text. A submission names the version it pins."""

    queryset = Guidance.objects.none()
    serializer_class = VersionSerializer
    pagination_class = VersionPages
    lookup_field = "version"
    lookup_value_regex = "[0-9.]+"

    def get_queryset(self) -> QuerySet[Guidance]:
        edition = get_object_or_404(Edition, code=self.kwargs["code"])
        rows = Guidance.objects.filter(edition=edition)
        return rows.with_content() if self.action == "retrieve" else rows

    def get_serializer_class(self) -> Any:
        return VersionDetailSerializer if self.action == "retrieve" else VersionSerializer
