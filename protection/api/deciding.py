"""What one person asks for and another decides on, through the API."""

from __future__ import annotations

from types import ModuleType
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.api_base import KEY, UUID_PATH, NothingSerializer, Once, OnlyKnown
from protection.models.decision import Decision


class ConfirmSerializer(OnlyKnown):
    has_understood = serializers.BooleanField(
        default=False, help_text="True: it is destroyed for good."
    )


class Deciding(Once, mixins.ListModelMixin, mixins.RetrieveModelMixin):
    """`decisions`: the module that confirms, refuses and withdraws."""

    decisions: ClassVar[ModuleType]
    lookup_value_regex = UUID_PATH

    @extend_schema(
        summary="Confirm it, as a second person", parameters=[KEY], request=ConfirmSerializer
    )
    @action(detail=True, methods=["post"])
    def confirm(self, request: Request, pk: str) -> Response:
        sent = ConfirmSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        asked = self.get_object()
        return self.shown(
            self.decisions.confirm(asked, **sent.validated_data, by=request.membership)
        )

    @extend_schema(
        summary="Refuse it, as a second person", parameters=[KEY], request=NothingSerializer
    )
    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        NothingSerializer(data=request.data).is_valid(raise_exception=True)
        return self.shown(self.decisions.refuse(self.get_object(), by=request.membership))

    @extend_schema(
        summary="Take it back before it is decided", parameters=[KEY], request=NothingSerializer
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        NothingSerializer(data=request.data).is_valid(raise_exception=True)
        return self.shown(self.decisions.withdraw(self.get_object(), by=request.membership))

    def shown(self, decision: Decision, code: int = status.HTTP_200_OK) -> Response:
        stored: Any = self.get_queryset().get(pk=decision.pk)
        return Response(self.serializer_class(stored).data, status=code)
