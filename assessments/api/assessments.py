"""Self-assessments through the API."""

from __future__ import annotations

from typing import Any

from django_filters import rest_framework as filters
from rest_framework import serializers, viewsets

from agencies.api_base import UUID_PATH
from agencies.paging import Cursor
from agencies.permissions import Permission, require
from assessments.api.guarding import GuardedAssessment
from assessments.api.lifecycle import Lifecycle
from assessments.models import Assessment
from assessments.workflow import Status


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
            "continues",
            "clause_count",
            "answered_count",
            "score",
            "readiness",
            "created_at",
            "updated_at",
            "archived_at",
        )
        read_only_fields = fields


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
