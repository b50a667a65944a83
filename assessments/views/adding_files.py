"""Several files at once: one request for all of them, or, from the script, one for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import reverse

from assessments.actions.adding_files import Outcome, add_files
from assessments.forms.files import FilesForm
from assessments.models import Storage
from assessments.presenting import clause_url
from assessments.views.evidence import ForAnswer, WritingView

ONE_BY_ONE = "X-Upload"


class AddFilesView(ForAnswer, WritingView):
    """With ?answer=<id> each is attached there. What was refused comes back with what was typed."""

    form_class = FilesForm
    template_name = "assessments/evidence_add_files.html"
    outcomes: Sequence[Outcome] = ()

    @property
    def is_one_by_one(self) -> bool:
        return ONE_BY_ONE in self.request.headers

    def act(self, form: FilesForm) -> None:
        sent = form.cleaned_data
        self.outcomes = add_files(
            form.details,
            uploads=sent["files"],
            is_anonymised=sent["is_anonymised"],
            answer=self.answer,
            by=self.by,
        )
        for outcome in self.outcomes:
            if outcome.refusal:
                form.add_error("files", f"{outcome.name}: {outcome.refusal}")

    def get_success_message(self) -> str:
        if self.is_one_by_one or any(outcome.refusal for outcome in self.outcomes):
            return ""
        count = len(self.outcomes)
        return f"{count} piece{'' if count == 1 else 's'} of evidence added"

    def get_success_response(self) -> HttpResponse:
        if self.is_one_by_one:
            return self.told()
        if any(outcome.refusal for outcome in self.outcomes):
            return super().form_invalid(self.form)
        return super().get_success_response()

    def get_form(self, form_class: Any = None) -> FilesForm:
        self.form = super().get_form(form_class)
        return self.form

    def form_invalid(self, form: FilesForm) -> HttpResponse:
        """The script then sends the whole form, so that the page says what is wrong with it."""
        if self.is_one_by_one:
            return JsonResponse({"is_form": True}, status=422)
        return super().form_invalid(form)

    def told(self) -> HttpResponse:
        """Of one file: others that came with it are told by the page alone."""
        outcome = self.outcomes[0]
        if outcome.evidence is None:
            return JsonResponse({"message": outcome.refusal}, status=outcome.status_code)
        url = reverse("assessments:evidence_detail", args=[outcome.evidence.pk])
        return JsonResponse({"title": outcome.evidence.title, "url": url}, status=201)

    def get_success_url(self) -> str:
        if self.answer is None:
            return reverse("assessments:evidence_list")
        return f"{clause_url(self.answer.assessment_id, self.answer.clause.code)}#evidence"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {
            "usage": Storage.objects.usage(self.by.agency),
            "answer": self.answer,
            "assessment": self.answer and self.answer.assessment,
            "outcomes": self.outcomes,
            "added": [outcome.evidence for outcome in self.outcomes if outcome.evidence],
            "then_url": self.get_success_url(),
        }
        return super().get_context_data(**{**found, **kwargs})
