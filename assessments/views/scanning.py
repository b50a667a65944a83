"""The button beside a file that waits for its virus check."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property

from agencies.views.base import PostView
from assessments.actions.scanning import scan_again
from assessments.models import EvidenceVersion
from assessments.views.base import PersonMixin


class RescanView(PersonMixin, PostView):
    kwargs: dict[str, Any]
    success_message = "The file is being checked again. Reload this page in a minute"

    @cached_property
    def version(self) -> EvidenceVersion:
        return get_object_or_404(EvidenceVersion, pk=self.kwargs["pk"])

    def act(self) -> EvidenceVersion:
        return scan_again(self.version, by=self.by)

    def get_success_url(self) -> str:
        return reverse("assessments:evidence_detail", args=[self.version.evidence_id])
