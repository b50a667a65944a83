"""Searching the agency's own texts, and the standards."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.generic import TemplateView

from agencies.permissions import Permission, require
from assessments.forms.search import SearchForm
from assessments.models import Assessment
from assessments.searching import find, show
from assessments.views.base import PersonMixin


class SearchView(PersonMixin, TemplateView):
    """?q=, and ?kind= and ?assessment= to narrow it."""

    template_name = "assessments/search.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require(self.by, Permission.READ_ASSESSMENT)
        asked = request.GET if "q" in request.GET else None
        form = SearchForm(asked, assessments=Assessment.objects.order_by("-created_at"))
        found = self.find(form) if form.is_valid() else {}
        context = self.get_context_data(form=form, **found)
        return self.render_to_response(context, status=422 if form.errors else 200)

    def find(self, form: SearchForm) -> dict[str, Any]:
        text, within = form.cleaned_data["q"], form.cleaned_data["assessment"]
        paginator = find(text, kind=form.cleaned_data["kind"], assessment=within)
        page = paginator.get_page(self.request.GET.get("page"))
        asked = {name: self.request.GET.get(name, "") for name in form.fields}
        return {
            "page_obj": page,
            "results": show(page, text, assessment=within),
            "query": urlencode({name: value for name, value in asked.items() if value}),
        }
