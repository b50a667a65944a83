"""Personal data in the actions that are planned for a clause."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from agencies.workflow import Stale
from assessments.actions.improving import edit
from assessments.redacted import is_mark
from protection.models import Part, Tombstone
from tests.assessments.test_improving import make, planned, stored
from tests.conftest import acting, owner
from tests.protection.conftest import NAME, ask
from tests.protection.removing import confirm, tables_with

pytestmark = pytest.mark.django_db


@pytest.fixture
def named(spoken, contributor):
    return make(spoken.assessment, contributor, what=f"Meet {NAME}", why=f"As {NAME} asked")


def test_what_its_actions_say_is_destroyed_and_nothing_else(spoken, named, lead, dpo):
    other = make(spoken.assessment, lead, "1.2", what=f"Also {NAME}")
    confirm(ask(spoken, lead, Part.PLAN), dpo)
    gone = stored(named)
    assert is_mark(gone.what)
    assert is_mark(gone.why)
    assert gone.due_on == named.due_on
    assert stored(other).what == f"Also {NAME}"
    with owner(spoken.agency):
        fields = sorted(Tombstone.objects.values_list("table", "field"))
        spoken.refresh_from_db()
    table = "assessments_improvement"
    assert fields == [(table, "what"), (table, "why")]
    assert NAME in spoken.how


def test_no_table_keeps_it(complete, lead, dpo):
    make(complete, lead, what=f"Meet {NAME}", why=f"As {NAME} asked")
    assert tables_with(NAME)
    with owner(complete.agency):
        answer = complete.answers.select_related("assessment", "clause").get(clause__code="1.1")
    confirm(ask(answer, lead, Part.PLAN), dpo)
    assert not tables_with(NAME)


def test_a_change_begun_before_it_does_not_bring_it_back(spoken, named, lead, contributor, dpo):
    confirm(ask(spoken, lead, Part.PLAN), dpo)
    again = planned(contributor, what=f"Meet {NAME}")
    with acting(contributor) as by, pytest.raises(Stale):
        edit(named, planned=again, version=0, by=by)


def test_without_an_action_there_is_nothing_to_remove(spoken, lead):
    with pytest.raises(ValidationError, match="There is nothing of this to remove"):
        ask(spoken, lead, Part.PLAN)


def test_the_page_offers_it_and_says_how_far_it_reaches(spoken, named, lead, dpo, client_for):
    asking = reverse("protection:request_answer", args=[spoken.pk])
    page = client_for(lead).get(reverse("assessments:improvement", args=[named.pk])).text
    assert asking in page
    assert Part.PLAN.label in client_for(lead).get(asking).text
    request = ask(spoken, lead, Part.PLAN)
    found = client_for(dpo).get(reverse("protection:detail", args=[request.pk])).text
    assert "1 planned action" in found
