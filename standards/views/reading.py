"""Reading the standards."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.views.generic import DetailView, ListView

from standards.models import Edition


class EditionList(ListView):
    queryset = Edition.objects.counted()


class EditionDetail(DetailView):
    """The text, with the prompts closed unless asked for (`?prompts=open`, also for print)."""

    queryset = Edition.objects.with_text()
    slug_field = slug_url_kwarg = "code"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        are_open = self.request.GET.get("prompts") == "open"
        return super().get_context_data(are_prompts_open=are_open, **kwargs)


class Glossary(DetailView):
    """The terms of one edition, or of the newest that is in use."""

    queryset = Edition.objects.with_glossary()
    slug_field = slug_url_kwarg = "code"
    template_name = "standards/glossary.html"

    def get_object(self, queryset: QuerySet[Edition] | None = None) -> Edition:
        if "code" in self.kwargs:
            named: Edition = super().get_object(queryset)
            return named
        newest = Edition.objects.in_use().with_glossary().order_by("-code").first()
        if newest is None:
            raise Http404("No edition is in use.")
        return newest
