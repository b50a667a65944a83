"""Searching through the API: the same form and the same rows as the page."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencies.permissions import Permission, require
from assessments.forms.search import MAX_LENGTH, SearchForm
from assessments.models import Assessment
from assessments.searching import PER_PAGE, Found, Kind, find, show


class SnippetSerializer(serializers.Serializer[Any]):
    text = serializers.CharField(help_text="As it was written, not escaped.")
    is_found = serializers.BooleanField(help_text="It is what was searched for.")


class FoundSerializer(serializers.Serializer[Found]):
    kind = serializers.ChoiceField(choices=Kind.choices)
    id = serializers.UUIDField(source="pk")
    title = serializers.CharField()
    assessment = serializers.UUIDField(source="assessment.pk", default=None, allow_null=True)
    parts = SnippetSerializer(many=True, help_text="Around the words that were found, in order.")


class FoundPageSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="On all pages.")
    pages = serializers.IntegerField()
    page = serializers.IntegerField()
    results = FoundSerializer(many=True)


class SearchView(APIView):
    @extend_schema(
        summary=f"Search clauses, answers, comments, evidence: the best first, {PER_PAGE} a page",
        parameters=[
            OpenApiParameter(
                "q", required=True, description=f"Words, at most {MAX_LENGTH} characters."
            ),
            OpenApiParameter("kind", enum=list(Kind.values)),
            OpenApiParameter("assessment", OpenApiTypes.UUID),
            OpenApiParameter("page", OpenApiTypes.INT, description="The last, if there are fewer."),
        ],
        responses=FoundPageSerializer,
    )
    def get(self, request: Request) -> Response:
        require(request.membership, Permission.READ_ASSESSMENT)
        form = SearchForm(request.query_params, assessments=Assessment.objects.all())
        if not form.is_valid():
            raise ValidationError({name: list(errors) for name, errors in form.errors.items()})
        text, within = form.cleaned_data["q"], form.cleaned_data["assessment"]
        paginator = find(text, kind=form.cleaned_data["kind"], assessment=within)
        page = paginator.get_page(request.query_params.get("page"))
        shown = {
            "count": paginator.count,
            "pages": paginator.num_pages,
            "page": page.number,
            "results": show(page, text, assessment=within),
        }
        return Response(FoundPageSerializer(shown).data)
