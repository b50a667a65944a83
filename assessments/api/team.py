"""Who does what, and handing it over, through the API: the same actions as the pages."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencies.api_base import KEY, Once, OnlyKnown
from agencies.models import Membership
from agencies.paging import Cursor
from agencies.permissions import Permission, require
from assessments.actions import assigning
from assessments.actions.handing_over import hand_over
from assessments.holdings import HOLDINGS
from assessments.models import Answer, Assessment
from assessments.standing import clause_states
from assessments.team import Part, Show, parts

NEVER = datetime.date.max
"""What has no due date comes last."""


class PartSerializer(serializers.Serializer[Part]):
    """A clause of an assessment with whose it is."""

    assessment = serializers.UUIDField(source="answer.assessment_id")
    clause = serializers.CharField(source="clause.code")
    standard = serializers.CharField(source="clause.standard.code")
    is_complete = serializers.BooleanField(source="answer.is_complete")
    assignee = serializers.UUIDField(source="assignment.assignee_id", default=None, allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    is_overdue = serializers.BooleanField()


class TeamPartSerializer(PartSerializer):
    """`is_unassigned`: it is to do, and no one's who can answer it."""

    assignee_name = serializers.CharField(
        source="assignee.display_name", default=None, allow_null=True
    )
    is_unassigned = serializers.BooleanField()


class ChosenSerializer(OnlyKnown):
    """Clauses by their codes, and all of the standards named."""

    clauses = serializers.ListField(child=serializers.CharField(), default=list)
    standards = serializers.ListField(child=serializers.CharField(), default=list)

    def find(self, answers: Iterable[Answer]) -> list[UUID]:
        """The ids of the answers. Raises ValidationError for a code that is not there."""
        sent = {name: set(self.validated_data[name]) for name in ("clauses", "standards")}
        known = {
            "clauses": {answer.clause.code for answer in answers},
            "standards": {answer.clause.standard.code for answer in answers},
        }
        strange = {name: sorted(codes - known[name]) for name, codes in sent.items()}
        errors = {name: f"Not here: {', '.join(codes)}" for name, codes in strange.items() if codes}
        if errors:
            raise ValidationError(errors)
        return [
            answer.pk
            for answer in answers
            if answer.clause.code in sent["clauses"]
            or answer.clause.standard.code in sent["standards"]
        ]


class AssignSerializer(ChosenSerializer):
    assignee = serializers.UUIDField(help_text="Id of a person who may answer (see people).")
    due_on = serializers.DateField(default=None, allow_null=True)


class HandOverSerializer(OnlyKnown):
    to = serializers.UUIDField(help_text="Id of the person who takes everything.")


class ItemSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="Of what sort, such as clauses.")
    id = serializers.UUIDField(source="item.about.pk")
    text = serializers.CharField(source="item.text")
    due_on = serializers.DateField(source="item.due_on", allow_null=True)
    is_pending = serializers.BooleanField(source="item.is_pending")


class HandedOverSerializer(serializers.Serializer[Any]):
    handed_over = serializers.DictField(child=serializers.IntegerField())


SHOW = OpenApiParameter("show", OpenApiTypes.STR, enum=[s.value for s in Show if s.value])


class TeamView(Once, APIView):
    """Of one self-assessment, in the order of its edition."""

    @extend_schema(
        summary="Who does what", parameters=[SHOW], responses=TeamPartSerializer(many=True)
    )
    def get(self, request: Request, pk: UUID) -> Response:
        _, answers = _read(request, pk)
        show = request.query_params.get("show", "")
        if show not in Show.values:
            raise ValidationError({"show": "Choose mine, overdue, unassigned or to_check"})
        states = clause_states(answers, kind=request.membership.agency.kind)
        found = parts(answers, states, timezone.localdate())
        shown = [part for part in found if part.is_shown(show, request.membership)]
        return Response(TeamPartSerializer(shown, many=True).data)

    @extend_schema(
        summary="Assign clauses, or whole standards, to somebody",
        parameters=[KEY],
        request=AssignSerializer,
        responses=TeamPartSerializer(many=True),
    )
    def post(self, request: Request, pk: UUID) -> Response:
        assessment, answers = _read(request, pk)
        require(request.membership, Permission.ASSIGN_CLAUSE)
        sent = AssignSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        assigning.assign(
            assessment,
            answers=sent.find(answers),
            to=_person(sent.validated_data["assignee"], "assignee"),
            due_on=sent.validated_data["due_on"],
            by=request.membership,
        )
        return self.get(request, pk)


class UnassignView(Once, APIView):
    @extend_schema(
        summary="Make clauses no one's",
        parameters=[KEY],
        request=ChosenSerializer,
        responses={204: None},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        assessment, answers = _read(request, pk)
        require(request.membership, Permission.ASSIGN_CLAUSE)
        sent = ChosenSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        assigning.unassign(assessment, answers=sent.find(answers), by=request.membership)
        return Response(status=204)


class MostUrgentFirst(Cursor):
    ordering = ("due", "id")


@extend_schema(summary="Your own clauses that are to do, in all open self-assessments")
class MineView(ListAPIView[Answer]):
    queryset = Answer.objects.none()
    serializer_class = PartSerializer
    pagination_class = MostUrgentFirst
    filter_backends = ()

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        require(self.request.membership, Permission.READ_ASSESSMENT)
        rows = Answer.objects.for_mine(self.request.membership).to_do()
        return rows.annotate(due=Coalesce(F("assignment__due_on"), Value(NEVER)))

    def paginate_queryset(self, rows: Any) -> list[Part]:
        today = timezone.localdate()
        return [Part(answer, today) for answer in super().paginate_queryset(rows)]


class HandOverView(Once, APIView):
    """Everything that is one person's, who may have left."""

    @extend_schema(
        summary="What is this person's to hand over", responses=ItemSerializer(many=True)
    )
    def get(self, request: Request, pk: UUID) -> Response:
        member = _member(request, pk)
        found = [
            {"kind": holding.key, "item": holding.item(row)}
            for holding in HOLDINGS
            for row in holding.rows(member)
        ]
        return Response(ItemSerializer(found, many=True).data)

    @extend_schema(
        summary="Hand everything of this person over to another",
        parameters=[KEY],
        request=HandOverSerializer,
        responses=HandedOverSerializer,
    )
    def post(self, request: Request, pk: UUID) -> Response:
        member = _member(request, pk)
        sent = HandOverSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        to = _person(sent.validated_data["to"], "to")
        counts = hand_over(member, to=to, by=request.membership)
        return Response({"handed_over": counts})


def _read(request: Request, pk: UUID) -> tuple[Assessment, list[Answer]]:
    require(request.membership, Permission.READ_ASSESSMENT)
    assessment = get_object_or_404(Assessment, pk=pk)
    return assessment, list(assessment.answers.for_team())


def _member(request: Request, pk: UUID) -> Membership:
    require(request.membership, Permission.HAND_OVER)
    return get_object_or_404(Membership, pk=pk, is_machine=False)


def _person(pk: UUID, field: str) -> Membership:
    """What the person may do is for the action to ask."""
    found = Membership.objects.filter(pk=pk).first()
    if found is None:
        raise ValidationError({field: "There is nobody with this id in your agency"})
    return found
