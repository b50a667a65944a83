"""What every page shares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views import View
from django.views.generic import FormView, ListView

from agencies.models import Agency
from agencies.permissions import Permission, require

if TYPE_CHECKING:
    FormBase, MixinBase, ListBase = FormView[Any], FormView[Any], ListView[Any]
else:
    FormBase, MixinBase, ListBase = FormView, object, object


class ActionFormView(FormBase):
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
            response = self.form_invalid(form)
            response.status_code = getattr(error, "status_code", 422)
            return response
        if message := self.get_success_message():
            messages.success(self.request, message)
        return self.get_success_response()

    def get_success_response(self) -> HttpResponse:
        return HttpResponseRedirect(self.get_success_url())

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_success_message(self) -> str:
        return self.success_message


class PostView(View):
    """A button that needs no form of its own: POST calls `act()`, then redirects.

    A broken rule is shown on the page that follows.
    """

    http_method_names = ("post", "options")
    success_message = ""

    def act(self) -> Any:
        raise NotImplementedError(f"{type(self).__name__} needs act()")

    def get_success_url(self) -> str:
        raise NotImplementedError(f"{type(self).__name__} needs get_success_url()")

    def get_success_message(self) -> str:
        return self.success_message

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self.record = self.act()
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            if message := self.get_success_message():
                messages.success(request, message)
        return HttpResponseRedirect(self.get_success_url())


class Pages(ListBase):
    """A list page by page. A page that is no more, as the list became shorter, is the last."""

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Any, Any, Any, bool]:
        paginator = self.get_paginator(queryset, page_size)
        page = paginator.get_page(self.request.GET.get(self.page_kwarg))
        return paginator, page, page.object_list, page.has_other_pages()


class Permitted(MixinBase):
    """A page that only some roles may open. What it does is checked again in the action."""

    needs: Permission

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require(request.membership, self.needs)
        return super().dispatch(request, *args, **kwargs)


class CarriesAgency(MixinBase):
    """A form that creates something carries the agency it was opened for.

    Put it before ActionFormView and `{% include "govuk/acting_for.html" %}` into the form. If the
    person has switched to another agency in another tab, the answer is 409: nothing is stored,
    what was typed stays, and the page says how to go on.
    """

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_for_another_agency(request):
            return super().post(request, *args, **kwargs)
        form = self.get_form()
        form.add_error(None, other_tab(request.membership.agency))
        context = self.get_context_data(form=form, acting_for=request.POST["acting_for"])
        return self.render_to_response(context, status=409)


def is_for_another_agency(request: HttpRequest) -> bool:
    """Whether a form is sent that was opened for another agency than the one acted for now."""
    opened_for = request.POST.get("acting_for", "")
    return opened_for not in ("", str(request.membership.agency_id))


def other_tab(acting_for: Agency) -> str:
    """The other agency is not named: its id may have been made up."""
    return (
        f"You opened this page for another agency, but you now act for {acting_for.name}. Nothing "
        "was saved. To go on, open “Switch agency” in a new tab, choose the agency you opened it "
        "for, then send this page again."
    )


def _show(form: BaseForm, error: ValidationError) -> None:
    """Messages for fields the form does not have stand above it."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for field, errors in error.error_dict.items():
        form.add_error(field if field in form.fields else None, errors)
