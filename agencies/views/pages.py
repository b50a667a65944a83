"""Home, health, and the pages that everybody may read."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.http import require_GET
from django.views.generic import TemplateView

from agencies.permissions import described_roles


class Home(View):
    """To the work, once signed in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        by = request.membership
        is_staff = by is not None and by.agency.is_scheme
        return redirect("standards:publishing" if is_staff else "assessments:list")


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the web process answers and the database can be reached."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@method_decorator(login_not_required, name="dispatch")
class PublicPage(TemplateView):
    """Words only; `template_name` is given in urls.py."""


class Help(PublicPage):
    template_name = "pages/help.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(roles=described_roles(), **kwargs)
