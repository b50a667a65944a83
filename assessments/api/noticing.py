"""One's own notices through the API: the same actions as the pages."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencies.api_base import KEY, NothingSerializer, Once, OnlyKnown
from agencies.permissions import Permission, require
from assessments.actions import noticing as actions
from assessments.actions.noticing import CHOOSE, pace_of
from assessments.models import Notice, Pace


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    """What one is told of. thread, improvement: where to look; by: id of a membership."""

    clause = serializers.CharField(source="code", help_text="Its code, or empty.")
    thread = serializers.UUIDField(
        source="comment.thread_id", default=None, allow_null=True, read_only=True
    )
    is_live = serializers.BooleanField(help_text="There is still something to do about it.")

    class Meta:
        model = Notice
        fields = (
            "id",
            "about",
            "assessment",
            "clause",
            "thread",
            "improvement",
            "day",
            "by",
            "at",
            "seen_at",
            "mailed_at",
            "is_live",
        )
        read_only_fields = fields


class SeenSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="Those that were not marked before.")


class NoticeSettingSerializer(OnlyKnown):
    pace = serializers.ChoiceField(
        choices=Pace.choices, error_messages=dict.fromkeys(("required", "invalid_choice"), CHOOSE)
    )


@extend_schema_view(list=extend_schema(summary="What one is told of"))
class NoticeViewSet(Once, mixins.ListModelMixin, viewsets.GenericViewSet[Notice]):
    queryset = Notice.objects.none()
    serializer_class = NoticeSerializer

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        require(self.request.membership, Permission.READ_ASSESSMENT)
        return Notice.objects.for_page(self.request.membership)

    @extend_schema(
        summary="Mark all of it as seen: it is not mailed any more",
        parameters=[KEY],
        request=NothingSerializer,
        responses={200: SeenSerializer},
    )
    @action(detail=False, methods=["post"])
    def seen(self, request: Request) -> Response:
        NothingSerializer(data=request.data).is_valid(raise_exception=True)
        return Response({"count": actions.mark_seen(by=request.membership)})


class NoticeSettingView(APIView):
    @extend_schema(summary="How often one gets an email", responses=NoticeSettingSerializer)
    def get(self, request: Request) -> Response:
        require(request.membership, Permission.READ_ASSESSMENT)
        return Response({"pace": pace_of(request.membership)})

    @extend_schema(
        summary="Choose how often one gets an email",
        request=NoticeSettingSerializer,
        responses=NoticeSettingSerializer,
    )
    def put(self, request: Request) -> Response:
        sent = NoticeSettingSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        chosen = actions.choose_pace(**sent.validated_data, by=request.membership)
        return Response({"pace": chosen.pace})
