"""Where to look in the evidence of a clause."""

from __future__ import annotations

from re import fullmatch
from typing import Any
from urllib.parse import urlencode

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.urls.converters import UUIDConverter
from django.utils.functional import cached_property

from agencies.permissions import Permission, require
from agencies.views import ActionFormView
from assessments.actions.placing import Where, place_evidence, where_of
from assessments.forms.evidence import WhereForm
from assessments.models import EvidenceLink
from assessments.presenting import clause_url
from assessments.views.base import PersonMixin


class PlaceView(PersonMixin, ActionFormView):
    """One link; after attaching several, ?then= names the others, and they come one by one.

    ?new= says that they were attached a moment ago.
    """

    form_class = WhereForm
    template_name = "assessments/evidence_place.html"
    success_message = "Saved where to look"

    def dispatch(self, *args: Any, **kwargs: Any) -> Any:
        require(self.by, Permission.MANAGE_EVIDENCE)
        return super().dispatch(*args, **kwargs)

    @cached_property
    def link(self) -> EvidenceLink:
        rows = EvidenceLink.objects.select_related(
            "answer__clause", "version__evidence", "answer__assessment"
        )
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_initial(self) -> dict[str, Any]:
        return {"place": self.link.place, "shows": self.link.shows}

    def act(self, form: WhereForm) -> EvidenceLink:
        return place_evidence(self.link, where=form.where, seen=self.seen, by=self.by)

    @property
    def seen(self) -> Where:
        """What stood there when the page was read, as the page sends it back."""
        sent = (self.request.POST.get(f"seen_{name}", "") for name in ("place", "shows"))
        return Where(*(text.replace("\r\n", "\n") for text in sent))

    def get_success_url(self) -> str:
        answer = self.link.answer
        here = f"{clause_url(answer.assessment_id, answer.clause.code)}#evidence"
        given = self.request.GET.getlist("then")
        return place_url([pk for pk in given if fullmatch(UUIDConverter.regex, pk)]) or here

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {"link": self.link, "next_url": self.get_success_url()}
        found["assessment"] = self.link.answer.assessment
        found["is_new"] = self.request.method == "GET" and "new" in self.request.GET
        found["now"] = now = where_of(self.link)
        found["has_changed"] = self.request.method == "POST" and now not in (self.seen, Where())
        return super().get_context_data(**{**found, **kwargs})


def place_url(links: list[str], *, is_new: bool = False) -> str:
    """The page for the first of these links (ids), leading to the others; "" without any."""
    if not links:
        return ""
    asked = {"then": links[1:]} | ({"new": "yes"} if is_new else {})
    query = urlencode(asked, doseq=True)
    return f"{reverse('assessments:evidence_place', args=[links[0]])}{'?' if query else ''}{query}"
