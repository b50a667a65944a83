"""What every page shares, and the pages outside any app's noun."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import connection
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.views import View
from django.views.decorators.http import require_GET
from django.views.generic import FormView


class ActionFormView(FormView[Any]):
    """A form whose valid data goes to one action. A broken rule comes back as 422 on the form.

    `act(form)` calls the action and may return its record; PermissionDenied, NotAllowed and
    Stale go on to the error pages.
    """

    success_message = ""

    def act(self, form: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} needs act()")

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            self.record = self.act(form)
        except ValidationError as error:
            _show(form, error)
            return self.form_invalid(form)
        if self.success_message:
            messages.success(self.request, self.success_message)
        return HttpResponseRedirect(self.get_success_url())

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


def _show(form: BaseForm, error: ValidationError) -> None:
    """Messages for fields the form does not have stand above it."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for field, errors in error.error_dict.items():
        form.add_error(field if field in form.fields else None, errors)


class Home(View):
    """To the work, once signed in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect("assessments:list")


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the web process answers and the database can be reached."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")
