"""Comments through the API: the same actions as the pages."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_base import KEY, UUID_PATH, NothingSerializer, Once, OnlyKnown
from agencies.permissions import Permission, require
from assessments.actions import commenting as actions
from assessments.actions.commenting import EMPTY, MAX_TEXT
from assessments.models import Answer, Comment, Talk, Thread


class CommentSerializer(serializers.ModelSerializer[Comment]):
    """by, told: ids of memberships. A comment that was withdrawn has no text any more."""

    by_name = serializers.CharField(source="by.display_name", read_only=True)
    told = serializers.SerializerMethodField()

    class Meta:
        model = Comment
        fields = ("id", "thread", "text", "by", "by_name", "told", "at", "withdrawn_at")
        read_only_fields = fields

    def get_told(self, comment: Comment) -> list[str]:
        return [str(member.pk) for member in comment.told]


class ThreadSerializer(serializers.ModelSerializer[Thread]):
    """A conversation. settled_by: who resolved or reopened it last (id of a membership)."""

    clause = serializers.CharField(source="clause.code", read_only=True)
    comments = CommentSerializer(many=True, read_only=True)

    class Meta:
        model = Thread
        fields = (
            "id",
            "assessment",
            "clause",
            "status",
            "at",
            "settled_by",
            "updated_at",
            "comments",
        )
        read_only_fields = fields


class NewCommentSerializer(OnlyKnown):
    """told: ids of memberships to tell, besides those whom the text names with @."""

    text = serializers.CharField(
        help_text=f"At most {MAX_TEXT:,} characters.",
        error_messages={"blank": EMPTY, "required": EMPTY},
    )
    told = serializers.ListField(child=serializers.UUIDField(), default=list, max_length=100)


class NewThreadSerializer(NewCommentSerializer):
    assessment = serializers.UUIDField()
    clause = serializers.CharField(help_text="Its code, as 1.1.")

    def find(self) -> Answer:
        """The answer that it is about; the rest stays for the action."""
        where = self.validated_data.pop("assessment"), self.validated_data.pop("clause")
        rows = Answer.objects.select_related("clause")
        found = rows.filter(assessment=where[0], clause__code=where[1]).first()
        if found is None:
            raise ValidationError({"clause": "There is no such clause in such a self-assessment"})
        return found


class ThreadFilter(filters.FilterSet):
    """assessment: its id; clause: its code; status: open or resolved."""

    assessment = filters.UUIDFilter(field_name="assessment")
    clause = filters.CharFilter(field_name="clause__code")
    status = filters.ChoiceFilter(choices=Talk.choices)

    class Meta:
        model = Thread
        fields = ("assessment", "clause", "status")


def _post(summary: str, *, sends: Any = NothingSerializer, gives: Any = ThreadSerializer) -> Any:
    """The schema of a POST to a conversation or a comment."""
    code = status.HTTP_201_CREATED if gives is CommentSerializer else status.HTTP_200_OK
    return extend_schema(summary=summary, parameters=[KEY], request=sends, responses={code: gives})


@extend_schema_view(
    list=extend_schema(summary="Conversations about clauses, with their comments"),
    retrieve=extend_schema(summary="One conversation"),
)
class ThreadViewSet(
    Once, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Thread]
):
    queryset = Thread.objects.none()
    serializer_class = ThreadSerializer
    filterset_class = ThreadFilter
    lookup_value_regex = UUID_PATH

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        require(self.request.membership, Permission.READ_ASSESSMENT)
        comments = Prefetch("comments", Comment.objects.for_page())
        return Thread.objects.for_page().prefetch_related(comments).order_by("-at", "pk")

    @_post("Begin a conversation", sends=NewThreadSerializer, gives=CommentSerializer)
    def create(self, request: Request) -> Response:
        require(request.membership, Permission.COMMENT)
        sent = NewThreadSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        answer = sent.find()
        return _said(actions.start_thread(answer, **sent.validated_data, by=request.membership))

    @_post("Reply", sends=NewCommentSerializer, gives=CommentSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def reply(self, request: Request, pk: str) -> Response:
        sent = NewCommentSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        thread = self.get_object()
        return _said(actions.reply(thread, **sent.validated_data, by=request.membership))

    @_post("Resolve it")
    @action(detail=True, methods=["post"], filterset_class=None)
    def resolve(self, request: Request, pk: str) -> Response:
        return self.step("resolve")

    @_post("Reopen it")
    @action(detail=True, methods=["post"], filterset_class=None)
    def reopen(self, request: Request, pk: str) -> Response:
        return self.step("reopen")

    def step(self, name: str) -> Response:
        NothingSerializer(data=self.request.data).is_valid(raise_exception=True)
        actions.STEPS[name](self.get_object(), by=self.request.membership)
        return Response(ThreadSerializer(self.get_object()).data)


class CommentViewSet(Once, viewsets.GenericViewSet[Comment]):
    queryset = Comment.objects.none()
    serializer_class = CommentSerializer
    lookup_value_regex = UUID_PATH

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        require(self.request.membership, Permission.READ_ASSESSMENT)
        return Comment.objects.for_page()

    @extend_schema(
        summary="Withdraw one's own comment: its text is gone for good",
        parameters=[KEY],
        request=NothingSerializer,
        responses={200: CommentSerializer},
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        NothingSerializer(data=request.data).is_valid(raise_exception=True)
        withdrawn = actions.withdraw(self.get_object(), by=request.membership)
        return _said(withdrawn, status.HTTP_200_OK)


def _said(comment: Comment, code: int = status.HTTP_201_CREATED) -> Response:
    stored = Comment.objects.for_page().get(pk=comment.pk)
    return Response(CommentSerializer(stored).data, status=code)
