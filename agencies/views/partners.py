"""Partners: who they are, asking one, agreeing and ending."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse_lazy
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from agencies.actions import partners as actions
from agencies.forms import ConfirmForm, PartnerForm
from agencies.models import Consent
from agencies.partners import HOSTS, Partnership, choices, partnerships
from agencies.permissions import Permission, can
from agencies.views.base import ActionFormView, CarriesAgency, Permitted


class Partners(Permitted, TemplateView):
    needs = Permission.READ_ASSESSMENT
    template_name = "agencies/partners.html"
    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        by = self.request.membership
        return super().get_context_data(
            partnerships=partnerships(by.agency),
            is_host=by.agency.kind in HOSTS,
            may_manage=can(by, Permission.MANAGE_PARTNERS),
            **kwargs,
        )


class PartnerFormView(Permitted, CarriesAgency, ActionFormView):
    needs = Permission.MANAGE_PARTNERS
    form_class: type[Any] = ConfirmForm
    success_url = reverse_lazy("agencies:partners")
    request: HttpRequest


class AskPartner(PartnerFormView):
    template_name = "agencies/partner_ask.html"
    form_class = PartnerForm
    success_message = "You have asked them. Once they agree, you can offer them answers"

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"agencies": choices(self.request.membership.agency)}

    def act(self, form: PartnerForm) -> Consent:
        return actions.propose(form.cleaned_data["agency"], by=self.request.membership)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_host = self.request.membership.agency.kind in HOSTS
        return super().get_context_data(is_host=is_host, **kwargs)


class OnePartner(PartnerFormView):
    """Any agency that one never had to do with is not found, like none at all."""

    @cached_property
    def partnership(self) -> Partnership:
        for one in partnerships(self.request.membership.agency):
            if one.other.pk == self.kwargs["pk"]:
                return one
        raise Http404

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(partnership=self.partnership, **kwargs)


class AgreePartner(OnePartner):
    template_name = "agencies/partner_agree.html"
    success_message = "You have agreed. They can now offer you answers"

    def act(self, form: ConfirmForm) -> Consent:
        return actions.agree(self.partnership.other, by=self.request.membership)


class EndPartner(OnePartner):
    """Ends what stands, or declines what is asked."""

    template_name = "agencies/partner_end.html"

    def act(self, form: ConfirmForm) -> Consent:
        return actions.end(self.partnership.other, by=self.request.membership)

    def get_success_message(self) -> str:
        name = self.partnership.other.name
        is_declined = self.record.given_at == self.record.ended_at
        return (
            f"You have declined to be a partner of {name}"
            if is_declined
            else (f"Your partnership with {name} has ended")
        )
