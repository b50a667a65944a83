"""Starting a self-assessment by a form that is sent twice."""

import re
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from assessments.actions.assessments import start
from assessments.models import Assessment
from tests.assessments.conftest import PERIOD, url
from tests.conftest import acting, owner

pytestmark = pytest.mark.django_db
ADDRESS = reverse("assessments:start")


def filled_in(client, edition, **fields):
    """The form as the page gives it, with something typed into it."""
    key = re.search(r'name="form_key" value="([^"]+)"', client.get(ADDRESS).text)[1]
    days = {"period_from_day": "1", "period_from_month": "4", "period_from_year": "2026"}
    days |= {"period_to_day": "31", "period_to_month": "3", "period_to_year": "2027"}
    return {"title": "Year one", "edition": edition.pk, "form_key": key, **days, **fields}


def count():
    with owner():
        return Assessment.objects.count()


def test_second_submit_leads_to_what_the_first_made(edition, lead, client_for):
    client = client_for(lead)
    form = filled_in(client, edition)
    first, second = client.post(ADDRESS, form), client.post(ADDRESS, form)
    with owner():
        made = Assessment.objects.get()
    assert first.url == second.url == url("overview", made)


def test_another_form_starts_another(edition, lead, client_for):
    client = client_for(lead)
    for _ in range(2):
        assert client.post(ADDRESS, filled_in(client, edition)).status_code == 302
    assert count() == 2


def test_same_form_with_something_else_in_it_is_refused_with_a_sentence(edition, lead, client_for):
    client = client_for(lead)
    form = filled_in(client, edition)
    client.post(ADDRESS, form)
    refused = client.post(ADDRESS, form | {"title": "Year two"})
    assert refused.status_code == 422
    assert "started a self-assessment from this page already" in refused.text
    assert 'value="Year two"' in refused.text
    assert count() == 1


def test_key_that_is_none_is_refused_with_a_sentence(edition, lead, client_for):
    client = client_for(lead)
    refused = client.post(ADDRESS, filled_in(client, edition, form_key="nonsense"))
    assert refused.status_code == 422
    assert "This page is out of date" in refused.text
    assert count() == 0


def test_key_of_another_agency_is_as_good_as_new(edition, lead, stranger):
    key = uuid.uuid4()
    made = []
    for member in (stranger, lead):
        with acting(member) as by:
            made.append(start(edition, title="Year one", **PERIOD, form_key=key, by=by))
    assert made[0].pk != made[1].pk


def test_start_that_is_refused_leaves_the_key_unused(edition, lead):
    key = uuid.uuid4()
    with acting(lead) as by:
        with pytest.raises(ValidationError):
            start(edition, title=" ", **PERIOD, form_key=key, by=by)
        assert start(edition, title="Year one", **PERIOD, form_key=key, by=by).form_key == key
