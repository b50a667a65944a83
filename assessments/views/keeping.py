"""Holds on evidence: placing one, lifting one."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from agencies.permissions import Permission
from agencies.views import ActionFormView
from assessments.actions import keeping as actions
from assessments.forms.keeping import HoldForm
from assessments.forms.lifecycle import ConfirmForm
from assessments.models import Hold
from assessments.views.evidence import EvidenceMixin


class HoldView(EvidenceMixin, ActionFormView):
    needs = Permission.DISPOSE_REQUEST
    form_class = HoldForm
    template_name = "assessments/evidence_hold.html"
    success_message = "Kept longer"

    def act(self, form: HoldForm) -> Hold:
        return actions.hold(self.evidence, **form.cleaned_data, by=self.by)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"evidence": self.evidence, **kwargs})


class LiftView(EvidenceMixin, ActionFormView):
    needs = Permission.DISPOSE_REQUEST
    form_class = ConfirmForm
    template_name = "assessments/evidence_lift.html"
    success_message = "Hold ended"

    @cached_property
    def hold(self) -> Hold:
        rows = Hold.objects.select_related("evidence", "placed_by")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def act(self, form: ConfirmForm) -> Hold:
        return actions.lift(self.hold, by=self.by)

    def get_success_url(self) -> str:
        return reverse("assessments:evidence_detail", args=[self.hold.evidence_id])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{"hold": self.hold, **kwargs})
