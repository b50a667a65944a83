"""Offers: the host's and the partner's list, one offer, publishing and withdrawing."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from agencies.partners import HOSTS, partnerships
from agencies.permissions import Permission, can, require
from agencies.views import ActionFormView
from agencies.workflow import NotAllowed
from assessments.actions import offering as actions
from assessments.forms.lifecycle import ConfirmForm
from assessments.forms.offering import OfferForm
from assessments.models import Acceptance, Answer, Assessment, Offer
from assessments.sharing import sent_by
from assessments.views.base import AssessmentMixin, KeepsText, PersonMixin


class OffersMixin(PersonMixin):
    @property
    def is_host(self) -> bool:
        return self.by.agency.kind in HOSTS

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {"is_host": self.is_host, "may_offer": can(self.by, Permission.MANAGE_PARTNERS)}
        return super().get_context_data(**{**found, **kwargs})


class OfferListView(OffersMixin, TemplateView):
    """What a host has offered, or what is offered to a partner."""

    template_name = "assessments/offer_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        require(self.by, Permission.READ_ASSESSMENT)
        found = self.sent() if self.is_host else self.received()
        return super().get_context_data(**{**found, **kwargs})

    def sent(self) -> dict[str, Any]:
        offers = Offer.objects.sent(self.by.agency).counted()
        return {
            "sent": sent_by(self.by.agency, offers),
            "sources": Assessment.objects.current().filter(is_practice=False),
        }

    def received(self) -> dict[str, Any]:
        offers = Offer.objects.received(self.by.agency).counted()
        return {"received": offers, "gone": Acceptance.objects.gone()}


class OneOfferMixin(OffersMixin):
    """One's own offer, or one to oneself that is in force; any other is not found."""

    kwargs: dict[str, Any]

    @cached_property
    def offer(self) -> Offer:
        require(self.by, Permission.READ_ASSESSMENT)
        rows = Offer.objects
        rows = rows.sent(self.by.agency) if self.is_host else rows.received(self.by.agency)
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"offer": self.offer, **kwargs})


class OfferView(OneOfferMixin, TemplateView):
    """The copies, as the partner sees them; with what was accepted, or where to accept it."""

    template_name = "assessments/offer_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        accepted, opened = {}, []
        if self.is_host:
            (sent,) = sent_by(self.by.agency, [self.offer])
            accepted = sent.accepted
        else:
            opened = list(Assessment.objects.open().filter(edition=self.offer.edition))
        copies = self.offer.answers.select_related("clause")
        rows = [(copy, accepted.get(copy.clause_id)) for copy in copies]
        return super().get_context_data(**{"rows": rows, "opened": opened, **kwargs})


class OfferWithdrawView(OneOfferMixin, KeepsText, ActionFormView):
    form_class = ConfirmForm
    template_name = "assessments/offer_withdraw.html"
    success_url = reverse_lazy("assessments:offer_list")
    success_message = "The offer is withdrawn. Your partner no longer sees anything of it"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require(self.by, Permission.MANAGE_PARTNERS)
        if self.offer.agency_id != self.by.agency_id:
            raise NotAllowed(actions.NOT_A_HOST)
        return super().dispatch(request, *args, **kwargs)

    def act(self, form: ConfirmForm) -> Offer:
        return actions.withdraw(self.offer, by=self.by)


class OfferPublishView(OffersMixin, KeepsText, AssessmentMixin, ActionFormView):
    """Choose answers, look at the very copies, publish them."""

    form_class = OfferForm
    template_name = "assessments/offer_publish.html"
    success_url = reverse_lazy("assessments:offer_list")
    success_message = "Your partners now see these copies"

    @cached_property
    def assessment(self) -> Assessment:
        require(self.by, Permission.MANAGE_PARTNERS)
        found = super().assessment
        actions.require_offerable(found, self.by.agency)
        return found

    @cached_property
    def written(self) -> list[Answer]:
        rows = self.assessment.answers.select_related("clause").defer("words")
        return list(rows.exclude(how="", difference=""))

    def get_form_kwargs(self) -> dict[str, Any]:
        agreed = [one.other for one in partnerships(self.by.agency) if one.is_agreed]
        return super().get_form_kwargs() | {"rows": self.written, "agencies": agreed}

    def act(self, form: OfferForm) -> list[Offer]:
        return actions.publish(
            self.assessment,
            answers=form.chosen("answers"),
            partners=form.chosen("partners"),
            seen=form.cleaned_data["seen"],
            by=self.by,
        )

    def form_valid(self, form: OfferForm) -> HttpResponse:
        """First the copies are shown; only what was shown is published."""
        return super().form_valid(form) if form.cleaned_data["seen"] else self.show(form)

    def show(self, form: OfferForm) -> HttpResponse:
        try:
            chosen = actions.chosen_answers(self.assessment, form.chosen("answers"))
            actions.check_texts(chosen)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        names = dict(form.fields["partners"].choices)
        self.template_name = "assessments/offer_preview.html"
        context = self.get_context_data(
            form=form,
            copies=chosen,
            seen=actions.mark_of(chosen),
            to=[(pk, names[pk]) for pk in form.cleaned_data["partners"]],
        )
        return self.render_to_response(context)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        back = {"back_url": reverse("assessments:offer_list")}
        return super().get_context_data(**{**back, **kwargs})
