"""Reports by API: ask (202 and where to look), look, fetch."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import mixins, renderers, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencies.api_base import KEY, Once
from agencies.permissions import Permission, require
from assessments.models import Assessment
from reports import actions
from reports.models import Report
from reports.presenting import progress
from reports.serving import file_response, round_of


class RequestSerializer(serializers.Serializer[Any]):
    """Which content the report shows: a submitted round, or what stands now (the round in force
    while it is submitted, else the draft)."""

    round = serializers.IntegerField(
        min_value=1, required=False, allow_null=True, help_text="None: what stands now."
    )


class ReportSerializer(serializers.ModelSerializer[Report]):
    """A report and how far it is. `file` is given once it is ready."""

    assessment = serializers.UUIDField(source="assessment_id", read_only=True)
    round = serializers.IntegerField(source="submission.round", read_only=True, default=None)
    status = serializers.SerializerMethodField(
        help_text="queued, running, done, failed or destroyed."
    )
    message = serializers.SerializerMethodField(help_text="The same in a sentence.")
    file = serializers.SerializerMethodField(help_text="Where the PDF is, once it is ready.")

    class Meta:
        model = Report
        fields = (
            "id", "assessment", "round", "kind", "status", "message", "created_at", "made_at",
            "pages", "size", "sha256", "file",
        )  # fmt: skip
        read_only_fields = fields

    def get_status(self, report: Report) -> str:
        return progress(report).status

    def get_message(self, report: Report) -> str:
        shown = progress(report)
        return f"{shown.title}. {shown.text}".strip()

    def get_file(self, report: Report) -> str | None:
        return reverse("report-file", args=[report.pk]) if report.is_ready else None


class AssessmentReportsView(Once, APIView):
    """The readiness reports of an assessment, and asking for one."""

    @extend_schema(
        operation_id="assessments_reports_list", responses={200: ReportSerializer(many=True)}
    )
    def get(self, request: Request, pk: UUID) -> Response:
        require(request._request.membership, Permission.READ_REPORT)
        assessment = get_object_or_404(Assessment.objects.for_page(), pk=pk)
        return Response(ReportSerializer(Report.objects.of(assessment), many=True).data)

    @extend_schema(
        operation_id="assessments_reports_create",
        parameters=[KEY],
        request=RequestSerializer,
        responses={202: ReportSerializer},
        description="Answers 202 with `Location`, the address to ask for its status. Asked again "
        "while nothing has changed, it is the same report.",
    )
    def post(self, request: Request, pk: UUID) -> Response:
        by = request._request.membership
        require(by, Permission.REQUEST_REPORT)
        wanted = RequestSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        assessment = get_object_or_404(Assessment.objects.for_page(), pk=pk)
        number = wanted.validated_data.get("round")
        submission = round_of(assessment, str(number or ""))
        report = actions.request_report(assessment, submission=submission, by=by)
        location = reverse("report-detail", args=[report.pk])
        return Response(
            ReportSerializer(report).data,
            status=status.HTTP_202_ACCEPTED,
            headers={"Location": location},
        )


class PdfRenderer(renderers.BaseRenderer):
    """Lets a client ask for application/pdf; the file itself is streamed."""

    media_type = "application/pdf"
    format = "pdf"

    def render(self, data: Any, media_type: str | None = None, context: Any = None) -> Any:
        return renderers.JSONRenderer().render(data)


class ReportViewSet(Once, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Report]):
    """One report: its state, and its file."""

    queryset = Report.objects.for_page()
    serializer_class = ReportSerializer

    def get_object(self) -> Report:
        require(self.request._request.membership, Permission.READ_REPORT)
        return super().get_object()

    @extend_schema(
        responses={
            (200, "application/pdf"): OpenApiTypes.BINARY,
            409: OpenApiResponse(description="It is not ready yet."),
        }
    )
    @action(
        detail=True, url_path="file", url_name="file",
        renderer_classes=[renderers.JSONRenderer, PdfRenderer],
    )  # fmt: skip
    def file(self, request: Request, pk: UUID | None = None) -> FileResponse:
        return file_response(self.get_object(), by=request._request.membership)

    @extend_schema(
        summary="Try a failed report again",
        parameters=[KEY],
        request=None,
        responses={202: ReportSerializer, 409: OpenApiResponse(description="It has not failed.")},
    )
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: UUID | None = None) -> Response:
        started = actions.try_again(self.get_object(), by=request._request.membership)
        return Response(ReportSerializer(started).data, status=status.HTTP_202_ACCEPTED)
