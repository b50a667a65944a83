"""API tokens: one's own, and for leads those of everybody and of machine accounts."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from agencies.actions import tokens as actions
from agencies.forms import ConfirmForm, MachineForm, TokenForm
from agencies.models import ApiToken, Membership
from agencies.permissions import Permission, can
from agencies.reauthentication import Reauthenticated
from agencies.views.base import ActionFormView, CarriesAgency, Permitted


class Tokens(TemplateView):
    """Everybody's own."""

    template_name = "agencies/tokens.html"
    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        by = self.request.membership
        mine = ApiToken.objects.filter(membership=by).select_related("membership")
        may_manage = can(by, Permission.MANAGE_TOKENS)
        return super().get_context_data(tokens=mine, may_manage=may_manage, **kwargs)


class Machines(Permitted, TemplateView):
    """Machine accounts, and every token of the agency."""

    needs = Permission.MANAGE_TOKENS
    template_name = "agencies/machines.html"
    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            machines=Membership.objects.filter(is_machine=True, is_active=True),
            ended=Membership.objects.filter(is_machine=True, is_active=False),
            tokens=ApiToken.objects.select_related("membership"),
            **kwargs,
        )


class MakeToken(Reauthenticated, CarriesAgency, ActionFormView):
    """The answer to the POST is the one page that ever shows the token; sent again, it is not."""

    template_name = "agencies/token_make.html"
    form_class = TokenForm
    request: HttpRequest

    @property
    def member(self) -> Membership:
        """Whom the token acts as."""
        return self.request.membership

    def get_initial(self) -> dict[str, Any]:
        return {"form_key": uuid4()}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"member": self.member}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = {"member": self.member, "back": self.get_success_url()}
        return super().get_context_data(**context, **kwargs)

    def act(self, form: TokenForm) -> tuple[ApiToken, str]:
        return actions.make_token(self.member, **form.cleaned_data, by=self.request.membership)

    def get_success_url(self) -> str:
        return reverse("agencies:machines" if self.member.is_machine else "agencies:tokens")

    def get_success_response(self) -> HttpResponse:
        token, secret = self.record
        context = {"token": token, "secret": secret, "back": self.get_success_url()}
        if not secret:
            return render(self.request, "agencies/token_made_before.html", context, status=409)
        return render(self.request, "agencies/token_made.html", context)


class MakeMachineToken(Permitted, MakeToken):
    needs = Permission.MANAGE_TOKENS

    @cached_property
    def member(self) -> Membership:
        return _machine(self.kwargs["pk"])


class RevokeToken(ActionFormView):
    """One's own, or as a lead anybody's; to others it is not there."""

    template_name = "agencies/token_revoke.html"
    form_class = ConfirmForm
    success_message = "The token is revoked. It no longer works."
    request: HttpRequest

    @cached_property
    def token(self) -> ApiToken:
        by = self.request.membership
        rows = ApiToken.objects.select_related("membership")
        if not can(by, Permission.MANAGE_TOKENS):
            rows = rows.filter(membership=by)
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(token=self.token, back=self.get_success_url(), **kwargs)

    def act(self, form: ConfirmForm) -> ApiToken:
        return actions.revoke_token(self.token, by=self.request.membership)

    def get_success_url(self) -> str:
        is_mine = self.token.membership_id == self.request.membership.pk
        return reverse("agencies:tokens" if is_mine else "agencies:machines")


class MakeMachine(Permitted, Reauthenticated, CarriesAgency, ActionFormView):
    needs = Permission.MANAGE_TOKENS
    template_name = "agencies/machine_make.html"
    form_class = MachineForm
    success_url = reverse_lazy("agencies:machines")
    request: HttpRequest

    def act(self, form: MachineForm) -> Membership:
        return actions.make_machine(**form.cleaned_data, by=self.request.membership)

    def get_success_message(self) -> str:
        return f"{self.record.display_name} is there. Make a token for it."


class EndMachine(Permitted, ActionFormView):
    needs = Permission.MANAGE_TOKENS
    template_name = "agencies/machine_end.html"
    form_class = ConfirmForm
    success_url = reverse_lazy("agencies:machines")
    request: HttpRequest

    @cached_property
    def machine(self) -> Membership:
        return _machine(self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(machine=self.machine, **kwargs)

    def act(self, form: ConfirmForm) -> Membership:
        return actions.end_machine(self.machine, by=self.request.membership)

    def get_success_message(self) -> str:
        return f"{self.record.display_name} has ended. Its tokens no longer work."


def _machine(pk: Any) -> Membership:
    return get_object_or_404(Membership, pk=pk, is_machine=True, is_active=True)
