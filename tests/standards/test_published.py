"""What is published is read once by a process; what is in force is asked every time."""

import pytest
from django.urls import reverse

from standards import published
from standards.actions import drafting, publishing
from standards.models import Guidance, ReadinessRules
from tests.assessments.conftest import make_draft
from tests.conftest import acting, count_queries
from tests.world import change

pytestmark = pytest.mark.django_db
TEXT = "How many, by quarter."


@pytest.mark.parametrize(
    ("read", "model"),
    [
        (lambda found: published.additions(found.pk), Guidance),
        (lambda found: published.rules(found.pk), ReadinessRules),
        (lambda found: published.clauses(found.edition_id), Guidance),
    ],
)
def test_second_time_asks_nothing(edition, lead, read, model):
    with acting(lead):
        found = model.objects.get(is_current=True)
        assert count_queries(lambda: read(found)) > 0
        assert count_queries(lambda: read(found)) == 0


def test_new_version_shows_at_once(edition, lead, scheme_admin, client_for):
    draft, client = make_draft(edition, lead), client_for(lead)
    page = reverse("assessments:clause", args=[draft.pk, "1.1"])
    assert TEXT not in client.get(page).text
    with acting(scheme_admin) as by:
        guidance = drafting.start(Guidance.objects.get(is_current=True), by=by)
        change(guidance, "1.1", TEXT, by=by)
        publishing.publish(guidance, version="1.2", summary="One more question.", by=by)
    assert TEXT in client.get(page).text


@pytest.mark.parametrize(
    ("term", "text", "stands"),
    [
        ("Early Permanence (EP)", "about early permanence here", True),
        ("Early Permanence (EP)", "all EP placements", True),
        ("Early Permanence (EP)", "a step, kept", False),
        ("Agency Decision Maker (the ADM)", "the ADMs decide", True),
        ("Agency Decision Maker (the ADM)", "an adm file", False),
        ("Carers", "one carer alone", True),
        ("Carers", "careless", False),
    ],
)
def test_term_is_found_as_words_and_as_acronym(term, text, stands):
    assert bool(published.pattern(term).search(text)) == stands
