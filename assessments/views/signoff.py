"""Check your answers, sign, reopen, submit, withdraw; and a round as it was submitted."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView

from agencies.reauthentication import Reauthenticated
from agencies.workflow import NotAllowed
from assessments import guarding, snapshot
from assessments.actions import signoff, submission
from assessments.checks import what_guard_stops, what_stops_sign_off
from assessments.forms.lifecycle import SignOffForm
from assessments.models import Answer, Assessment, Submission, SubmittedEvidence
from assessments.models.guard import with_declaration
from assessments.presenting import blocker_rows, clause_rows
from assessments.presenting.guard import PROOF, suspect_rows
from assessments.views.base import AssessmentMixin, StepView
from assessments.views.overview import StandingMixin
from standards.scoring import Rules, assess


class ChecksMixin(StandingMixin):
    """What must be put right before signing."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        guarded = guarding.of_assessment(self.assessment)
        stops = what_stops_sign_off(self.answers, kind=self.by.agency.kind)
        stops += what_guard_stops(guarded)
        found = {
            "hindrances": blocker_rows(stops, self.kwargs["pk"]),
            "suspects": suspect_rows(guarded.suspects),
            "undeclared": guarded.undeclared,
            "proof": PROOF,
        }
        return super().get_context_data(**{**found, **kwargs})


class CheckView(ChecksMixin, TemplateView):
    template_name = "assessments/assessment_check.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {
            "rows": clause_rows(self.answers, self.states, self.rules),
            "result": assess(self.states, self.rules),
        }
        return super().get_context_data(**{**found, **kwargs})


class TransitionView(StepView):
    """A step of the workflow. Whoever comes second reads who was first."""

    step = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            signoff.check_step(self.assessment, self.step, by=self.by)
        except NotAllowed as refusal:
            return self.refuse(refusal)
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except NotAllowed as refusal:
            return self.refuse(refusal)

    def refuse(self, refusal: NotAllowed) -> HttpResponse:
        self.template_name = "assessments/step_refused.html"
        context = self.get_context_data(reason=str(refusal))
        return self.render_to_response(context, status=409)


class SignOffView(Reauthenticated, ChecksMixin, TransitionView):
    form_class = SignOffForm
    step = "sign_off"
    template_name = "assessments/assessment_sign_off.html"
    success_message = "Self-assessment signed off"

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.by.display_name}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"declaration": signoff.DECLARATION, **kwargs})

    def act(self, form: SignOffForm) -> Assessment:
        return signoff.sign_off(self.assessment, **form.cleaned_data, by=self.by)


class ReopenView(TransitionView):
    step = "reopen"
    template_name = "assessments/assessment_reopen.html"
    success_message = "Self-assessment reopened. The sign-off no longer counts."

    def act(self, form: Any) -> Assessment:
        return signoff.reopen(self.assessment, by=self.by)


class SubmitView(TransitionView):
    step = "submit"
    template_name = "assessments/assessment_submit.html"
    success_message = "Self-assessment submitted"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sign_off = self.assessment.sign_offs.filter(voided_at=None).first()
        return super().get_context_data(**{"sign_off": sign_off, **kwargs})

    def act(self, form: Any) -> Submission:
        return submission.submit(self.assessment, by=self.by)

    def get_success_url(self) -> str:
        return reverse("assessments:submission", args=[self.kwargs["pk"], self.record.round])


class WithdrawView(TransitionView):
    step = "withdraw"
    template_name = "assessments/assessment_withdraw.html"
    success_message = "Submission withdrawn. You can change the self-assessment again."

    def act(self, form: Any) -> Submission:
        return submission.withdraw(self.assessment, by=self.by)


class SubmissionView(AssessmentMixin, TemplateView):
    """A round as it was frozen, checked against its hash each time it is shown."""

    template_name = "assessments/submission_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rounds = Submission.objects.select_related(
            "assessment__edition", "sign_off", "guidance", "rules", "by"
        ).prefetch_related("redactions")
        found = get_object_or_404(rounds, assessment=self.assessment, round=self.kwargs["round"])
        context = super().get_context_data(**kwargs)
        return context | {
            "submission": found,
            "answers": _answers(found, may_redact=context["may_redact"]),
            "redactions": list(found.redactions.all()),
            "is_unchanged": snapshot.is_unchanged(found),
        }


def _answers(submission: Submission, *, may_redact: bool) -> list[dict[str, Any]]:
    """Frozen answers with their level in words and their evidence; redact: see the template."""
    working = Answer.objects.filter(assessment=submission.assessment_id)
    origins = dict(working.values_list("clause_id", "pk")) if may_redact else {}
    rules = Rules.from_document(submission.rules.document)
    evidence: dict[Any, list[SubmittedEvidence]] = {}
    rows = SubmittedEvidence.objects.filter(answer__submission=submission)
    for row in with_declaration(rows.select_related("version"), at=submission.at):
        evidence.setdefault(row.answer_id, []).append(row)
    return [
        {
            "answer": answer,
            "clause": answer.clause,
            "level": "" if answer.level is None else rules.title_of(answer.level),
            "evidence": evidence.get(answer.pk, []),
            "redact": origins.get(answer.clause_id),
        }
        for answer in submission.answers.select_related("clause__standard")
    ]
