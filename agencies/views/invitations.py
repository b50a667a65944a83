"""Inviting people, and the page on which an invitation is accepted."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.core import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property

from agencies.actions import invitations
from agencies.forms import AcceptForm, ConfirmForm, InviteForm, SignUpForm
from agencies.hats import wear_hat
from agencies.models import Invitation
from agencies.offers import Offer, look_up
from agencies.permissions import Permission, roles_in
from agencies.reauthentication import Reauthenticated
from agencies.views.base import ActionFormView, CarriesAgency, Permitted, PostView


class Invite(Permitted, Reauthenticated, CarriesAgency, ActionFormView):
    needs = Permission.MANAGE_PEOPLE
    template_name = "agencies/invite.html"
    form_class = InviteForm
    success_url = reverse_lazy("agencies:people")
    extra_context: ClassVar = {"valid_hours": invitations.VALID_HOURS}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"roles": roles_in(self.request.membership.agency)}

    def act(self, form: InviteForm) -> Invitation:
        by = self.request.membership
        return invitations.invite(by.agency, **form.cleaned_data, by=by)

    def get_success_message(self) -> str:
        works = f"The link works for {invitations.VALID_HOURS} hours."
        return f"An invitation is on its way to {self.record.email}. {works}"


class Resend(Permitted, Reauthenticated, PostView):
    needs = Permission.MANAGE_PEOPLE
    success_message = (
        f"A new link is on its way. It works for {invitations.VALID_HOURS} hours; "
        "the old link has stopped."
    )

    def act(self) -> Invitation:
        invitation = get_object_or_404(Invitation, pk=self.kwargs["pk"])
        return invitations.resend(invitation, by=self.request.membership)

    def get_success_url(self) -> str:
        return reverse("agencies:people")

    def get_reauthentication_next(self) -> str:
        return self.get_success_url()


class Withdraw(Permitted, Reauthenticated, ActionFormView):
    needs = Permission.MANAGE_PEOPLE
    template_name = "agencies/withdraw_invitation.html"
    form_class = ConfirmForm
    success_url = reverse_lazy("agencies:people")
    success_message = "The invitation is withdrawn. Its link no longer works."

    @cached_property
    def invitation(self) -> Invitation:
        return get_object_or_404(Invitation, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(invitation=self.invitation, **kwargs)

    def act(self, form: ConfirmForm) -> Invitation:
        return invitations.revoke(self.invitation, by=self.request.membership)


@method_decorator(login_not_required, name="dispatch")
class AcceptInvitation(ActionFormView):
    """Outside any persona. A link that never was and a malformed one look the same."""

    template_name = "agencies/invitation.html"
    success_message = "Welcome. You now have access."

    @cached_property
    def offer(self) -> Offer | None:
        return look_up(self.kwargs["token"])

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if limited := ratelimit.consume_or_429(request, action="signup"):
            return limited
        if self.offer is None:
            return render(request, "agencies/invitation_unknown.html", status=404)
        if not self.offer.is_open:
            context = {
                "offer": self.offer,
                "is_mine": self._is_mine(),
                "valid_hours": invitations.VALID_HOURS,
            }
            return render(request, "agencies/invitation_closed.html", context, status=410)
        return super().dispatch(request, *args, **kwargs)

    def _is_mine(self) -> bool:
        user = self.request.user
        return bool(self.offer and user.is_authenticated and self.offer.is_for(user))

    @cached_property
    def must(self) -> str:
        """What the visitor does: accept, leave (signed in as another), sign_in or sign_up."""
        if self.request.user.is_authenticated:
            return "accept" if self._is_mine() else "leave"
        return "sign_in" if self.offer and self.offer.has_sign_in() else "sign_up"

    def get_form_class(self) -> type[AcceptForm | SignUpForm]:
        return SignUpForm if self.must == "sign_up" else AcceptForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(offer=self.offer, must=self.must, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.must in ("leave", "sign_in"):
            return self.render_to_response(self.get_context_data(), status=409)
        return super().post(request, *args, **kwargs)

    def act(self, form: AcceptForm | SignUpForm) -> None:
        secret = self.kwargs["token"]
        if self.must == "accept":
            agency_id = invitations.accept(secret, by=self.request.user)
        else:
            password = form.cleaned_data["password"]
            user, agency_id = invitations.sign_up(secret, password=password)
            record_authentication(self.request, user, "password")
            get_adapter().login(self.request, user)
        wear_hat(self.request, agency_id)

    def get_success_url(self) -> str:
        return reverse("home")
