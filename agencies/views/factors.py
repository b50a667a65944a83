"""Lost second factors: the page of requests, asking, confirming, withdrawing."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse_lazy
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from agencies.actions import factors
from agencies.forms import ConfirmForm
from agencies.models import FactorReset, Membership
from agencies.permissions import Permission
from agencies.reauthentication import Reauthenticated
from agencies.trail import people_of
from agencies.views.base import ActionFormView, Permitted


class FactorResets(Permitted, TemplateView):
    needs = Permission.RESET_FACTOR
    template_name = "agencies/factor_resets.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        everybody = people_of(self.request.membership.agency_id)
        people = [one for one in everybody if not one.is_machine]
        waiting = list(factors.still_open().select_related("member", "requested_by"))
        asked = {reset.member_id for reset in waiting} | {self.request.membership.pk}
        return super().get_context_data(
            waiting=waiting,
            members=[one for one in people if one.is_active and one.pk not in asked],
            **kwargs,
        )


class ResetView(Permitted, Reauthenticated, ActionFormView):
    needs = Permission.RESET_FACTOR
    form_class = ConfirmForm
    success_url = reverse_lazy("agencies:factor_resets")


class RequestReset(ResetView):
    template_name = "agencies/factor_reset_request.html"

    @cached_property
    def member(self) -> Membership:
        return get_object_or_404(Membership, pk=self.kwargs["pk"], is_active=True, is_machine=False)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(member=self.member, **kwargs)

    def act(self, form: ConfirmForm) -> FactorReset:
        return factors.request(self.member, by=self.request.membership)

    def get_success_message(self) -> str:
        return "Now tell another lead or approver: they have 72 hours to confirm it on this page."


class ExistingReset(ResetView):
    @cached_property
    def reset(self) -> FactorReset:
        return get_object_or_404(
            FactorReset.objects.select_related("member", "requested_by"), pk=self.kwargs["pk"]
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(reset=self.reset, **kwargs)


class ConfirmReset(ExistingReset):
    template_name = "agencies/factor_reset_confirm.html"

    def act(self, form: ConfirmForm) -> FactorReset:
        return factors.confirm(self.reset, by=self.request.membership)

    def get_success_message(self) -> str:
        name = self.reset.member.display_name
        return f"The second factor of {name} is removed. They were signed out and get an email."


class WithdrawReset(ExistingReset):
    template_name = "agencies/factor_reset_withdraw.html"
    success_message = "The request is withdrawn. Nothing was removed."

    def act(self, form: ConfirmForm) -> FactorReset:
        return factors.withdraw(self.reset, by=self.request.membership)
