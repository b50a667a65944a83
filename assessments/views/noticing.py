"""What a person is told of, and how."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.views.generic import ListView

from agencies.permissions import Permission, require
from agencies.views import ActionFormView
from agencies.views.base import Pages, PostView
from assessments.actions import noticing as actions
from assessments.actions.noticing import pace_of
from assessments.forms.noticing import NoticeSettingForm
from assessments.models import Notice, NoticeSetting
from assessments.presenting.notices import notice_row
from assessments.views.base import PersonMixin


class NoticesView(PersonMixin, Pages, ListView):
    """One's own, the newest first."""

    template_name = "assessments/notices.html"
    paginate_by = 25

    def get_queryset(self) -> Any:
        require(self.by, Permission.READ_ASSESSMENT)
        return Notice.objects.for_page(self.by)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        rows = [notice_row(notice) for notice in context["page_obj"]]
        return {**context, "rows": rows, "has_new": any(row.is_new for row in rows)}


class NoticesSeenView(PersonMixin, PostView):
    """The button below them."""

    def act(self) -> int:
        return actions.mark_seen(by=self.by)

    def get_success_url(self) -> str:
        return reverse("assessments:notices")


class NoticeSettingView(PersonMixin, ActionFormView):
    """The page "Notifications" of one's account, for the agency that one acts for."""

    form_class = NoticeSettingForm
    template_name = "assessments/notice_setting.html"
    success_message = "Your choice is saved"

    def get_initial(self) -> dict[str, Any]:
        require(self.by, Permission.READ_ASSESSMENT)
        return {"pace": pace_of(self.by)}

    def act(self, form: NoticeSettingForm) -> NoticeSetting:
        return actions.choose_pace(pace=form.cleaned_data["pace"], by=self.by)

    def get_success_url(self) -> str:
        return reverse("assessments:notices")
