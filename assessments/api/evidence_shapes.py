"""What evidence looks like in the API: what is sent, what is shown, what narrows a list."""

from __future__ import annotations

from dataclasses import replace

from django.shortcuts import get_object_or_404
from django_filters import rest_framework as filters
from rest_framework import serializers

from agencies.api_base import OnlyKnown
from agencies.models import Membership
from assessments.actions import describing
from assessments.actions import evidence as actions
from assessments.actions.placing import MAX_PLACE, MAX_SHOWS, Where
from assessments.models import (
    Answer,
    Evidence,
    EvidenceKind,
    EvidenceLink,
    EvidenceVersion,
    Validity,
)
from assessments.models.evidence import EvidenceQuerySet


class EvidenceFilter(filters.FilterSet):
    """kind, valid: a value of the list; search: part of the title or description; tag: as it is;
    owner: id of a membership."""

    kind = filters.ChoiceFilter(choices=EvidenceKind.choices)
    owner = filters.UUIDFilter(field_name="owner")
    tag = filters.CharFilter(method="with_tag")
    valid = filters.ChoiceFilter(choices=Validity.choices, method="running_out")
    search = filters.CharFilter(method="containing")

    class Meta:
        model = Evidence
        fields = ("kind", "owner", "tag", "valid", "search")

    def with_tag(self, rows: EvidenceQuerySet, name: str, tag: str) -> EvidenceQuerySet:
        return rows.filter(tags__contains=[tag])

    def running_out(self, rows: EvidenceQuerySet, name: str, valid: str) -> EvidenceQuerySet:
        return rows.running_out(valid)

    def containing(self, rows: EvidenceQuerySet, name: str, words: str) -> EvidenceQuerySet:
        return rows.containing(words)


class EvidenceVersionSerializer(serializers.ModelSerializer[EvidenceVersion]):
    class Meta:
        model = EvidenceVersion
        fields = (
            "id",
            "number",
            "url",
            "file_name",
            "media_type",
            "size",
            "sha256",
            "scan_state",
            "scan_tries",
            "refused_because",
            "at",
        )
        read_only_fields = fields


class EvidenceSerializer(serializers.ModelSerializer[Evidence]):
    versions = EvidenceVersionSerializer(many=True, read_only=True)
    clause_count = serializers.IntegerField(
        read_only=True, help_text="How many answers it supports."
    )

    class Meta:
        model = Evidence
        fields = (
            "id",
            "title",
            "kind",
            "description",
            "period_from",
            "period_to",
            "valid_until",
            "owner",
            "tags",
            "created_at",
            "clause_count",
            "versions",
        )
        read_only_fields = fields


class SourceSerializer(OnlyKnown):
    """A file (multipart) or a link, one of them."""

    upload = serializers.FileField(required=False, allow_empty_file=True)
    url = serializers.CharField(required=False, allow_blank=True, max_length=actions.MAX_URL)
    is_anonymised = serializers.BooleanField(
        required=False,
        default=False,
        help_text="You have looked at the file: nobody can be recognised in it.",
    )

    def content(self) -> actions.Source:
        sent = self.validated_data
        return actions.Source(
            upload=sent.get("upload"),
            url=sent.get("url", ""),
            is_anonymised=sent["is_anonymised"],
        )


class EvidenceDetailsSerializer(OnlyKnown):
    """What is said about a piece; where it is changed, what is left out stays."""

    NAMES = tuple(describing.Details.__dataclass_fields__)
    title = serializers.CharField(max_length=describing.MAX_TITLE)
    kind = serializers.ChoiceField(choices=EvidenceKind.choices)
    description = serializers.CharField(max_length=describing.MAX_DESCRIPTION)
    period_from = serializers.DateField(required=False, allow_null=True, default=None)
    period_to = serializers.DateField(required=False, allow_null=True, default=None)
    valid_until = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="Its last valid day."
    )
    owner = serializers.PrimaryKeyRelatedField(
        queryset=Membership.objects.all(),
        required=False,
        allow_null=True,
        default=None,
        help_text="Id of the membership of who keeps it up to date.",
    )
    tags = serializers.ListField(
        child=serializers.CharField(max_length=describing.MAX_TAG),
        required=False,
        max_length=describing.MAX_TAGS,
        default=list,
        help_text="Kept in lower case.",
    )

    def details(self, now: Evidence | None = None) -> describing.Details:
        stored = {name: getattr(now, name) for name in self.NAMES} if now else {}
        sent = {name: value for name, value in self.validated_data.items() if name in self.NAMES}
        return describing.Details(**{**stored, **sent})


class NewEvidenceSerializer(SourceSerializer, EvidenceDetailsSerializer):
    """A new piece: what is said about it, and the file or link."""


class LinkSerializer(serializers.ModelSerializer[EvidenceLink]):
    assessment = serializers.UUIDField(source="answer.assessment_id", read_only=True)
    clause = serializers.CharField(source="answer.clause.code", read_only=True)

    class Meta:
        model = EvidenceLink
        fields = (
            "answer",
            "assessment",
            "clause",
            "version",
            "place",
            "shows",
            "is_place_to_check",
        )
        read_only_fields = fields


class AnswerRefSerializer(OnlyKnown):
    answer = serializers.UUIDField(help_text="Id of the answer it supports.")

    def find(self) -> Answer:
        rows = Answer.objects.select_related("assessment")
        return get_object_or_404(rows, pk=self.validated_data["answer"])


class WhereSerializer(AnswerRefSerializer):
    """Where to look in it, for this answer."""

    place = serializers.CharField(
        required=False, allow_blank=True, max_length=MAX_PLACE, help_text="Page or section."
    )
    shows = serializers.CharField(
        required=False, allow_blank=True, max_length=MAX_SHOWS, help_text="What it shows there."
    )

    def where(self, now: Where | None = None) -> Where | None:
        """As sent; what is left out stays. None: nothing was sent."""
        sent = {n: self.validated_data[n] for n in ("place", "shows") if n in self.validated_data}
        return replace(now or Where(), **sent) if sent else now
