"""The agency's audit trail: on pages, and as a file."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import TemplateView

from agencies import trail
from agencies.actions.trail import export
from agencies.forms import AuditFilterForm
from agencies.models import Membership
from agencies.permissions import Permission
from agencies.reauthentication import Reauthenticated
from agencies.views.base import Permitted

PER_PAGE = 50


class Audit(Permitted, TemplateView):
    """Newest first. A filter that cannot be understood is named, and nothing is filtered."""

    needs = Permission.READ_AUDIT
    template_name = "agencies/audit.html"
    request: HttpRequest

    @cached_property
    def people(self) -> list[Membership]:
        return trail.people_of(self.request.membership.agency_id)

    @cached_property
    def form(self) -> AuditFilterForm:
        return AuditFilterForm(self.request.GET or None, people=self.people)

    @cached_property
    def filters(self) -> trail.Filters:
        return trail.Filters(**self.form.cleaned_data) if self.form.is_valid() else trail.Filters()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = trail.events(self.request.membership.agency_id, self.filters)
        page = Paginator(found, PER_PAGE).get_page(self.request.GET.get("page"))
        return super().get_context_data(
            form=self.form,
            page=page,
            lines=trail.in_words(page.object_list, self.people),
            query=self._query(),
            has_filters=bool(self.filters.used()),
            **kwargs,
        )

    def _query(self) -> str:
        """For links to other pages and to the file; what was not understood leads nowhere."""
        if self.form.errors:
            return ""
        query = self.request.GET.copy()
        query.pop("page", None)
        return query.urlencode()

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        status = 422 if self.form.errors else 200
        return super().render_to_response(context, status=status, **kwargs)


class AuditFile(Reauthenticated, Audit):
    """The same events as CSV; taking them out is an event too."""

    def get_reauthentication_next(self) -> str:
        """To the page with the button: a file is no page to arrive at."""
        query = self.request.GET.urlencode()
        return reverse("agencies:audit") + (f"?{query}" if query else "")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.form.errors:
            return super().get(request, *args, **kwargs)
        text = export(self.filters, by=request.membership)
        name = f"audit-trail-{timezone.localdate().isoformat()}.csv"
        return HttpResponse(
            text.encode("utf-8-sig"),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
