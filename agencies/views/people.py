"""The lead's page of people: members, open invitations, roles."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from agencies.actions import people
from agencies.forms import ConfirmForm, RoleForm
from agencies.leaving import left_by, offered_in
from agencies.models import Invitation, Membership
from agencies.permissions import Permission, Role, can, described_roles, roles_in
from agencies.reauthentication import Reauthenticated
from agencies.trail import people_of
from agencies.views.base import ActionFormView, Permitted


class People(Permitted, TemplateView):
    needs = Permission.MANAGE_PEOPLE
    template_name = "agencies/people.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        members = people_of(self.request.membership.agency_id)
        everybody = [member for member in members if not member.is_machine]
        members = [member for member in everybody if member.is_active]
        roles = roles_in(self.request.membership.agency)
        leads = [member for member in members if member.role == roles[0]]
        return super().get_context_data(
            members=members,
            removed=[member for member in everybody if not member.is_active],
            only_lead=leads[0] if len(leads) == 1 else None,
            invitations=Invitation.objects.filter(accepted_at=None, revoked_at=None),
            first_role=roles[0].label.lower(),
            roles=described_roles(roles),
            handovers=offered_in(self.request.membership.agency),
            **kwargs,
        )


class MemberView(Permitted, Reauthenticated, ActionFormView):
    """A page about one active member; anybody else's is not found."""

    needs = Permission.MANAGE_PEOPLE
    success_url = reverse_lazy("agencies:people")
    request: HttpRequest

    @cached_property
    def member(self) -> Membership:
        return get_object_or_404(Membership, pk=self.kwargs["pk"], is_active=True, is_machine=False)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(member=self.member, **kwargs)


class ChangeRole(MemberView):
    template_name = "agencies/change_role.html"
    form_class = RoleForm

    def get_initial(self) -> dict[str, Any]:
        return {"role": self.member.role}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"roles": roles_in(self.request.membership.agency)}

    def act(self, form: RoleForm) -> Membership:
        role = form.cleaned_data["role"]
        return people.change_role(self.member, role=role, by=self.request.membership)

    def get_success_message(self) -> str:
        return f"{self.record.display_name} is now {Role(self.record.role).label.lower()}."

    def get_success_url(self) -> str:
        """A lead who took another role may no longer open the page of people."""
        is_self = self.record.pk == self.request.membership.pk
        still_may = not is_self or can(self.record, Permission.MANAGE_PEOPLE)
        return reverse("agencies:people" if still_may else "home")


class Remove(MemberView):
    template_name = "agencies/remove.html"
    form_class = ConfirmForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        left = left_by(self.member, agency=self.request.membership.agency)
        return super().get_context_data(left=left, **kwargs)

    def act(self, form: ConfirmForm) -> Membership:
        return people.remove(self.member, by=self.request.membership)

    def get_success_message(self) -> str:
        return f"{self.record.display_name} no longer has access."

    def get_success_url(self) -> str:
        is_self = self.record.pk == self.request.membership.pk
        return reverse("agencies:switch" if is_self else "agencies:people")
