"""Work in a spreadsheet: the workbook, what it says when it comes back, and importing that."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views import View
from django.views.generic import TemplateView

from agencies.permissions import Permission, can
from agencies.views import ActionFormView
from assessments.actions.sheets import Imported, export_sheet, import_sheet, preview_sheet
from assessments.forms.sheets import ImportForm, SheetForm
from assessments.guarding import of_saved
from assessments.serving import sheet_response
from assessments.sheets.previewing import Preview, reopened
from assessments.views.base import AssessmentMixin, KeepsText
from assessments.workflow import why_locked

LOOK = "Something in it looks like personal data: “Check your answers” lists it"


class SheetView(KeepsText, AssessmentMixin, ActionFormView):
    """How it goes, the workbook, and the way back. A workbook that is sent is shown row by row."""

    form_class = SheetForm
    template_name = "assessments/sheet.html"

    def act(self, form: SheetForm) -> Preview:
        return preview_sheet(self.assessment, upload=form.cleaned_data["upload"], by=self.by)

    def get_success_response(self) -> HttpResponse:
        preview: Preview = self.record
        form = ImportForm(lines=preview.lines, initial={"token": preview.token})
        self.template_name = "assessments/sheet_preview.html"
        return self.render_to_response(self.get_context_data(form=form, preview=preview))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_import = can(self.by, Permission.ANSWER_CLAUSE) and not why_locked(self.assessment)
        return super().get_context_data(**{"may_import": may_import, **kwargs})


class SheetFileView(AssessmentMixin, View):
    """The workbook itself. The action writes the event."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return sheet_response(self.assessment, export_sheet(self.assessment, by=self.by))


class SheetImportView(KeepsText, AssessmentMixin, TemplateView):
    """Stores what was chosen. What somebody saved over since the preview is shown once more."""

    template_name = "assessments/sheet_preview.html"

    @property
    def sheet_url(self) -> str:
        return reverse("assessments:sheet", args=[self.assessment.pk])

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Somebody came by the address: there is nothing to confirm."""
        return HttpResponseRedirect(self.sheet_url)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            preview = reopened(request.POST.get("token", ""), self.assessment, by=self.by)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return HttpResponseRedirect(self.sheet_url)
        form = ImportForm(request.POST, lines=preview.lines)
        if not form.is_valid():
            return self.show(form, preview, status=422)
        try:
            imported = import_sheet(self.assessment, lines=form.chosen, by=self.by)
        except ValidationError as error:
            for code, reasons in error.message_dict.items():
                form.add_error(None, [f"Clause {code}: {reason}" for reason in reasons])
            return self.show(form, preview, status=422)
        return self.conclude(imported)

    def conclude(self, imported: Imported) -> HttpResponse:
        told = _told(imported)
        if left := imported.left:
            form = ImportForm(lines=left.lines, initial={"token": left.token})
            return self.show(form, left, status=412, saved_text=told)
        messages.success(self.request, told)
        return HttpResponseRedirect(self.overview_url)

    def show(
        self, form: ImportForm, preview: Preview, *, status: int, saved_text: str = ""
    ) -> HttpResponse:
        context = self.get_context_data(form=form, preview=preview, saved_text=saved_text)
        return self.render_to_response(context, status=status)


def _told(imported: Imported) -> str:
    count = len(imported.saved)
    if not count:
        return "Nothing was imported" if not imported.same else "It was all saved that way already"
    told = "1 clause imported" if count == 1 else f"{count} clauses imported"
    looks = any(of_saved(answer).open_ones for answer in imported.saved)
    return f"{told}. {LOOK}" if looks else told
