"""The improvement plan through the API: the same actions as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django_filters import rest_framework as filters
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencies.api_base import KEY, UUID_PATH, NothingSerializer, Once, OnlyKnown
from agencies.api_versions import IF_MATCH, etag, version_seen
from agencies.models import Membership
from agencies.permissions import Permission, require
from agencies.workflow import Stale
from assessments.actions import improving as actions
from assessments.api.readiness import BlockerSerializer
from assessments.models import Answer, Assessment, Improvement, Progress
from assessments.models.improvement import ImprovementQuerySet
from assessments.planning import foresee, standing
from assessments.team import is_overdue


class ActionSerializer(serializers.ModelSerializer[Improvement]):
    """An action of the improvement plan. owner, done_by, checked_by: ids of memberships."""

    clause = serializers.CharField(source="clause.code", read_only=True)
    owner_name = serializers.CharField(source="owner.display_name", read_only=True)
    is_overdue = serializers.SerializerMethodField()

    class Meta:
        model = Improvement
        fields = (
            "id",
            "assessment",
            "clause",
            *Improvement.SAID,
            "owner_name",
            "status",
            "is_overdue",
            "version",
            "created_by",
            "created_at",
            "done_by",
            "checked_by",
            "updated_at",
        )
        read_only_fields = fields

    def get_is_overdue(self, improvement: Improvement) -> bool:
        return improvement.is_to_do and is_overdue(improvement.due_on, timezone.localdate())


class ActionChangeSerializer(OnlyKnown):
    """Any of these; what is left out stays as it is. owner: id of a membership."""

    what = serializers.CharField()
    why = serializers.CharField()
    owner = serializers.UUIDField()
    due_on = serializers.DateField()
    expected_level = serializers.IntegerField()

    def planned(self, stored: Improvement | None = None) -> actions.Planned:
        said = dict(self.validated_data)
        if "owner" in said:
            said["owner"] = _person(said["owner"])
        kept = {name: getattr(stored, name) for name in Improvement.SAID} if stored else {}
        return actions.Planned(**kept | said)


class NewActionSerializer(ActionChangeSerializer):
    assessment = serializers.UUIDField()
    clause = serializers.CharField(help_text="Its code, as 1.1.")

    def find(self) -> Answer:
        """The answer that the action is born from; the rest stays for planned()."""
        where = self.validated_data.pop("assessment"), self.validated_data.pop("clause")
        rows = Answer.objects.select_related("assessment", "clause")
        found = rows.filter(assessment=where[0], clause__code=where[1]).first()
        if found is None:
            raise ValidationError({"clause": "There is no such clause in such a self-assessment"})
        return found


class ActionFilter(filters.FilterSet):
    """assessment, owner: ids; clause: its code; status: a value of the list; is_open: not checked
    yet; is_overdue: its day has passed, and it is not done."""

    assessment = filters.UUIDFilter(field_name="assessment")
    clause = filters.CharFilter(field_name="clause__code")
    owner = filters.UUIDFilter(field_name="owner")
    status = filters.ChoiceFilter(choices=Progress.choices)
    is_open = filters.BooleanFilter(method="of_open")
    is_overdue = filters.BooleanFilter(method="of_overdue")

    class Meta:
        model = Improvement
        fields = ("assessment", "clause", "owner", "status", "is_open", "is_overdue")

    def of_open(self, rows: ImprovementQuerySet, name: str, wanted: bool) -> ImprovementQuerySet:
        return rows.open() if wanted else rows.filter(status=Progress.CHECKED)

    def of_overdue(self, rows: ImprovementQuerySet, name: str, wanted: bool) -> ImprovementQuerySet:
        late = Improvement.objects.overdue(timezone.localdate())
        return rows.filter(pk__in=late) if wanted else rows.exclude(pk__in=late)


def _step(summary: str) -> Any:
    """The schema of a POST that moves an action on."""
    return extend_schema(
        summary=summary,
        parameters=[KEY],
        request=NothingSerializer,
        responses={200: ActionSerializer},
    )


@extend_schema_view(
    list=extend_schema(summary="Actions of the improvement plans"),
    retrieve=extend_schema(summary="One action of a plan; its ETag is needed to change it"),
)
class ActionViewSet(
    Once, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Improvement]
):
    queryset = Improvement.objects.none()
    serializer_class = ActionSerializer
    filterset_class = ActionFilter
    lookup_value_regex = UUID_PATH

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        require(self.request.membership, Permission.READ_ASSESSMENT)
        return Improvement.objects.for_page()

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return _shown(self.get_object())

    @extend_schema(
        summary="Plan an action for a clause",
        parameters=[KEY],
        request=NewActionSerializer,
        responses={201: ActionSerializer},
    )
    def create(self, request: Request) -> Response:
        require(request.membership, Permission.PLAN_IMPROVEMENT)
        sent = NewActionSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        answer = sent.find()
        made = actions.plan(answer, planned=sent.planned(), by=request.membership)
        return _shown(made, status.HTTP_201_CREATED)

    @extend_schema(
        summary="Change what is planned",
        parameters=[IF_MATCH],
        request=ActionChangeSerializer,
        responses={
            200: ActionSerializer,
            412: OpenApiResponse(OpenApiTypes.OBJECT, "Somebody changed it first; both versions."),
            428: OpenApiResponse(OpenApiTypes.OBJECT, "If-Match is missing."),
        },
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        found = self.get_object()
        version = version_seen(request, found.version)
        sent = ActionChangeSerializer(data=request.data, partial=True)
        sent.is_valid(raise_exception=True)
        try:
            changed = actions.edit(
                found, planned=sent.planned(found), version=version, by=request.membership
            )
        except Stale as conflict:
            current = ActionSerializer(conflict.current).data
            raise Stale(str(conflict), current=current, ours=conflict.ours) from conflict
        return _shown(changed)

    @_step("Begin it")
    @action(detail=True, methods=["post"], filterset_class=None)
    def begin(self, request: Request, pk: str) -> Response:
        return self.step("begin")

    @_step("Say that it is done")
    @action(detail=True, methods=["post"], filterset_class=None)
    def finish(self, request: Request, pk: str) -> Response:
        return self.step("finish")

    @_step("Check it, as somebody else")
    @action(detail=True, methods=["post"], filterset_class=None)
    def check(self, request: Request, pk: str) -> Response:
        return self.step("check")

    @_step("Put it back: it is not done")
    @action(detail=True, methods=["post"], filterset_class=None, url_path="put-back")
    def put_back(self, request: Request, pk: str) -> Response:
        return self.step("put_back")

    def step(self, name: str) -> Response:
        NothingSerializer(data=self.request.data).is_valid(raise_exception=True)
        step = actions.STEPS[name]
        return _shown(step(self.get_object(), by=self.request.membership))


class ForecastSerializer(serializers.Serializer[Any]):
    """Where the agency would be once all open actions that concern this assessment are done."""

    action_count = serializers.IntegerField()
    done_count = serializers.IntegerField(help_text="Done or checked.")
    checked_count = serializers.IntegerField()
    overdue_count = serializers.IntegerField()
    reached_now = serializers.CharField(help_text="Key of the level reached now, or empty.")
    reached_then = serializers.CharField(help_text="Key of the level reached then, or empty.")
    next_level = serializers.CharField(help_text="Key of the level above, or empty.")
    blockers = BlockerSerializer(many=True, help_text="What would still block that one.")


class ForecastView(APIView):
    @extend_schema(summary="Read where the improvement plan leads", responses=ForecastSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        require(request.membership, Permission.READ_ASSESSMENT)
        assessment = get_object_or_404(Assessment.objects.for_page(), pk=pk)
        rows = Improvement.objects.concerning(assessment)
        plan = standing(rows, timezone.localdate())
        found = foresee(assessment, plan.expected)
        next_level = found.then.next_level
        shown = {
            **vars(plan),
            "action_count": plan.count,
            "reached_now": found.now.reached,
            "reached_then": found.then.reached,
            "next_level": next_level.key if next_level else "",
            "blockers": found.blockers,
        }
        return Response(ForecastSerializer(shown).data)


def _person(pk: UUID) -> Membership:
    """What the person may do is for the action to ask."""
    found = Membership.objects.filter(pk=pk).first()
    if found is None:
        raise ValidationError({"owner": "There is nobody with this id in your agency"})
    return found


def _shown(improvement: Improvement, code: int = status.HTTP_200_OK) -> Response:
    stored = Improvement.objects.for_page().get(pk=improvement.pk)
    return Response(
        ActionSerializer(stored).data, status=code, headers={"ETag": etag(stored.version)}
    )
