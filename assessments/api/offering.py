"""Offers and acceptances through the API: the same actions as the pages."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencies.api_base import KEY, UUID_PATH, Once, OnlyKnown
from agencies.paging import Cursor
from agencies.partners import HOSTS
from agencies.permissions import Permission, require
from assessments.actions import accepting, offering
from assessments.api.answers import ASSESSMENT, CLAUSE
from assessments.models import Answer, Assessment, Offer, OfferedAnswer
from assessments.models.offer import with_partners
from assessments.sharing import Shared, of_answer, sent_by


class LastPublishedFirst(Cursor):
    ordering = ("-published_at", "id")


class OfferSerializer(serializers.ModelSerializer[Offer]):
    """`host` offers to `partner`. What is withdrawn, its host alone sees."""

    host = serializers.UUIDField(source="agency_id", read_only=True)
    partner = serializers.UUIDField(source="partner_id", read_only=True)
    edition = serializers.CharField(source="edition.code", read_only=True)

    class Meta:
        model = Offer
        fields = ("id", "host", "partner", "edition", "number", "published_at", "withdrawn_at")
        read_only_fields = fields


class OfferedSerializer(serializers.ModelSerializer[OfferedAnswer]):
    clause = serializers.CharField(source="clause.code", read_only=True)
    accepted_at = serializers.DateTimeField(
        read_only=True, allow_null=True, default=None, help_text="For the host alone."
    )

    class Meta:
        model = OfferedAnswer
        fields = ("id", "clause", "how", "difference", "accepted_at")
        read_only_fields = fields


class WholeOfferSerializer(OfferSerializer):
    answers = OfferedSerializer(many=True, read_only=True)

    class Meta(OfferSerializer.Meta):
        fields = (*OfferSerializer.Meta.fields, "answers")
        read_only_fields = fields


class PublishSerializer(OnlyKnown):
    """Clauses by their codes, partners by the ids of their agencies."""

    assessment = serializers.UUIDField()
    clauses = serializers.ListField(child=serializers.CharField(), allow_empty=False)
    partners = serializers.ListField(child=serializers.UUIDField(), allow_empty=False)


class AnsweredBySerializer(serializers.Serializer[Any]):
    """`is_gone`: it was accepted, and is no longer offered; then it has no text."""

    offered = serializers.UUIDField()
    host = serializers.CharField(source="host_name")
    version = serializers.IntegerField(source="number")
    how = serializers.CharField()
    difference = serializers.CharField()
    is_gone = serializers.BooleanField()
    newer = serializers.UUIDField(source="newer.id", default=None, allow_null=True)


class AvailableSerializer(serializers.Serializer[Any]):
    offered = serializers.UUIDField(source="id")
    host = serializers.CharField(source="host_name")
    version = serializers.IntegerField(source="number")


class SharedSerializer(serializers.Serializer[Shared]):
    """What partners say to a clause: what was accepted, and what could be."""

    accepted = AnsweredBySerializer(allow_null=True)
    offered = AvailableSerializer(many=True)


class AcceptSerializer(OnlyKnown):
    offered = serializers.UUIDField(help_text="Id of an offered answer to this clause.")


@extend_schema_view(
    list=extend_schema(summary="What is offered: by a host, or to a partner, newest first"),
)
class OfferViewSet(Once, viewsets.GenericViewSet[Offer]):
    """Published copies of answers, from a regional adoption agency to its partners."""

    queryset = Offer.objects.none()
    serializer_class = OfferSerializer
    pagination_class = LastPublishedFirst
    filter_backends = ()
    lookup_value_regex = UUID_PATH

    def get_queryset(self) -> Any:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        by = self.request.membership
        require(by, Permission.READ_ASSESSMENT)
        is_host = by.agency.kind in HOSTS
        return Offer.objects.sent(by.agency) if is_host else Offer.objects.received(by.agency)

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(OfferSerializer(page, many=True).data)

    @extend_schema(summary="One offer with its copies", responses=WholeOfferSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        offer: Any = self.get_object()
        copies: Any = list(offer.answers.select_related("clause"))
        if offer.agency_id == request.membership.agency_id:
            (sent,) = sent_by(request.membership.agency, [offer])
            for copy in copies:
                copy.accepted_at = sent.accepted.get(copy.clause_id)
        shown = OfferSerializer(offer).data | {"answers": OfferedSerializer(copies, many=True).data}
        return Response(shown)

    @extend_schema(
        summary="Publish the next version for each of these partners",
        parameters=[KEY],
        request=PublishSerializer,
        responses={201: OfferSerializer(many=True)},
    )
    def create(self, request: Request) -> Response:
        require(request.membership, Permission.MANAGE_PARTNERS)
        sent = PublishSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        said = sent.validated_data
        assessment = get_object_or_404(Assessment.objects.for_page(), pk=said["assessment"])
        known = dict(assessment.answers.values_list("clause__code", "pk"))
        unknown = sorted(set(said["clauses"]) - set(known))
        if unknown:
            raise serializers.ValidationError({"clauses": f"Not here: {', '.join(unknown)}"})
        made = offering.publish(
            assessment,
            answers=[known[code] for code in said["clauses"]],
            partners=said["partners"],
            by=request.membership,
        )
        return Response(OfferSerializer(made, many=True).data, status=status.HTTP_201_CREATED)

    @extend_schema(summary="Withdraw it, with all versions before and after", responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        offering.withdraw(self.get_object(), by=request.membership)
        return Response(status=status.HTTP_204_NO_CONTENT)


class SharedView(Once, APIView):
    """What partners offer for one clause, and what of it stands as the agency's answer too."""

    def find(self, request: Request, pk: Any, code: str) -> Answer:
        require(request.membership, Permission.READ_ASSESSMENT)
        rows = with_partners(Answer.objects.for_page())
        return get_object_or_404(rows, assessment=pk, clause__code=code)

    def shown(self, request: Request, pk: Any, code: str) -> Response:
        return Response(SharedSerializer(of_answer(self.find(request, pk, code))).data)

    @extend_schema(
        summary="Read what partners offer for a clause",
        parameters=[ASSESSMENT, CLAUSE],
        responses=SharedSerializer,
    )
    def get(self, request: Request, assessment_id: Any, code: str) -> Response:
        return self.shown(request, assessment_id, code)

    @extend_schema(
        summary="Accept an offered answer",
        parameters=[ASSESSMENT, CLAUSE, KEY],
        request=AcceptSerializer,
        responses=SharedSerializer,
    )
    def post(self, request: Request, assessment_id: Any, code: str) -> Response:
        answer = self.find(request, assessment_id, code)
        require(request.membership, Permission.ANSWER_CLAUSE)
        sent = AcceptSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        found = get_object_or_404(OfferedAnswer, pk=sent.validated_data["offered"])
        accepting.accept(answer, offered=found, by=request.membership)
        return self.shown(request, assessment_id, code)

    @extend_schema(
        summary="Answer for oneself again",
        parameters=[ASSESSMENT, CLAUSE],
        responses=SharedSerializer,
    )
    def delete(self, request: Request, assessment_id: Any, code: str) -> Response:
        accepting.stop(self.find(request, assessment_id, code), by=request.membership)
        return self.shown(request, assessment_id, code)
