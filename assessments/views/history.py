"""The history of an answer: its versions, and two of them side by side."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.generic import TemplateView

from assessments.forms.history import CompareForm
from assessments.history import compare
from assessments.presenting import clause_url, level_text
from assessments.views.answering import AnswerMixin

PER_PAGE = 20


class OfAnswer(AnswerMixin, TemplateView):
    is_shown = True  # also where another method is asked for: there is nothing to write

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {
            "answer": self.answer,
            "clause": self.answer.clause,
            "clause_url": clause_url(self.kwargs["pk"], self.kwargs["code"]),
        }
        return super().get_context_data(**{**found, **kwargs})


class HistoryView(OfAnswer):
    """Newest first."""

    template_name = "assessments/clause_history.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = self.answer.revisions.for_list()
        page = Paginator(rows, PER_PAGE).get_page(self.request.GET.get("page"))
        marks = [(row, level_text(row, self.rules)) for row in page]
        return super().get_context_data(page=page, rows=marks, **kwargs)


class CompareView(OfAnswer):
    """Two versions. What cannot be compared is said, and other numbers can be entered."""

    template_name = "assessments/clause_compare.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = CompareForm(request.GET or None)
        comparison = None
        if form.is_valid():
            try:
                comparison = compare(self.answer, self.rules, **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
        context = self.get_context_data(form=form, comparison=comparison)
        return self.render_to_response(context, status=422 if form.errors else 200)
