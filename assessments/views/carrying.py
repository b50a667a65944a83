"""What was carried over from an earlier assessment: a list, one answer of it, and the buttons."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from agencies.views import ActionFormView
from agencies.views.base import PostView
from agencies.workflow import Stale
from assessments.actions import carrying as actions
from assessments.actions.answers import Said
from assessments.carrying import Inheritance, inheritance, mapping_of, spoken_to
from assessments.comparing import Compared, Wording
from assessments.forms.carrying import TakeOverForm
from assessments.models import Answer
from assessments.presenting import TEXTS, clause_url, clause_urls, level_text
from assessments.standing import rules_in_force
from assessments.views.answering import AnswerMixin
from assessments.views.base import AssessmentMixin, KeepsText


class ConfirmView(AnswerMixin, PostView):
    """The button beside what was carried over: it is still true."""

    def get_success_message(self) -> str:
        if self.record.confirmed_by_id == self.by.pk:
            return "Confirmed. It is recorded that you checked it"
        return "Somebody else had checked or rewritten this before you. Nothing was changed"

    def act(self) -> Answer:
        seen = self.request.POST.get("seen", "")
        try:
            return actions.confirm(self.answer, seen=seen, by=self.by)
        except Stale as stale:
            raise ValidationError(str(stale)) from stale

    def get_success_url(self) -> str:
        return clause_url(self.kwargs["pk"], self.kwargs["code"])


class EarlierView(KeepsText, AnswerMixin, ActionFormView):
    """What the earlier assessment says to a clause, and a button that takes it over."""

    form_class = TakeOverForm
    is_shown = True  # after a refusal the page is shown as well
    template_name = "assessments/clause_earlier.html"
    success_message = "Taken over. Check that it is still true"

    @cached_property
    def inherited(self) -> Inheritance | None:
        return inheritance(self.answer)

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.answer.version}

    def act(self, form: TakeOverForm) -> Answer:
        version = form.cleaned_data["version"]
        return actions.take_over(self.answer, version=version, by=self.by)

    def form_valid(self, form: TakeOverForm) -> HttpResponse:
        try:
            return super().form_valid(form)
        except Stale as conflict:
            form.add_error(None, str(conflict))
            return self.render_to_response(self.get_context_data(form=form), status=412)

    def get_success_url(self) -> str:
        return clause_url(self.kwargs["pk"], self.kwargs["code"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found, now = self.inherited, Said.stored_in(self.answer)
        context = {
            "answer": self.answer,
            "clause": self.answer.clause,
            "back_url": self.get_success_url(),
            "found": found,
            "may_take": bool(found and found.may_be_taken) and self.may_write,
        }
        if found and found.answer and found.pair.before:
            then, before = Said.stored_in(found.answer), found.pair.before
            fields = [Compared(name, getattr(then, name), getattr(now, name)) for _, name in TEXTS]
            context |= {
                "level": level_text(then, rules_in_force(found.answer.assessment)),
                "texts": [field for field in fields if field.before],
                "earlier_url": clause_url(found.answer.assessment_id, before.code),
                "wording": Wording("clause", before.text, self.answer.clause.text),
            }
        return super().get_context_data(**{**context, **kwargs})


class CarriedView(AssessmentMixin, TemplateView):
    """What came over, what waits to be checked, and what became of the clauses."""

    template_name = "assessments/assessment_carried.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found, earlier = mapping_of(self.assessment), self.assessment.continues
        if found is None or earlier is None:
            return super().get_context_data(**kwargs)
        url, old_url = clause_urls(self.assessment.pk), clause_urls(earlier.pk)
        answers = {answer.clause_id: answer for answer in self.assessment.answers.for_tasks()}
        says = spoken_to(earlier)
        reworded = [pair for pair in found.pairs if pair.is_reworded]
        context = {
            "earlier": earlier,
            "to_check": [
                (answer.clause.code, url(answer.clause.code))
                for answer in answers.values()
                if answer.is_to_check
            ],
            "reworded": [
                (pair.after, pair.before.pk in says, answers[pair.after.pk]) for pair in reworded
            ],
            "renumbered": [
                (pair, url(pair.after.code)) for pair in found.pairs if pair.is_renumbered
            ],
            "new": [(p.after, url(p.after.code)) for p in found.pairs if p.before is None],
            "gone": [(clause, old_url(clause.code)) for clause in found.gone],
        }
        return super().get_context_data(**{**context, **kwargs})
