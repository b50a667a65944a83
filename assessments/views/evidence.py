"""The agency's evidence: list, detail, adding, describing, replacing, deleting, downloading."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.views import View
from django.views.generic import DetailView, ListView

from agencies.permissions import Permission, can, require
from agencies.views import ActionFormView, CarriesAgency
from agencies.views.base import Pages
from agencies.workflow import Stale
from assessments.actions import describing
from assessments.actions import evidence as actions
from assessments.forms.evidence import AddForm, AddToClauseForm, DetailsForm, FindForm, SourceForm
from assessments.forms.lifecycle import ConfirmForm
from assessments.models import (
    Answer,
    Assessment,
    Evidence,
    EvidenceLink,
    EvidenceVersion,
    Status,
    Storage,
    SubmittedEvidence,
    Usage,
)
from assessments.models.guard import with_guard
from assessments.presenting import clause_url
from assessments.presenting.evidence import evidence_row
from assessments.presenting.guard import PROOF, details_row, file_rows
from assessments.retention import keeping_of, with_keeping
from assessments.serving import file_response, shown_response
from assessments.views.base import PersonMixin

PER_PAGE = 25
AGAIN = "Compare, put it right below, and save again."


class EvidenceMixin(PersonMixin):
    """Pages of the agency's evidence. `needs`: without it there is nothing to show (403)."""

    kwargs: dict[str, Any]
    needs = Permission.READ_ASSESSMENT

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        require(self.by, self.needs)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def evidence(self) -> Evidence:
        return get_object_or_404(Evidence.objects.for_list(), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        powers = {"may_manage_evidence": can(self.by, Permission.MANAGE_EVIDENCE)}
        return super().get_context_data(**{**powers, **kwargs})

    def get_success_url(self) -> str:
        return reverse("assessments:evidence_detail", args=[self.kwargs["pk"]])


class EvidenceListView(EvidenceMixin, Pages, ListView):
    """All of it, by title; ?kind= and ?search= narrow it."""

    template_name = "assessments/evidence_list.html"
    context_object_name = "evidence_list"
    paginate_by = PER_PAGE

    @cached_property
    def find_form(self) -> FindForm:
        return FindForm(self.request.GET, evidence=Evidence.objects.kept())

    def get_queryset(self) -> Any:
        return Evidence.objects.kept().for_list(**self.find_form.chosen()).with_usage()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chosen = {name: value for name, value in self.find_form.chosen().items() if value}
        found = {"find_form": self.find_form, "chosen": chosen, "query": urlencode(chosen)}
        context = super().get_context_data(**{**found, **kwargs})
        first = next(iter(context["evidence_list"]), None)
        usage = first and Usage(first.used_bytes or 0, self.by.agency.quota_bytes)
        rows = [evidence_row(piece) for piece in context["evidence_list"]]
        return {**context, "rows": rows, "usage": usage}


class EvidenceDetailView(EvidenceMixin, DetailView):
    template_name = "assessments/evidence_detail.html"
    context_object_name = "evidence"

    def get_object(self, queryset: Any = None) -> Evidence:
        return self.evidence

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        uses = SubmittedEvidence.objects.uses_of(self.evidence)
        links = list(EvidenceLink.objects.for_evidence(self.evidence))
        drafts = Assessment.objects.current().filter(status=Status.DRAFT)
        versions = list(with_guard(self.evidence.versions.select_related("by")))
        found = {
            "keeping": keeping_of(with_keeping(Evidence.objects.filter(pk=self.evidence.pk)).get()),
            "holds": self.evidence.holds.in_force().select_related("placed_by"),
            "may_hold": can(self.by, Permission.DISPOSE_REQUEST),
            "files": file_rows(versions),
            "details": details_row(self.evidence, versions),
            "proof": PROOF,
            "uses": uses,
            "use_count": sum(use.withdrawn_at is None for use in uses),
            "links": links,
            "link_count": sum(not link.answer.assessment.is_practice for link in links),
            "drafts": list(drafts),
        }
        return super().get_context_data(**{**found, **kwargs})


class WritingView(EvidenceMixin, ActionFormView):
    """A form that only those see who may send it."""

    needs = Permission.MANAGE_EVIDENCE


class SourceFormView(WritingView):
    """A form with a file in it: where it comes back, the file must be chosen again."""

    def form_invalid(self, form: SourceForm) -> Any:
        form.ask_again()
        return super().form_invalid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        usage = Storage.objects.usage(self.by.agency)
        return super().get_context_data(**{"usage": usage, **kwargs})


class ForAnswer(CarriesAgency):
    """Evidence is added, and with ?answer=<id> attached there."""

    def get_initial(self) -> dict[str, Any]:
        return {"owner": self.by.pk}

    @cached_property
    def answer(self) -> Answer | None:
        given = self.request.GET.get("answer")
        return get_answer(given) if given else None


class AddView(ForAnswer, SourceFormView):
    """New evidence; with ?answer=<id> it is attached there, and the clause comes next."""

    template_name = "assessments/evidence_add.html"
    success_message = "Evidence added"

    def get_form_class(self) -> type[AddForm]:
        return AddToClauseForm if self.answer else AddForm

    def act(self, form: AddForm) -> Evidence:
        where = form.where if isinstance(form, AddToClauseForm) else None
        return actions.add_evidence(
            form.details, source=form.content, answer=self.answer, where=where, by=self.by
        )

    def get_success_url(self) -> str:
        if self.answer is None:
            return reverse("assessments:evidence_detail", args=[self.record.pk])
        return f"{clause_url(self.answer.assessment_id, self.answer.clause.code)}#evidence"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {"answer": self.answer, "assessment": self.answer and self.answer.assessment}
        return super().get_context_data(**{**found, **kwargs})


class EditView(WritingView):
    """Described anew. Where somebody else did so meanwhile, both are shown and nothing is lost."""

    form_class = DetailsForm
    template_name = "assessments/evidence_edit.html"
    success_message = "Changes saved"

    def get_initial(self) -> dict[str, Any]:
        said = {name: getattr(self.evidence, name) for name in DetailsForm.base_fields}
        return {**said, "owner": self.evidence.owner_id, "tags": ", ".join(self.evidence.tags)}

    def act(self, form: DetailsForm) -> Evidence:
        sent = self.request.POST.get("wording", "")
        wording = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0
        return describing.edit_evidence(
            self.evidence, details=form.details, wording=wording, by=self.by
        )

    def form_valid(self, form: DetailsForm) -> HttpResponse:
        try:
            return super().form_valid(form)
        except Stale as conflict:
            form.add_error(None, f"{conflict} {AGAIN}")
            context = self.get_context_data(form=form, stored=conflict.current)
            return self.render_to_response(context, status=412)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**{"evidence": self.evidence, **kwargs})
        seen = context.get("stored") or self.evidence
        is_sent = self.request.method == "POST" and "stored" not in context
        wording = self.request.POST.get("wording", "") if is_sent else seen.wording
        return {**context, "wording": wording}


