"""People, invitations and the audit trail through the API: the same actions as the pages."""

from __future__ import annotations

from typing import Any

from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agencies import trail
from agencies.actions import invitations, people
from agencies.api_base import KEY, UUID_PATH, NothingSerializer, Once, OnlyKnown
from agencies.models import Event, Invitation, Membership
from agencies.paging import Cursor
from agencies.permissions import Permission, Role, require


class NewestFirst(Cursor):
    ordering = ("-created_at", "id")


class LastEventFirst(Cursor):
    ordering = "-seq"


class PersonSerializer(serializers.ModelSerializer[Membership]):
    class Meta:
        model = Membership
        fields = (
            "id", "display_name", "email", "role", "is_active", "is_machine", "created_at",
            "ended_at",
        )  # fmt: skip
        read_only_fields = fields


class RoleSerializer(OnlyKnown):
    role = serializers.ChoiceField(choices=Role.choices)


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    is_open = serializers.BooleanField(read_only=True, help_text="Whether its link works now.")

    class Meta:
        model = Invitation
        fields = (
            "id", "email", "display_name", "role", "is_open", "created_at", "expires_at", "sent_at",
            "accepted_at", "revoked_at",
        )  # fmt: skip
        read_only_fields = fields


class InviteSerializer(OnlyKnown):
    email = serializers.EmailField(max_length=254)
    display_name = serializers.CharField(max_length=120)
    role = serializers.ChoiceField(choices=Role.choices)


class EventSerializer(serializers.ModelSerializer[Event]):
    """`hash` is over this event and `prev_hash`; `actor` is empty where the service acted."""

    actor = serializers.UUIDField(source="actor_id", read_only=True, allow_null=True)
    what = serializers.SerializerMethodField(help_text="The action in words.")

    class Meta:
        model = Event
        fields = (
            "seq", "at", "actor", "realm", "action", "what", "about_type", "about_id", "facts",
            "prev_hash", "hash",
        )  # fmt: skip
        read_only_fields = fields

    def get_what(self, event: Event) -> str:
        return trail.ACTION_WORDS.get(event.action, event.action)


class PersonFilter(filters.FilterSet):
    class Meta:
        model = Membership
        fields = ("is_active", "is_machine", "role")


class EventFilter(filters.FilterSet):
    """Days are those of the agency, both included."""

    date_from = filters.DateFilter(field_name="at", lookup_expr="date__gte")
    date_to = filters.DateFilter(field_name="at", lookup_expr="date__lte")
    actor = filters.UUIDFilter(field_name="actor_id")

    class Meta:
        model = Event
        fields = ("date_from", "date_to", "actor", "action", "about_type", "about_id")


@extend_schema_view(
    list=extend_schema(summary="Who has, and had, access"),
    retrieve=extend_schema(summary="One person or machine account"),
)
class PeopleViewSet(Once, viewsets.ReadOnlyModelViewSet[Membership]):
    """Memberships of the agency. Machine accounts are made and ended on their page."""

    queryset = Membership.objects.none()
    serializer_class = PersonSerializer
    filterset_class = PersonFilter
    pagination_class = NewestFirst
    lookup_value_regex = UUID_PATH

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        require(self.request.membership, Permission.MANAGE_PEOPLE)
        rows = Membership.objects.all()
        if self.action in ("list", "retrieve"):
            return rows
        return rows.filter(is_active=True, is_machine=False)

    @extend_schema(summary="Change the role", request=RoleSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        member = self.get_object()
        sent = RoleSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        changed = people.change_role(member, **sent.validated_data, by=request.membership)
        return Response(PersonSerializer(changed).data)

    @extend_schema(summary="End the membership; the name stays", responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        people.remove(self.get_object(), by=request.membership)
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema_view(
    list=extend_schema(summary="Invitations, newest first"),
    retrieve=extend_schema(summary="One invitation"),
)
class InvitationViewSet(
    Once,
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    viewsets.GenericViewSet[Invitation],
):
    """Offers of access. The link itself is only ever in the mail."""

    queryset = Invitation.objects.none()
    serializer_class = InvitationSerializer
    pagination_class = NewestFirst
    filter_backends = ()
    lookup_value_regex = UUID_PATH

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        require(self.request.membership, Permission.MANAGE_PEOPLE)
        return Invitation.objects.all()

    @extend_schema(
        summary="Invite a person",
        parameters=[KEY],
        request=InviteSerializer,
        responses={201: InvitationSerializer},
    )
    def create(self, request: Request) -> Response:
        by = request.membership
        require(by, Permission.MANAGE_PEOPLE)
        sent = InviteSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        made = invitations.invite(by.agency, **sent.validated_data, by=by)
        return Response(InvitationSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="Send it again", parameters=[KEY], request=NothingSerializer)
    @action(detail=True, methods=["post"])
    def resend(self, request: Request, pk: str) -> Response:
        sent = invitations.resend(self.get_object(), by=request.membership)
        return Response(InvitationSerializer(sent).data)

    @extend_schema(summary="Withdraw it", responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        invitations.revoke(self.get_object(), by=request.membership)
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema_view(list=extend_schema(summary="The audit trail, newest first"))
class AuditViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Event]):
    """Every event of the agency. Reading it here is not an event; a copy as a file is."""

    queryset = Event.objects.none()
    serializer_class = EventSerializer
    filterset_class = EventFilter
    pagination_class = LastEventFirst

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        by = self.request.membership
        require(by, Permission.READ_AUDIT)
        return trail.events(by.agency_id, trail.Filters())
