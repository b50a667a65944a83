"""Work in a spreadsheet: the workbook of a self-assessment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views import View
from django.views.generic import TemplateView

from assessments.actions.sheets import export_sheet
from assessments.serving import sheet_response
from assessments.views.base import AssessmentMixin


class SheetView(AssessmentMixin, TemplateView):
    """How it goes, and the workbook."""

    template_name = "assessments/sheet.html"


class SheetFileView(AssessmentMixin, View):
    """The workbook itself. The action writes the event."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        made: Any = export_sheet(self.assessment, by=self.by)
        return sheet_response(self.assessment, made)
