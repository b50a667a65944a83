"""Evidence whose time is over: what waits, proposing, deciding, and the certificate."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import ListView, TemplateView

from agencies.permissions import Permission
from agencies.reauthentication import Reauthenticated
from agencies.views import ActionFormView
from agencies.views.base import Pages
from assessments.models import Evidence
from protection.actions import disposing as actions
from protection.forms import ConfirmDisposalForm, ConfirmForm, ProposeForm
from protection.models import Disposal
from protection.presenting import mark_of_disposal, may_decide_disposal
from protection.views.redactions import ProtectionMixin

PER_PAGE = 25


class DisposalMixin(ProtectionMixin):
    needs = Permission.DISPOSE_REQUEST


class DueView(DisposalMixin, ActionFormView):
    """Evidence whose time is over, the longest first; those that are ticked are proposed."""

    form_class = ProposeForm
    template_name = "protection/disposal_due.html"
    success_message = "Disposal proposed. Another person has to confirm it"

    @cached_property
    def due(self) -> list[Evidence]:
        return list(actions.to_propose()[: PER_PAGE + 1])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"due": self.due[:PER_PAGE]}

    def act(self, form: ProposeForm) -> Disposal:
        return actions.propose(form.cleaned_data["evidence"], by=self.by)

    def get_success_url(self) -> str:
        return reverse("protection:disposal", args=[self.record.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {"has_due": bool(self.due), "has_more": len(self.due) > PER_PAGE}
        return super().get_context_data(**{**found, "per_page": PER_PAGE, **kwargs})


class DisposalListView(DisposalMixin, Pages, ListView):
    """What was proposed, the latest first."""

    template_name = "protection/disposal_list.html"
    paginate_by = PER_PAGE

    def get_queryset(self) -> Any:
        return Disposal.objects.for_page()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["rows"] = [(one, mark_of_disposal(one)) for one in context["object_list"]]
        return context


class OneDisposalMixin(DisposalMixin):
    """A page about one disposal; another agency's is not found, like none at all."""

    @cached_property
    def disposal(self) -> Disposal:
        return get_object_or_404(Disposal.objects.for_page(), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {
            "disposal": self.disposal,
            "mark": mark_of_disposal(self.disposal),
            "items": self.disposal.items.select_related("evidence"),
        }
        return super().get_context_data(**{**found, **kwargs})

    def get_success_url(self) -> str:
        return reverse("protection:disposal", args=[self.kwargs["pk"]])


class DisposalView(OneDisposalMixin, TemplateView):
    template_name = "protection/disposal_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {
            "may_decide": may_decide_disposal(self.disposal, self.by),
            "is_own": self.disposal.requested_by_id == self.by.pk,
        }
        return super().get_context_data(**{**found, **kwargs})


class DecideView(OneDisposalMixin, ActionFormView):
    needs = Permission.DISPOSE_CONFIRM

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actions.require_decidable(self.disposal, by=self.by)
        return super().get(request, *args, **kwargs)


class ConfirmDisposalView(Reauthenticated, DecideView):
    """Asks for the password again: what goes here is gone."""

    form_class = ConfirmDisposalForm
    template_name = "protection/disposal_confirm.html"
    success_message = "Evidence disposed of"

    def act(self, form: ConfirmDisposalForm) -> Disposal:
        return actions.confirm(self.disposal, **form.cleaned_data, by=self.by)


class RefuseDisposalView(DecideView):
    form_class = ConfirmForm
    template_name = "protection/disposal_refuse.html"
    success_message = "Disposal refused. Nothing was destroyed"

    def act(self, form: ConfirmForm) -> Disposal:
        return actions.refuse(self.disposal, by=self.by)


class WithdrawDisposalView(OneDisposalMixin, ActionFormView):
    form_class = ConfirmForm
    template_name = "protection/disposal_withdraw.html"
    success_message = "Proposal withdrawn. Nothing was destroyed"

    def act(self, form: ConfirmForm) -> Disposal:
        return actions.withdraw(self.disposal, by=self.by)
