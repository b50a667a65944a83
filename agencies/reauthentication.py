"""Sensitive steps ask again who is there. Reads the session alone, so it works in any persona."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.views.generic import FormView

if TYPE_CHECKING:
    MixinBase = FormView[Any]
else:
    MixinBase = object

KEPT = "kept_form"
MOST_KEPT = 20_000


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person showed a password, a factor or a work account a short while ago."""
    records = get_authentication_records(request, request.user)
    still = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    return bool(records) and time.time() - records[-1]["at"] < still


class Reauthenticated(MixinBase):
    """Put it first on a view whose step is sensitive.

    A GET asks before the form is shown. A POST whose time ran out meanwhile asks too, keeps what
    was typed, and the form is shown again with it: nothing is sent that the person did not send.
    """

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_fresh(request):
            return super().dispatch(request, *args, **kwargs)
        then = self.get_reauthentication_next()
        if request.method == "POST" and then == request.get_full_path():
            _keep(request)
        return ask(then)

    def get_reauthentication_next(self) -> str:
        """Where to go on; a download names the page that its button is on."""
        return self.request.get_full_path()

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()
        kept = _take(self.request)
        if kept is not None and "data" not in kwargs:
            kwargs["data"] = kept
        return kwargs


def ask(then: str) -> HttpResponse:
    """To the page that asks for the password or a code, and from there to `then`."""
    return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': then})}")


def _keep(request: HttpRequest) -> None:
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    text = typed.urlencode()
    if len(text) <= MOST_KEPT:
        request.session[KEPT] = {"path": request.path, "data": text}


def _take(request: HttpRequest) -> QueryDict | None:
    kept = request.session.get(KEPT)
    if not kept or kept["path"] != request.path:
        return None
    del request.session[KEPT]
    return QueryDict(kept["data"])
