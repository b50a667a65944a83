"""Choosing the agency to act for. Outside any persona."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.functional import cached_property

from agencies.forms import SwitchForm
from agencies.hats import SESSION_KEY, Hat, hats_of, wear_hat
from agencies.views.base import ActionFormView


class Switch(ActionFormView):
    """Nothing is stored but the choice in the session; the database checks it at each request."""

    template_name = "agencies/switch.html"
    form_class = SwitchForm
    success_url = reverse_lazy("home")
    request: HttpRequest

    @cached_property
    def hats(self) -> list[Hat]:
        return hats_of(self.request.user.pk)

    def get_initial(self) -> dict[str, Any]:
        return {"agency": self.request.session.get(SESSION_KEY)}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"hats": self.hats}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(hats=self.hats, **kwargs)

    def act(self, form: SwitchForm) -> None:
        wear_hat(self.request, uuid.UUID(form.cleaned_data["agency"]))
