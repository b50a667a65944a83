"""The pages of refusals say what to do next."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path, reverse

from agencies.models import Membership
from config.urls import handler500
from config.urls import urlpatterns as service

pytestmark = pytest.mark.django_db


def _fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("planted")


urlpatterns = [*service, path("fail/", _fail)]
__all__ = ["handler500"]


@pytest.mark.urls(__name__)
def test_page_that_fails_says_what_to_do(lead: Membership, client_for) -> None:
    client: Client = client_for(lead)
    client.raise_request_exception = False
    response = client.get("/fail/")
    shown = response.content.decode()
    assert response.status_code == 500
    assert "Sorry, something went wrong</h1>" in shown
    assert "What you saved before is safe" in shown
    assert "wait a minute and try again" in shown
    assert 'href="/"' in shown
    assert "planted" not in shown


def test_page_of_a_file_too_large_names_the_limit(lead: Membership, client_for, settings) -> None:
    settings.UPLOAD_MAX_BYTES = 3 * 1024 * 1024
    address = reverse("assessments:evidence_add")
    response = client_for(lead).post(address, {"title": "a" * 13 * 1024 * 1024})
    assert response.status_code == 413
    assert "up to 3 MB" in response.content.decode()
