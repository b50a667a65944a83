"""Asking for a report, watching it being made, fetching it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View
from django.views.generic import TemplateView

from agencies.permissions import Permission, can, require
from assessments.views.base import AssessmentMixin, PersonMixin
from reports import actions
from reports.models import Report
from reports.presenting import choices, file_name, progress
from reports.serving import file_response, round_of


class RequestView(AssessmentMixin, View):
    """POST asks for the round named by `round`, or for what stands now (see `round_of`)."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return redirect("reports:list", self.assessment.pk)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        submission = round_of(self.assessment, request.POST.get("round", ""))
        report = actions.request_report(self.assessment, submission=submission, by=self.by)
        return redirect("reports:detail", report.pk)


class ListView(AssessmentMixin, TemplateView):
    """The reports of one assessment, and the button for a new one."""

    template_name = "reports/report_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {
            "choices": choices(self.assessment, self.assessment.submissions.all()),
            "reports": [(r, progress(r)) for r in Report.objects.of(self.assessment)],
        }
        return super().get_context_data(**{**found, **kwargs})


class ReportMixin(PersonMixin):
    """A page about one report; another agency's is not found, like none at all."""

    kwargs: dict[str, Any]

    @cached_property
    def report(self) -> Report:
        require(self.by, Permission.READ_REPORT)
        return get_object_or_404(Report.objects.for_page(), pk=self.kwargs["pk"])


class DetailView(ReportMixin, TemplateView):
    """How far it is; it refreshes itself until the file is there."""

    template_name = "reports/report_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            report=self.report,
            assessment=self.report.assessment,
            progress=progress(self.report),
            file_name=file_name(self.report),
            may_retry=_may_retry(self.report) and can(self.by, Permission.RETRY_JOB),
            **kwargs,
        )


def _may_retry(report: Report) -> bool:
    return report.job.has_failed and not report.is_destroyed


class StatusView(ReportMixin, View):
    """The same as data, for the page's script: a `url` is where to go next."""

    def get(self, request: HttpRequest, pk: UUID) -> JsonResponse:
        shown = progress(self.report)
        answer = {"status": shown.status, "title": shown.title}
        if not shown.is_moving:
            answer["url"] = reverse("reports:detail", args=[pk])
        return JsonResponse(answer)


class RetryView(ReportMixin, View):
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        actions.try_again(self.report, by=self.by)
        return redirect("reports:detail", pk)


class DownloadView(ReportMixin, View):
    """The file itself. The action asks for the permission again and writes the event."""

    def get(self, request: HttpRequest, pk: UUID) -> FileResponse:
        return file_response(self.report, by=self.by)
