"""What the pages of one assessment share."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic.base import ContextMixin

from agencies.models import Membership
from agencies.permissions import Permission, can, require
from agencies.views import ActionFormView
from agencies.views.base import is_for_another_agency, other_tab
from assessments.forms.lifecycle import ConfirmForm
from assessments.models import Assessment
from assessments.presenting import said_label
from assessments.workflow import why_locked

SAVED = re.compile(r"[0-9A-Za-z.]{1,10}")
"""The code of a clause that the page before has saved, as it stands in an address."""
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 the name of a field
POWERS = {
    "may_manage": Permission.MANAGE_ASSESSMENT,
    "may_answer": Permission.ANSWER_CLAUSE,
    "may_sign_off": Permission.SIGN_OFF,
    "may_reopen": Permission.REOPEN,
    "may_submit": Permission.SUBMIT,
    "may_withdraw": Permission.WITHDRAW,
    "may_request_report": Permission.REQUEST_REPORT,
    "may_redact": Permission.REDACT_REQUEST,
    "may_check_personal": Permission.CHECK_PERSONAL_DATA,
}


class PersonMixin(ContextMixin):
    """Whose page it is, and which buttons to show them."""

    request: HttpRequest

    @property
    def by(self) -> Membership:
        member: Membership = self.request.membership
        return member

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        powers = {name: can(self.by, permission) for name, permission in POWERS.items()}
        return super().get_context_data(**{**powers, **kwargs})


class AssessmentMixin(PersonMixin):
    """A page below one assessment; another agency's is not found, like none at all."""

    kwargs: dict[str, Any]

    @cached_property
    def assessment(self) -> Assessment:
        require(self.by, Permission.READ_ASSESSMENT)
        return get_object_or_404(Assessment.objects.for_page(), pk=self.kwargs["pk"])

    @property
    def overview_url(self) -> str:
        return reverse("assessments:overview", args=[self.kwargs["pk"]])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {
            "assessment": self.assessment,
            "locked_because": why_locked(self.assessment),
            "overview_url": self.overview_url,
            "look": "look" in self.request.GET,
            "saved": SAVED.fullmatch(self.request.GET.get("saved", "")),
        }
        return super().get_context_data(**{**found, **kwargs})


class KeepsText(ContextMixin):
    """A form below one assessment, with `govuk/acting_for.html` in it; put it first.

    By the time it is sent the person may act for another agency, in another tab, and there the
    assessment is not to be found. Then the answer is 409, nothing is stored, and what was sent is
    shown and can be sent again after switching back.
    """

    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if is_for_another_agency(request):
            return self.show_other_agency(other_tab(request.membership.agency))
        return super().dispatch(request, *args, **kwargs)

    def show_other_agency(self, reason: str) -> HttpResponse:
        fields = self.request.POST.lists()
        sent = [(name, value) for name, values in fields for value in values if name != TOKEN]
        unsaved = [(label, value) for name, value in sent if (label := said_label(name))]
        context = {"reason": reason, "sent": sent, "unsaved": unsaved}
        return render(self.request, "assessments/other_agency.html", context, status=409)


class StepView(AssessmentMixin, ActionFormView):
    """A page that asks before one action on the whole assessment, then returns to it."""

    form_class = ConfirmForm

    def get_success_url(self) -> str:
        return self.overview_url
