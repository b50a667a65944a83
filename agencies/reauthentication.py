"""Sensitive steps ask again who is there. Reads the session alone, so it works in any persona."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views import View

if TYPE_CHECKING:
    MixinBase = View
else:
    MixinBase = object


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person proved who they are a short while ago."""
    records = get_authentication_records(request, request.user)
    return (
        bool(records)
        and time.time() - records[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    )


class Reauthenticated(MixinBase):
    """Put it first on a view whose step is sensitive: the person is asked for the password."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_fresh(request):
            return super().dispatch(request, *args, **kwargs)
        query = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{query}")
