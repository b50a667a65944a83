"""The spreadsheet through the API: the same actions as the pages."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import renderers, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencies.api_base import OnlyKnown
from agencies.permissions import Permission, require
from assessments.actions.sheets import export_sheet, import_sheet, preview_sheet
from assessments.forms.merging import OURS, THEIRS
from assessments.forms.sheets import CHOOSE, CHOOSE_FILE
from assessments.models import Assessment
from assessments.serving import SHEET_TYPE, sheet_response
from assessments.sheets.previewing import Line, Preview, reopened

CHOICES = [(OURS, "What the workbook says"), (THEIRS, "What is stored")]


class SheetRenderer(renderers.BaseRenderer):
    """Lets a client ask for a workbook; refusals stay JSON."""

    media_type = SHEET_TYPE
    format = "xlsx"

    def render(self, data: Any, media_type: str | None = None, context: Any = None) -> Any:
        return renderers.JSONRenderer().render(data)


class SheetUploadSerializer(OnlyKnown):
    upload = serializers.FileField(
        allow_empty_file=True, max_length=None, error_messages={"required": CHOOSE_FILE}
    )


class SheetChangeSerializer(serializers.Serializer[Any]):
    field = serializers.CharField(help_text="level (in words), na_reason, how or difference.")
    before = serializers.CharField(help_text="As it is stored now.")
    after = serializers.CharField(help_text="As the row has it.")


class SheetLineSerializer(serializers.Serializer[Line]):
    """A row that would change something."""

    row = serializers.IntegerField(source="entry.row")
    clause = serializers.CharField(source="code")
    is_conflict = serializers.BooleanField(
        help_text="Somebody saved the clause since: the import needs a choice for it."
    )
    updated_by = serializers.CharField(
        source="answer.updated_by.display_name", default=None, allow_null=True
    )
    updated_at = serializers.DateTimeField(source="answer.updated_at", allow_null=True)
    changed = SheetChangeSerializer(many=True)


class SheetProblemSerializer(serializers.Serializer[Any]):
    """Why a row, or a cell in it, cannot be imported."""

    row = serializers.IntegerField()
    clause = serializers.CharField(source="code")
    cell = serializers.CharField(help_text="As F12.")
    reason = serializers.CharField()


class SheetPreviewSerializer(serializers.Serializer[Preview]):
    """Nothing is stored yet. `token` carries the lines to the import, for 12 hours."""

    token = serializers.CharField()
    lines = SheetLineSerializer(many=True)
    problems = SheetProblemSerializer(many=True, source="read.problems")
    unchanged = serializers.IntegerField(source="read.same", help_text="Rows that say nothing new.")
    absent = serializers.ListField(
        child=serializers.CharField(), source="read.absent", help_text="Clauses without a row."
    )
    columns_absent = serializers.ListField(
        child=serializers.CharField(), source="read.columns_absent"
    )
    columns_strange = serializers.ListField(
        child=serializers.CharField(), source="read.columns_strange", help_text="Left out."
    )


class SheetImportSerializer(OnlyKnown):
    """`choices` by clause: each conflict needs one; a change without one is imported."""

    token = serializers.CharField()
    choices = serializers.DictField(child=serializers.ChoiceField(choices=CHOICES), default=dict)

    def chosen(self, lines: list[Line]) -> list[Line]:
        """Raises ValidationError for a conflict without a choice, and for a choice of nothing."""
        choices = self.validated_data["choices"]
        asked = [line.code for line in lines if line.is_conflict and line.code not in choices]
        strange = sorted(set(choices) - {line.code for line in lines})
        errors = [CHOOSE.format(code=code) for code in asked]
        errors += [f"Clause {code} is not in the preview" for code in strange]
        if errors:
            raise ValidationError({"choices": errors})
        return [line for line in lines if choices.get(line.code, OURS) == OURS]


class SheetImportedSerializer(serializers.Serializer[Any]):
    """Codes of clauses. `left`: those that somebody saved over since the preview, to choose
    once more; they are not stored."""

    saved = serializers.ListField(child=serializers.CharField())
    unchanged = serializers.ListField(child=serializers.CharField())
    left = SheetPreviewSerializer(allow_null=True)


class SheetView(APIView):
    renderer_classes = (renderers.JSONRenderer, SheetRenderer)

    @extend_schema(
        operation_id="assessments_spreadsheet_retrieve",
        summary="Download the answers as a workbook",
        responses={(200, SHEET_TYPE): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        assessment = _find(request, pk)
        return sheet_response(assessment, export_sheet(assessment, by=request.membership))

    @extend_schema(
        operation_id="assessments_spreadsheet_preview",
        summary="Read what a workbook would change; stores nothing",
        request={"multipart/form-data": SheetUploadSerializer},
        responses={200: SheetPreviewSerializer},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        assessment = _find(request, pk)
        sent = SheetUploadSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        upload = sent.validated_data["upload"]
        preview = preview_sheet(assessment, upload=upload, by=request.membership)
        return Response(SheetPreviewSerializer(preview).data)


class SheetImportView(APIView):
    """Sent twice it stores once: what is stored already counts as unchanged."""

    @extend_schema(
        operation_id="assessments_spreadsheet_import",
        summary="Import what a preview showed",
        request=SheetImportSerializer,
        responses={200: SheetImportedSerializer, 412: SheetImportedSerializer},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        assessment = _find(request, pk)
        sent = SheetImportSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        by = request.membership
        preview = reopened(sent.validated_data["token"], assessment, by=by)
        done = import_sheet(assessment, lines=sent.chosen(preview.lines), by=by)
        shown = {
            "saved": [answer.clause.code for answer in done.saved],
            "unchanged": [answer.clause.code for answer in done.same],
            "left": done.left,
        }
        code = status.HTTP_412_PRECONDITION_FAILED if done.left else status.HTTP_200_OK
        return Response(SheetImportedSerializer(shown).data, status=code)


def _find(request: Request, pk: UUID) -> Assessment:
    require(request.membership, Permission.READ_ASSESSMENT)
    found: Assessment = get_object_or_404(Assessment.objects.for_page(), pk=pk)
    return found
