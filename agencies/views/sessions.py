"""Where one is signed in, and ending it there. Identity plane."""

from __future__ import annotations

from typing import Any

from allauth.usersessions.models import UserSession
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.generic import TemplateView

from agencies.actions import signing_in
from agencies.browsers import seats_of
from agencies.views.base import PostView


class Sessions(TemplateView):
    template_name = "account/sessions.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        seats = seats_of(self.request.user, current=self.request.session.session_key)
        return super().get_context_data(seats=seats, **kwargs)


class EndSession(PostView):
    success_message = "That browser is signed out."

    def act(self) -> None:
        mine = UserSession.objects.filter(user=self.request.user)
        session = get_object_or_404(mine, pk=self.kwargs["pk"])
        signing_in.end_session(session, by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("account_sessions")


class EndOtherSessions(PostView):
    success_message = "You are signed out everywhere else."

    def act(self) -> None:
        signing_in.end_other_sessions(keep=self.request.session.session_key, by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("account_sessions")
