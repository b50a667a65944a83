"""Removing personal data: asking, seeing how far it reaches, deciding."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.generic import ListView, TemplateView

from agencies.models import Membership
from agencies.permissions import Permission, can, require
from agencies.reauthentication import Reauthenticated
from agencies.views import ActionFormView
from agencies.views.base import Pages
from assessments.models import Answer, EvidenceVersion
from assessments.presenting import clause_url
from protection.actions import redaction as actions
from protection.forms import ConfirmForm, ConfirmRemovalForm, RequestForm
from protection.models import Redaction
from protection.places import copies, extent, relatives
from protection.presenting import (
    mark,
    may_decide,
    parts_of_answer,
    parts_of_evidence,
    reach_lines,
    rows,
    subject,
)

PER_PAGE = 25


class ProtectionMixin:
    """Pages for those who may ask for a removal."""

    request: HttpRequest
    kwargs: dict[str, Any]
    needs = Permission.REDACT_REQUEST

    @property
    def by(self) -> Membership:
        member: Membership = self.request.membership
        return member

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        require(request.membership, self.needs)
        return super().dispatch(request, *args, **kwargs)


class RedactionListView(ProtectionMixin, Pages, ListView):
    """All requests, the latest first."""

    template_name = "protection/redaction_list.html"
    paginate_by = PER_PAGE

    def get_queryset(self) -> Any:
        return Redaction.objects.for_page()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["rows"] = rows(context["object_list"])
        context["may_export"] = can(self.by, Permission.EXPORT_AGENCY)
        context["may_dispose"] = can(self.by, Permission.DISPOSE_REQUEST)
        return context


class RequestView(ProtectionMixin, ActionFormView):
    """A request about one thing. Nothing is removed before another person has confirmed it."""

    form_class = RequestForm
    template_name = "protection/redaction_request.html"
    success_message = "Request made. Another person has to confirm it"

    def get_success_url(self) -> str:
        return reverse("protection:detail", args=[self.record.pk])


class RequestAnswerView(RequestView):
    @cached_property
    def answer(self) -> Answer:
        rows = Answer.objects.select_related("assessment", "clause")
        return get_object_or_404(rows, pk=self.kwargs["answer"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"parts": parts_of_answer(self.answer)}

    def act(self, form: RequestForm) -> Redaction:
        return actions.request_for_answer(self.answer, **form.cleaned_data, by=self.by)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        code = self.answer.clause.code
        found = {
            "title": f"Remove personal data from clause {code}",
            "back": clause_url(self.answer.assessment_id, code),
        }
        return super().get_context_data(**{**found, **kwargs})


class RequestEvidenceView(RequestView):
    @cached_property
    def version(self) -> EvidenceVersion:
        rows = EvidenceVersion.objects.select_related("evidence")
        return get_object_or_404(rows, pk=self.kwargs["version"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"parts": parts_of_evidence(self.version)}

    def act(self, form: RequestForm) -> Redaction:
        return actions.request_for_evidence(self.version, **form.cleaned_data, by=self.by)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {
            "title": f"Remove personal data from version {self.version.number} of this evidence",
            "back": reverse("assessments:evidence_detail", args=[self.version.evidence_id]),
        }
        return super().get_context_data(**{**found, **kwargs})


class RedactionMixin(ProtectionMixin):
    """A page about one request; another agency's is not found, like none at all."""

    @cached_property
    def redaction(self) -> Redaction:
        return get_object_or_404(Redaction.objects.for_page(), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {
            "redaction": self.redaction,
            "subject": subject(self.redaction),
            "mark": mark(self.redaction),
            "reach": reach_lines(extent(self.redaction)) if self.redaction.is_waiting else [],
        }
        return super().get_context_data(**{**found, **kwargs})

    def get_success_url(self) -> str:
        return reverse("protection:detail", args=[self.kwargs["pk"]])


class DetailView(RedactionMixin, TemplateView):
    template_name = "protection/redaction_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        redaction = self.redaction
        found = {
            "may_decide": may_decide(redaction, self.by),
            "is_own": redaction.requested_by_id == self.by.pk,
            "tombstones": redaction.tombstones.order_by("table", "field", "record_id"),
            "copies": copies(redaction),
            "relatives": relatives(redaction),
        }
        return super().get_context_data(**{**found, **kwargs})


class ConfirmView(RedactionMixin, Reauthenticated, ActionFormView):
    """Asks for the password again: what goes here is gone."""

    needs = Permission.REDACT_CONFIRM
    form_class = ConfirmRemovalForm
    template_name = "protection/redaction_confirm.html"
    success_message = "Personal data removed"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actions.require_decidable(self.redaction, by=self.by)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = {"copies": copies(self.redaction), "relatives": relatives(self.redaction)}
        return super().get_context_data(**{**found, **kwargs})

    def act(self, form: ConfirmRemovalForm) -> Redaction:
        return actions.confirm(self.redaction, **form.cleaned_data, by=self.by)


class RefuseView(RedactionMixin, ActionFormView):
    needs = Permission.REDACT_CONFIRM
    form_class = ConfirmForm
    template_name = "protection/redaction_refuse.html"
    success_message = "Request refused. Nothing was removed"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actions.require_decidable(self.redaction, by=self.by)
        return super().get(request, *args, **kwargs)

    def act(self, form: ConfirmForm) -> Redaction:
        return actions.refuse(self.redaction, by=self.by)


class WithdrawView(RedactionMixin, ActionFormView):
    form_class = ConfirmForm
    template_name = "protection/redaction_withdraw.html"
    success_message = "Request withdrawn. Nothing was removed"

    def act(self, form: ConfirmForm) -> Redaction:
        return actions.withdraw(self.redaction, by=self.by)
