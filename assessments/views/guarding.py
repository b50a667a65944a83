"""The buttons beside what looks like personal data, and beside files that nobody vouched for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Model
from django.shortcuts import get_object_or_404
from django.urls import reverse

from agencies.views.base import PostView
from assessments.actions import guarding as actions
from assessments.models import Answer, EvidenceVersion
from assessments.presenting import clause_url
from assessments.views.base import PersonMixin


class GuardView(PersonMixin, PostView):
    """Goes back to where the button stands: the check of an assessment, a clause or evidence."""

    kwargs: dict[str, Any]
    model: type[Model] = EvidenceVersion

    def find(self) -> Any:
        rows = self.model._default_manager.all()
        if self.model is Answer:
            rows = rows.select_related("assessment", "clause")
        return get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_success_url(self) -> str:
        if assessment := _uuid(self.request.POST.get("check", "")):
            return f"{reverse('assessments:check', args=[assessment])}#personal-data"
        place = self.find()
        if isinstance(place, Answer):
            return clause_url(place.assessment_id, place.clause.code)
        evidence = place.evidence_id if isinstance(place, EvidenceVersion) else place.pk
        return reverse("assessments:evidence_detail", args=[evidence])


class ClearView(GuardView):
    success_message = "Confirmed. It is recorded that you checked it"

    def act(self) -> Any:
        return actions.clear(self.find(), seen=self.request.POST.get("seen", ""), by=self.by)


class DeclareView(GuardView):
    success_message = "Declared as anonymised"

    def act(self) -> Any:
        return actions.declare(self.find(), by=self.by)


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None
