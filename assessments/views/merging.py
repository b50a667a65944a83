"""The page of a conflict, after which the same action saves."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from agencies.workflow import Stale
from assessments.actions.answers import Said, stale
from assessments.forms.merging import MergeForm, shown_again
from assessments.presenting import clause_url
from assessments.views.answering import ClauseView


class MergeView(ClauseView):
    form_class = MergeForm
    template_name = "assessments/clause_conflict.html"
    is_shown = True  # what they saved is compared and may be kept

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Somebody came by the address: there is nothing of theirs to compare."""
        found = self.answer
        return HttpResponseRedirect(clause_url(found.assessment_id, found.clause.code))

    def form_options(self) -> dict[str, Any]:
        return self.merge_options(self.answer)

    def form_invalid(self, form: MergeForm) -> HttpResponse:
        conflict = stale(self.answer, Said.stored_in(self.answer), by=self.by)
        if form.cleaned_data.get("version", conflict.current.version) != conflict.current.version:
            return self.show_conflict(conflict)
        told = self.told(conflict)
        return self.render_to_response(self.get_context_data(form=form, **told), status=422)

    def brought_together(self, conflict: Stale) -> dict[str, Any]:
        return shown_again(self.request.POST.dict(), conflict.current)
