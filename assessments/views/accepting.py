"""What partners offer for one clause: reading, accepting, and going back to one's own answer."""

from __future__ import annotations

from itertools import starmap
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from agencies.permissions import Permission, require
from agencies.views import ActionFormView
from agencies.views.base import PostView
from assessments.actions import accepting as actions
from assessments.comparing import Compared
from assessments.forms.offering import AcceptForm
from assessments.models import Acceptance, Answer, OfferedAnswer
from assessments.models.offer import with_partners
from assessments.presenting import clause_url
from assessments.sharing import Accepted, Shared, of_answer
from assessments.views.answering import AnswerMixin
from assessments.views.base import KeepsText


class PartnersOfClause(AnswerMixin):
    """The answer with what partners offer for its clause."""

    is_shown = True

    def rows(self) -> Any:
        return with_partners(super().rows())

    @cached_property
    def shared(self) -> Shared:
        return of_answer(self.answer)

    def get_success_url(self) -> str:
        return clause_url(self.kwargs["pk"], self.kwargs["code"])


class OfferedView(KeepsText, PartnersOfClause, ActionFormView):
    form_class = AcceptForm
    template_name = "assessments/offered.html"

    def act(self, form: AcceptForm) -> Acceptance:
        require(self.by, Permission.ANSWER_CLAUSE)
        found = get_object_or_404(OfferedAnswer, pk=form.cleaned_data["offered"])
        return actions.accept(self.answer, offered=found, by=self.by)

    def get_success_message(self) -> str:
        return f"Accepted: this clause is answered by {self.record.host.name} too"

    def choices(self) -> list[tuple[OfferedAnswer, list[Compared]]]:
        """The newest versions that are not accepted, each with how it differs from the one that
        is."""
        accepted = self.shared.answered_by
        ids = [one.id for one in self.shared.offered]
        if accepted and accepted.newer:
            ids.append(accepted.newer.id)
        rows = OfferedAnswer.objects.filter(pk__in=ids).select_related("offer__agency")
        newer = accepted.newer.id if accepted and accepted.newer else None
        return [(row, compared(accepted, row) if row.pk == newer else []) for row in rows]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {
            "answer": self.answer,
            "clause": self.answer.clause,
            "shared": self.shared,
            "choices": self.choices(),
            "history": list(self.answer.acceptances.for_page()),
            "may_write": self.may_write,
            "back_url": self.get_success_url(),
        }
        return super().get_context_data(**{**found, **kwargs})


class StopView(KeepsText, PartnersOfClause, PostView):
    success_message = "This clause is answered by your own agency alone"

    def act(self) -> Acceptance:
        require(self.by, Permission.ANSWER_CLAUSE)
        return actions.stop(self.answer, by=self.by)


def compared(accepted: Accepted | None, row: Answer | OfferedAnswer) -> list[Compared]:
    """The texts that differ."""
    if accepted is None:
        return []
    texts = [(name, getattr(accepted, name), getattr(row, name)) for name in OfferedAnswer.TEXTS]
    return [pair for pair in starmap(Compared, texts) if pair.differs]
