"""Partnerships through the API: the same actions as the pages."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.actions import partners as actions
from agencies.api_base import KEY, UUID_PATH, NothingSerializer, Once, OnlyKnown
from agencies.models import Agency
from agencies.partners import Partnership, partnership, partnerships
from agencies.permissions import Permission, require

AGENCY = OpenApiParameter(
    "id", OpenApiTypes.UUID, OpenApiParameter.PATH, description="The other agency."
)


class PartnershipSerializer(serializers.Serializer[Partnership]):
    """`is_host`: we ask and offer. What each side said last, and until when; empty: nothing."""

    agency = serializers.UUIDField(source="other.pk")
    name = serializers.CharField(source="other.name")
    kind = serializers.CharField(source="other.kind")
    is_host = serializers.BooleanField()
    is_agreed = serializers.BooleanField()
    waits_for_us = serializers.BooleanField()
    waits_for_them = serializers.BooleanField()
    since = serializers.DateTimeField(allow_null=True)
    we_said_at = serializers.DateTimeField(source="ours.given_at", default=None, allow_null=True)
    we_ended_at = serializers.DateTimeField(source="ours.ended_at", default=None, allow_null=True)
    they_said_at = serializers.DateTimeField(
        source="theirs.given_at", default=None, allow_null=True
    )
    they_ended_at = serializers.DateTimeField(
        source="theirs.ended_at", default=None, allow_null=True
    )


class AskSerializer(OnlyKnown):
    agency = serializers.UUIDField(help_text="Id of a local authority or voluntary agency.")


class PartnerViewSet(Once, viewsets.ViewSet):
    """Who is a partner, who asks to be, and who was."""

    lookup_value_regex = UUID_PATH

    def find(self, pk: str) -> Partnership:
        require(self.request.membership, Permission.READ_ASSESSMENT)
        for one in partnerships(self.request.membership.agency):
            if str(one.other.pk) == pk:
                return one
        raise Http404

    @extend_schema(summary="Partnerships, by name", responses=PartnershipSerializer(many=True))
    def list(self, request: Request) -> Response:
        require(request.membership, Permission.READ_ASSESSMENT)
        found = partnerships(request.membership.agency)
        return Response(PartnershipSerializer(found, many=True).data)

    @extend_schema(summary="One partnership", parameters=[AGENCY], responses=PartnershipSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(PartnershipSerializer(self.find(pk)).data)

    @extend_schema(
        summary="Ask an agency to be a partner",
        parameters=[KEY],
        request=AskSerializer,
        responses={201: PartnershipSerializer},
    )
    def create(self, request: Request) -> Response:
        require(request.membership, Permission.MANAGE_PARTNERS)
        sent = AskSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        other = get_object_or_404(Agency, pk=sent.validated_data["agency"])
        actions.propose(other, by=request.membership)
        return self._shown(other, status.HTTP_201_CREATED)

    @extend_schema(
        summary="Agree to be a partner",
        parameters=[AGENCY, KEY],
        request=NothingSerializer,
        responses=PartnershipSerializer,
    )
    @action(detail=True, methods=["post"])
    def agree(self, request: Request, pk: str) -> Response:
        found = self.find(pk)
        actions.agree(found.other, by=request.membership)
        return self._shown(found.other)

    @extend_schema(
        summary="End a partnership, or decline it", parameters=[AGENCY], responses={204: None}
    )
    def destroy(self, request: Request, pk: str) -> Response:
        actions.end(self.find(pk).other, by=request.membership)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _shown(self, other: Agency, code: int = status.HTTP_200_OK) -> Response:
        one: Any = partnership(self.request.membership.agency, other)
        return Response(PartnershipSerializer(one).data, status=code)
