"""What is to be removed may have been carried over to another year: the pages say where."""

from __future__ import annotations

import pytest
from django.urls import reverse

from protection.actions.redaction import confirm
from tests.assessments.conftest import answer_of, make_draft
from tests.assessments.cycles import next_of, say
from tests.conftest import acting
from tests.protection.conftest import NAME, ask

pytestmark = pytest.mark.django_db
ELSEWHERE = "Clause 1.1 in Year two"


@pytest.fixture
def carried(spoken, lead, edition):
    """The answer a year later; beside it one that was begun from scratch and says the same."""
    later = next_of(spoken.assessment, lead)
    say(make_draft(edition, lead, "From scratch"), "1.1", lead, how=spoken.how)
    return answer_of(later)


def page_of(redaction, member, client_for):
    return client_for(member).get(reverse("protection:detail", args=[redaction.pk])).text


def test_each_year_names_the_other_also_once_it_is_removed(
    spoken, carried, lead, approver, client_for
):
    first = ask(spoken, lead)
    page = page_of(first, lead, client_for)
    assert ELSEWHERE in page
    assert reverse("protection:request_answer", args=[carried.pk]) in page
    assert "From scratch" not in page
    told = client_for(lead).get(f"/api/v1/redactions/{first.pk}/").json()["relatives"]
    assert [(one["answer"], one["clause"]) for one in told] == [(str(carried.pk), "1.1")]
    with acting(approver) as by:
        confirm(first, has_understood=True, by=by)
    assert ELSEWHERE in page_of(first, lead, client_for)
    second = ask(carried, lead)
    assert "asked for already" in page_of(first, lead, client_for)
    assert "Year one" not in page_of(second, lead, client_for), "nothing is left there"
    with acting(approver) as by:
        confirm(second, has_understood=True, by=by)
    assert NAME not in answer_of(carried.assessment).how
