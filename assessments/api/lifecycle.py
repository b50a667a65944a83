"""What is done to a self-assessment as a whole, through the API: the same actions as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_base import KEY, NothingSerializer, Once, OnlyKnown
from agencies.permissions import Permission, require
from assessments import guarding
from assessments.actions import assessments as actions
from assessments.actions import signoff, submission
from assessments.checks import what_guard_stops, what_stops_sign_off
from assessments.models import Assessment, Submission
from standards.models import Edition


class DetailsSerializer(OnlyKnown):
    title = serializers.CharField(max_length=150)
    period_from = serializers.DateField()
    period_to = serializers.DateField()


class EditionField(serializers.SlugRelatedField[Edition]):
    """Named by its code; what is no text at all is refused before the database is asked."""

    def to_internal_value(self, data: Any) -> Edition:
        return super().to_internal_value(serializers.CharField().run_validation(data))


class StartSerializer(DetailsSerializer):
    edition = EditionField(slug_field="code", queryset=Edition.objects.all())
    is_practice = serializers.BooleanField(
        default=False, help_text="Never signed off or submitted, in no figure. For good."
    )
    continues = serializers.UUIDField(
        default=None,
        allow_null=True,
        help_text="Id of an earlier one that texts and evidence are carried over from, to be "
        "checked; levels are not.",
    )

    def validate_continues(self, sent: UUID | None) -> Assessment | None:
        found = Assessment.objects.filter(pk=sent).first() if sent else None
        if sent and found is None:
            raise serializers.ValidationError("There is no such self-assessment in your agency.")
        return found


class SignOffSerializer(OnlyKnown):
    """`name` stands below the declaration; `has_agreed` says that you have read and agree."""

    name = serializers.CharField(max_length=120)
    has_agreed = serializers.BooleanField()


class HindranceSerializer(serializers.Serializer[Any]):
    message = serializers.CharField(help_text="What to put right, in a sentence.")
    clauses = serializers.ListField(child=serializers.CharField())


class CheckSerializer(serializers.Serializer[Any]):
    """What stops the sign-off; empty: it can be signed."""

    hindrances = HindranceSerializer(many=True)
    declaration = serializers.CharField(help_text="What the approver agrees with.")


class SubmissionSerializer(serializers.ModelSerializer[Submission]):
    """A round as it was frozen. `sha256` is over its canonical JSON."""

    by = serializers.CharField(source="by.display_name", read_only=True)

    class Meta:
        model = Submission
        fields = (
            "id", "round", "title", "period_from", "period_to", "sha256", "by", "at",
            "review_started_at", "withdrawn_at",
        )  # fmt: skip
        read_only_fields = fields


IN_STATE = {409: OpenApiResponse(description="Its state does not allow this; the text says why.")}


def step(summary: str, sent: Any = NothingSerializer, answer: Any = None) -> Any:
    """The schema of a POST that takes a step."""
    shown = {200: answer} if answer else {}
    return extend_schema(
        summary=summary, parameters=[KEY], request=sent, responses={**shown, **IN_STATE}
    )


class Lifecycle(Once):
    """For AssessmentViewSet, which says what an assessment looks like."""

    def shown(self, pk: Any, code: int = status.HTTP_200_OK) -> Response:
        return Response(self.get_serializer(self.get_queryset().get(pk=pk)).data, status=code)

    def sent(self, form: type[OnlyKnown], request: Request, **kwargs: Any) -> dict[str, Any]:
        found = form(data=request.data, **kwargs)
        found.is_valid(raise_exception=True)
        return dict(found.validated_data)

    @extend_schema(summary="Start a self-assessment", parameters=[KEY], request=StartSerializer)
    def create(self, request: Request) -> Response:
        require(request.membership, Permission.MANAGE_ASSESSMENT)
        started = actions.start(**self.sent(StartSerializer, request), by=request.membership)
        return self.shown(started.pk, status.HTTP_201_CREATED)

    @extend_schema(
        summary="Change title or period; what is left out stays", request=DetailsSerializer
    )
    def partial_update(self, request: Request, pk: str) -> Response:
        found = self.get_object()
        said = self.sent(DetailsSerializer, request, partial=True)
        now = {name: getattr(found, name) for name in ("title", "period_from", "period_to")}
        actions.rename(found, **{**now, **said}, by=request.membership)
        return self.shown(pk)

    @extend_schema(
        summary="Delete it: practice at any time, else while nothing has been said in it",
        responses={204: None},
    )
    def destroy(self, request: Request, pk: str) -> Response:
        actions.delete(self.get_object(), by=request.membership)
        return Response(status=status.HTTP_204_NO_CONTENT)

    @step("Set it aside")
    @action(detail=True, methods=["post"], filterset_class=None)
    def archive(self, request: Request, pk: str) -> Response:
        actions.archive(self.get_object(), by=request.membership)
        return self.shown(pk)

    @step("Take it back from the archive")
    @action(detail=True, methods=["post"], filterset_class=None)
    def restore(self, request: Request, pk: str) -> Response:
        actions.restore(self.get_object(), by=request.membership)
        return self.shown(pk)

    @extend_schema(summary="What stops the sign-off", responses=CheckSerializer)
    @action(detail=True, filterset_class=None)
    def check(self, request: Request, pk: str) -> Response:
        found = self.get_object()
        answers = list(found.answers.for_tasks())
        stops = what_stops_sign_off(answers, kind=request.membership.agency.kind)
        stops += what_guard_stops(guarding.of_assessment(found))
        shown = {"hindrances": stops, "declaration": signoff.DECLARATION}
        return Response(CheckSerializer(shown).data)

    @step("Sign the declaration", SignOffSerializer)
    @action(detail=True, methods=["post"], url_path="sign-off", filterset_class=None)
    def sign_off(self, request: Request, pk: str) -> Response:
        found = self.get_object()
        require(request.membership, Permission.SIGN_OFF)
        signoff.sign_off(found, **self.sent(SignOffSerializer, request), by=request.membership)
        return self.shown(pk)

    @step("Make it a draft again; the sign-off no longer counts")
    @action(detail=True, methods=["post"], filterset_class=None)
    def reopen(self, request: Request, pk: str) -> Response:
        signoff.reopen(self.get_object(), by=request.membership)
        return self.shown(pk)

    @step("Submit what was signed, as a new round", answer=SubmissionSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def submit(self, request: Request, pk: str) -> Response:
        made = submission.submit(self.get_object(), by=request.membership)
        return Response(SubmissionSerializer(made).data)

    @step("Take the last round back", answer=SubmissionSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def withdraw(self, request: Request, pk: str) -> Response:
        taken = submission.withdraw(self.get_object(), by=request.membership)
        return Response(SubmissionSerializer(taken).data)

    @extend_schema(summary="The rounds, newest first", responses=SubmissionSerializer(many=True))
    @action(detail=True, filterset_class=None, pagination_class=None)
    def submissions(self, request: Request, pk: str) -> Response:
        rounds = self.get_object().submissions.select_related("by")
        return Response(SubmissionSerializer(rounds, many=True).data)
