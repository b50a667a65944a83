"""The list of assessments, and what is done to one as a whole."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy
from django.views.generic import ListView

from agencies.permissions import Permission, require
from agencies.views import ActionFormView, CarriesAgency
from agencies.views.base import Pages
from assessments.actions import assessments as actions
from assessments.forms.lifecycle import DetailsForm, StartForm
from assessments.models import Assessment
from assessments.models.assessment import AssessmentQuerySet
from assessments.views.base import PersonMixin, StepView
from standards.models import Edition


class AssessmentListView(PersonMixin, Pages, ListView):
    """Current ones, or with ?show=archived those set aside."""

    template_name = "assessments/assessment_list.html"
    context_object_name = "assessments"
    paginate_by = 20

    def get_queryset(self) -> AssessmentQuerySet:
        require(self.by, Permission.READ_ASSESSMENT)
        rows = Assessment.objects.select_related("edition")
        return rows.archived() if self.is_archive else rows.current()

    @property
    def is_archive(self) -> bool:
        return self.request.GET.get("show") == "archived"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        query = "show=archived" if self.is_archive else ""
        return super().get_context_data(is_archive=self.is_archive, query=query, **kwargs)


class StartView(PersonMixin, CarriesAgency, ActionFormView):
    form_class = StartForm
    template_name = "assessments/assessment_start.html"
    success_message = "Self-assessment started"

    def get_form(self, form_class: Any = None) -> StartForm:
        require(self.by, Permission.MANAGE_ASSESSMENT)
        form = super().get_form(form_class)
        form.fields["edition"].queryset = Edition.objects.filter(is_withdrawn=False)
        form.fields["continues"].queryset = Assessment.objects.all()
        return form

    def get_initial(self) -> dict[str, Any]:
        latest = Edition.objects.filter(is_withdrawn=False).last()
        earlier = self.request.GET.get("from", "")
        return {"edition": latest, "form_key": uuid4(), "continues": earlier}

    def act(self, form: StartForm) -> Assessment:
        return actions.start(**form.cleaned_data, by=self.by)

    def get_success_url(self) -> str:
        return reverse("assessments:overview", args=[self.record.pk])


class ManageView(StepView):
    """A page only for those who run the assessment."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require(self.by, Permission.MANAGE_ASSESSMENT)
        return super().get(request, *args, **kwargs)


class RenameView(ManageView):
    form_class = DetailsForm
    template_name = "assessments/assessment_rename.html"
    success_message = "Title and period changed"

    def get_initial(self) -> dict[str, Any]:
        fields = ("title", "period_from", "period_to")
        return {field: getattr(self.assessment, field) for field in fields}

    def act(self, form: DetailsForm) -> Assessment:
        return actions.rename(self.assessment, **form.cleaned_data, by=self.by)


class ArchiveView(ManageView):
    template_name = "assessments/assessment_archive.html"
    success_message = "Self-assessment archived"

    def act(self, form: Any) -> Assessment:
        return actions.archive(self.assessment, by=self.by)


class RestoreView(ManageView):
    template_name = "assessments/assessment_restore.html"
    success_message = "Self-assessment restored"

    def act(self, form: Any) -> Assessment:
        return actions.restore(self.assessment, by=self.by)


class DeleteView(ManageView):
    template_name = "assessments/assessment_delete.html"
    success_message = "Self-assessment deleted"
    success_url = reverse_lazy("assessments:list")

    def act(self, form: Any) -> Assessment:
        return actions.delete(self.assessment, by=self.by)

    def get_success_url(self) -> str:
        return str(self.success_url)
