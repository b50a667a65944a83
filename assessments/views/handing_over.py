"""Handing over all that is somebody's, such as when they leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from agencies.models import Membership
from agencies.permissions import Permission, require
from agencies.views import ActionFormView
from assessments.actions.handing_over import hand_over, receivers
from assessments.forms.assigning import HandOverForm
from assessments.holdings import HOLDINGS, Item, in_words
from assessments.team import is_overdue
from assessments.views.base import PersonMixin


@dataclass(frozen=True)
class Line:
    item: Item
    is_overdue: bool


@dataclass(frozen=True)
class Pile:
    """What is somebody's of one noun: what is pending, and how much there is besides."""

    title: str
    pending: list[Line]
    rest: int


class HandOverView(PersonMixin, ActionFormView):
    """A list of what is pending, and to whom all of it goes. Also of somebody who has left."""

    form_class = HandOverForm
    template_name = "assessments/hand_over.html"
    kwargs: dict[str, Any]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require(self.by, Permission.HAND_OVER)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def member(self) -> Membership:
        return get_object_or_404(Membership, pk=self.kwargs["pk"], is_machine=False)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"people": receivers(self.member)}

    def act(self, form: HandOverForm) -> dict[str, int]:
        return hand_over(self.member, to=form.cleaned_data["to"], by=self.by)

    def get_success_message(self) -> str:
        return f"{in_words(self.record)} handed over"

    def get_success_url(self) -> str:
        return reverse("agencies:people")

    def piles(self) -> list[Pile]:
        today, found = timezone.localdate(), []
        for holding in HOLDINGS:
            items = [holding.item(row) for row in holding.rows(self.member)]
            pending = [
                Line(item, is_overdue(item.due_on, today)) for item in items if item.is_pending
            ]
            if items:
                found.append(Pile(holding.many, pending, len(items) - len(pending)))
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        piles = self.piles()
        return super().get_context_data(member=self.member, piles=piles, **kwargs)
