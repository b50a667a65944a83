"""What was carried over from an earlier assessment: a list, one answer of it, and the buttons."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from agencies.views.base import PostView
from agencies.workflow import Stale
from assessments.actions import carrying as actions
from assessments.models import Answer
from assessments.presenting import clause_url
from assessments.views.answering import AnswerMixin


class ConfirmView(AnswerMixin, PostView):
    """The button beside what was carried over: it is still true."""

    success_message = "Confirmed. It is recorded that you checked it"

    def act(self) -> Answer:
        seen = self.request.POST.get("seen", "")
        try:
            return actions.confirm(self.answer, seen=seen, by=self.by)
        except Stale as stale:
            raise ValidationError(str(stale)) from stale

    def get_success_url(self) -> str:
        return clause_url(self.kwargs["pk"], self.kwargs["code"])
