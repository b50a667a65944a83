"""Everything of an agency: asking for it, watching it being made, fetching it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.views import View
from django.views.generic import TemplateView

from agencies.permissions import Permission
from agencies.reauthentication import Reauthenticated
from agencies.views import ActionFormView, CarriesAgency
from protection.actions import exports as actions
from protection.forms import ConfirmForm
from protection.models import Export
from protection.presenting import file_name, is_moving, progress
from protection.views.redactions import ProtectionMixin


class ExportMixin(ProtectionMixin):
    needs = Permission.EXPORT_AGENCY

    @cached_property
    def export(self) -> Export:
        return get_object_or_404(Export.objects.for_page(), pk=self.kwargs["pk"])


class ListView(ExportMixin, Reauthenticated, CarriesAgency, ActionFormView):
    """What was asked for so far, and the button for a new one."""

    form_class = ConfirmForm
    template_name = "protection/export_list.html"

    def act(self, form: ConfirmForm) -> Export:
        return actions.request_export(by=self.by)

    def get_success_url(self) -> str:
        return reverse("protection:export", args=[self.record.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        exports = [(export, progress(export)) for export in Export.objects.for_page()]
        return super().get_context_data(**{"exports": exports, **kwargs})


class DetailView(ExportMixin, TemplateView):
    """How far it is; it refreshes itself until the file is there."""

    template_name = "protection/export_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        export = self.export
        return super().get_context_data(
            export=export, mark=progress(export), is_moving=is_moving(export), **kwargs
        )


class StatusView(ExportMixin, View):
    """The same as data, for the page's script: a `url` is where to go next."""

    def get(self, request: HttpRequest, pk: UUID) -> JsonResponse:
        answer = {"status": self.export.job.status, "title": progress(self.export).text}
        if not is_moving(self.export):
            answer["url"] = reverse("protection:export", args=[pk])
        return JsonResponse(answer)


class RetryView(ExportMixin, View):
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        actions.try_again(self.export, by=self.by)
        return redirect("protection:export", pk)


class DownloadView(ExportMixin, Reauthenticated, View):
    """The file itself: all of the agency in one, so the person is asked for the password again."""

    def get_reauthentication_next(self) -> str:
        return reverse("protection:export", args=[self.kwargs["pk"]])

    def get(self, request: HttpRequest, pk: UUID) -> FileResponse:
        path = actions.download(self.export, by=self.by)
        response = FileResponse(
            path.open("rb"),
            as_attachment=True,
            filename=file_name(self.export),
            content_type="application/zip",
        )
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "private, no-store"
        return response
