"""Which evidence supports which clause: from the clause, and from the evidence."""

from __future__ import annotations

from itertools import groupby
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.views import View

from assessments.actions import attaching as actions
from assessments.forms.evidence import AttachForm, ClausesForm, FindForm
from assessments.models import Answer, Assessment, Evidence, EvidenceLink
from assessments.presenting import clause_url
from assessments.views.base import PersonMixin
from assessments.views.evidence import PER_PAGE, WritingView, get_answer
from assessments.views.placing import place_url
from standards.models import Standard


class ClausesView(WritingView):
    """Ticks for every clause of one assessment."""

    form_class = ClausesForm
    template_name = "assessments/evidence_clauses.html"
    success_message = "Clauses saved"

    @cached_property
    def assessment(self) -> Assessment:
        return get_object_or_404(Assessment, pk=self.kwargs["assessment"])

    @cached_property
    def answers(self) -> list[Answer]:
        return list(self.assessment.answers.select_related("clause__standard"))

    def groups(self, form: ClausesForm) -> list[tuple[Standard, list[dict[str, Any]]]]:
        """The ticks of each standard, in order."""
        options = [option.data for option in form["clauses"].subwidgets]
        pairs = zip(self.answers, options, strict=True)
        return [
            (standard, [option for _answer, option in found])
            for standard, found in groupby(pairs, key=lambda pair: pair[0].clause.standard)
        ]

    def get_initial(self) -> dict[str, Any]:
        attached = EvidenceLink.objects.filter(
            version__evidence=self.evidence, answer__assessment=self.assessment
        )
        ticked = [str(pk) for pk in attached.values_list("answer_id", flat=True)]
        return {"shown": " ".join(ticked), "clauses": ticked}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "answers": self.answers}

    def act(self, form: ClausesForm) -> Evidence:
        attach, detach = form.changes()
        return actions.change_clauses(
            self.evidence, assessment=self.assessment, attach=attach, detach=detach, by=self.by
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {"evidence": self.evidence, "assessment": self.assessment}
        context = super().get_context_data(**{**found, **kwargs})
        return {**context, "groups": self.groups(context["form"])}


class AttachView(WritingView):
    """What the agency has already and this clause has not, to choose from."""

    form_class = AttachForm
    template_name = "assessments/evidence_attach.html"

    @cached_property
    def answer(self) -> Answer:
        return get_answer(self.kwargs["answer"])

    @cached_property
    def find_form(self) -> FindForm:
        return FindForm(self.request.GET, evidence=Evidence.objects.kept())

    @cached_property
    def page(self) -> Page:
        attached = EvidenceLink.objects.filter(answer=self.answer)
        free = (
            Evidence.objects.kept()
            .for_list(**self.find_form.chosen())
            .exclude(pk__in=attached.values("version__evidence"))
        )
        return Paginator(free, PER_PAGE).get_page(self.request.GET.get("page"))

    def act(self, form: AttachForm) -> list[EvidenceLink]:
        chosen = form.cleaned_data["evidence"]
        return actions.attach_evidence(self.answer, evidence=chosen, by=self.by)

    def get_success_url(self) -> str:
        """Where to look in each is asked next; that page says that they are attached."""
        return place_url([str(link.pk) for link in self.record], is_new=True)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {"answer": self.answer, "find_form": self.find_form, "page_obj": self.page}
        found["assessment"] = self.answer.assessment
        context = super().get_context_data(**{**found, **kwargs})
        self.offer(context["form"])
        return context

    def offer(self, form: AttachForm) -> None:
        """What stands on this page of the list: only where it is shown, not where it is sent."""
        field = form.fields["evidence"]
        field.choices = [(piece.pk, piece.title) for piece in self.page]
        field.widget.hints = {
            str(piece.pk): f"{piece.get_kind_display()}. {piece.latest}" for piece in self.page
        }


class DetachView(PersonMixin, View):
    """A button below the evidence of a clause, and on the evidence's own page."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        rows = EvidenceLink.objects.select_related("answer__clause", "version__evidence")
        link = get_object_or_404(rows, pk=pk)
        actions.detach_evidence(link, by=self.by)
        messages.success(request, "Evidence detached")
        if request.POST.get("then") == "evidence":
            return redirect("assessments:evidence_detail", link.version.evidence_id)
        return redirect(
            f"{clause_url(link.answer.assessment_id, link.answer.clause.code)}#evidence"
        )
