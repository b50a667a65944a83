"""Versions of the guidance: for everybody to read, for the scheme to publish and withdraw."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy
from django.utils.functional import cached_property
from django.views.generic import TemplateView, View

from agencies.forms import ConfirmForm
from agencies.permissions import Permission, can
from agencies.trail import people_of
from agencies.views import ActionFormView, Permitted, PostView
from standards.actions import drafting, publishing
from standards.models import Edition, Guidance, GuidanceDraft
from standards.presenting import by_standard
from standards.versions import as_yaml, document_of


class Publishing(Permitted, TemplateView):
    """Where the scheme's people begin."""

    needs = Permission.PUBLISH_GUIDANCE
    template_name = "standards/publishing.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        drafts = {draft.edition_id: draft for draft in GuidanceDraft.objects.all()}
        editions = list(Edition.objects.with_versions())
        rows = [(edition, drafts.get(edition.pk)) for edition in editions]
        return super().get_context_data(rows=rows, **kwargs)


class OfEdition:
    """A page below one edition."""

    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def edition(self) -> Edition:
        return get_object_or_404(Edition, code=self.kwargs["code"])

    @cached_property
    def may_publish(self) -> bool:
        return can(self.request.membership, Permission.PUBLISH_GUIDANCE)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {"edition": self.edition, "may_publish": self.may_publish}
        return super().get_context_data(**found, **kwargs)  # type: ignore[misc,no-any-return]


class GuidanceList(OfEdition, TemplateView):
    """All versions, newest first. Who published is told to the scheme's own people."""

    template_name = "standards/guidance_list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        versions = list(self.edition.guidance.with_counts())
        names = self._names() if self.may_publish else {}
        rows = [(version, names.get(version.published_by_id, "")) for version in versions]
        draft = (
            GuidanceDraft.objects.filter(edition=self.edition).first() if self.may_publish else None
        )
        return super().get_context_data(rows=rows, draft=draft, **kwargs)

    def _names(self) -> dict[Any, str]:
        by = self.request.membership
        return {member.pk: member.display_name for member in people_of(by.agency_id)}


class OfVersion(OfEdition):
    """A page of one stored version."""

    @cached_property
    def guidance(self) -> Guidance:
        rows = Guidance.objects.with_content().filter(edition__code=self.kwargs["code"])
        return get_object_or_404(rows, version=self.kwargs["version"])

    @property
    def edition(self) -> Edition:  # type: ignore[override]
        return self.guidance.edition


class GuidanceDetail(OfVersion, TemplateView):
    """All that one version says, whether it is in use or not."""

    template_name = "standards/guidance_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        standards = by_standard(self.edition, document_of(self.guidance))
        found = {"guidance": self.guidance, "standards": standards}
        return super().get_context_data(**found, **kwargs)


class GuidanceFile(OfVersion, View):
    """The same as a YAML file, in the shape that can be uploaded."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        name = f"{self.edition.code}.guidance-{self.guidance.version}.yaml"
        return HttpResponse(
            as_yaml(document_of(self.guidance), self.edition.code),
            content_type="application/yaml; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )


class StartDraft(Permitted, OfVersion, PostView):
    """The button beside a version: the next one begins from it."""

    needs = Permission.PUBLISH_GUIDANCE
    success_message = "The draft is begun. Agencies see nothing of it until you publish."

    def act(self) -> GuidanceDraft:
        return drafting.start(self.guidance, by=self.request.membership)

    def get_success_url(self) -> str:
        return reverse("standards:draft_detail", args=[self.edition.code])


class WithdrawEdition(Permitted, OfEdition, ActionFormView):
    needs = Permission.WITHDRAW_EDITION
    template_name = "standards/edition_withdraw.html"
    form_class = ConfirmForm
    success_url = reverse_lazy("standards:publishing")
    success_message = "The edition is withdrawn. No new self-assessment can start from it."

    def act(self, form: ConfirmForm) -> Edition:
        return publishing.withdraw(self.edition, by=self.request.membership)


class RestoreEdition(Permitted, OfEdition, ActionFormView):
    needs = Permission.WITHDRAW_EDITION
    template_name = "standards/edition_restore.html"
    form_class = ConfirmForm
    success_url = reverse_lazy("standards:publishing")
    success_message = "The edition is in use again."

    def act(self, form: ConfirmForm) -> Edition:
        return publishing.restore(self.edition, by=self.request.membership)