class NewVersionView(SourceFormView):
    form_class = SourceForm
    template_name = "assessments/evidence_version.html"
    success_message = "New version added. Older versions stay readable"

    def act(self, form: SourceForm) -> EvidenceVersion:
        return actions.add_version(self.evidence, source=form.content, by=self.by)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"evidence": self.evidence, **kwargs})


class DeleteView(WritingView):
    form_class = ConfirmForm
    template_name = "assessments/evidence_delete.html"
    success_message = "Evidence deleted"
    success_url = reverse_lazy("assessments:evidence_list")

    def act(self, form: ConfirmForm) -> Evidence:
        return actions.delete_evidence(self.evidence, by=self.by)

    def get_success_url(self) -> str:
        return reverse("assessments:evidence_list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"evidence": self.evidence, **kwargs})


class DownloadView(PersonMixin, View):
    """One version's file. The action asks for the permission again and writes the event."""

    def get(self, request: HttpRequest, pk: UUID) -> FileResponse:
        version = get_object_or_404(EvidenceVersion, pk=pk)
        return file_response(version, actions.download(version, by=self.by))


class ShowView(PersonMixin, View):
    """A PDF or a picture in the browser. As DownloadView, with an event of its own."""

    def get(self, request: HttpRequest, pk: UUID) -> FileResponse:
        version = get_object_or_404(EvidenceVersion, pk=pk)
        return shown_response(version, actions.view(version, by=self.by))


def get_answer(given: str | UUID) -> Answer:
    """The agency's answer with this id; anything else is not found."""
    try:
        pk = UUID(str(given))
    except ValueError as error:
        raise Http404 from error
    return get_object_or_404(Answer.objects.select_related("assessment", "clause__standard"), pk=pk)
