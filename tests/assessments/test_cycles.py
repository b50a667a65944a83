"""Two self-assessments side by side: what was submitted, or what stands."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from assessments.actions.assessments import start
from assessments.cycles import Texts, compare, first_choice
from assessments.models import Assessment
from assessments.standing import restand
from tests.assessments.conftest import PERIOD, fill, make_draft, url
from tests.assessments.cycles import attach, next_of, say, second_edition
from tests.conftest import acting, count_queries, owner

pytestmark = pytest.mark.django_db


def compared(one, other, by):
    with acting(by):
        rows = Assessment.objects.for_page()
        found = compare(rows.get(pk=one.pk), rows.get(pk=other.pk))
        return found, {change.clause.code: change for change in found.changes}


@pytest.fixture
def later(submitted, lead):
    """All of the submitted one at level 2 with the same text, carried over."""
    return next_of(submitted, lead)


def test_each_clause_tells_what_changed(later, submitted, contributor, lead):
    say(later, "1.1", contributor, level=3, how="We meet every week.")
    say(later, "1.2", contributor, level=1, how="We meet every month.")
    say(later, "1.3", contributor, is_not_applicable=True, na_reason="None here")
    attach(later, "1.4", contributor)
    say(later, "1.5", contributor, level=2)
    found, by_code = compared(later, submitted, lead)
    assert found.then.assessment == submitted
    kept = by_code["1.1"]
    assert (kept.steps, kept.texts, kept.is_change) == (1, Texts.TO_CHECK, True)
    assert (by_code["1.2"].steps, by_code["1.2"].texts) == (-1, Texts.CHANGED)
    assert (by_code["1.3"].steps, by_code["1.3"].texts) == (None, Texts.CHANGED)
    assert by_code["1.5"].texts == Texts.DROPPED
    assert (by_code["1.4"].then.evidence_count, by_code["1.4"].now.evidence_count) == (0, 1)
    assert (found.raised_count, found.lowered_count) == (1, 1)
    first = found.means[0]
    assert (first.then, first.now, first.by) == (Decimal("2.00"), Decimal("2.00"), Decimal("0.00"))
    assert found.then.result.score == Decimal("2.00")


def test_submitted_is_compared_as_submitted_and_by_its_own_rules(later, submitted, lead):
    with owner(submitted.agency):  # what nobody could do: the working rows say something else
        submitted.answers.filter(clause__code="1.1").update(level=0, how="Other")
    found, by_code = compared(later, submitted, lead)
    assert by_code["1.1"].then.said.level == 2
    assert (found.then.round.round, found.now.round) == (1, None)
    assert found.then.rules.levels[0].key == "working_towards"


def test_nothing_changed_is_no_change(draft, edition, lead, contributor):
    say(draft, "1.1", contributor, level=2, how="We meet.")
    other = make_draft(edition, lead, "Year two")
    say(other, "1.1", contributor, level=2, how="We meet.")
    found, by_code = compared(other, draft, lead)
    assert not found.changed
    assert (by_code["1.1"].texts, by_code["1.2"].texts) == (Texts.SAME, Texts.NONE)


def test_removed_personal_data_is_told_and_not_compared(draft, edition, lead, contributor):
    say(draft, "1.1", contributor, how="We meet.")
    with owner(draft.agency):
        mark = "[Redacted on 3 May 2026: personal data was removed]"
        draft.answers.filter(clause__code="1.1").update(how=mark)
    _, by_code = compared(make_draft(edition, lead, "Year two"), draft, lead)
    assert by_code["1.1"].texts == Texts.REMOVED


def test_two_editions_are_paired_by_wording(submitted, lead, client_for):
    later = next_of(submitted, lead, second_edition(submitted.edition))
    found, by_code = compared(later, submitted, lead)
    assert found.is_other_edition
    assert by_code["1.3"].before.code == "1.2"
    assert [c.clause.code for c in found.changes if c.after is None] == ["1.4"]
    page = client_for(lead).get(url("cycles", later)).text
    for note in (
        "Reworded",
        "Was clause 1.2",
        "New in the standards",
        "No longer in the standards",
    ):
        assert note in page


def test_page_compares_with_the_one_it_came_from_and_narrows(
    later, submitted, contributor, lead, client_for
):
    say(later, "1.1", contributor, level=3, how="We meet every day.")
    client, page = client_for(lead), url("cycles", later)
    shown = client.get(page).text
    assert "As submitted in round 1" in shown
    assert "As it stands now" in shown
    assert "Up 1 level" in shown
    assert "1 clause went up and 0 went down." in shown
    with owner(later.agency):
        later.answers.exclude(clause__code="1.1").update(is_to_check=False, level=2)
        restand(Assessment.objects.get(pk=later.pk))
    short = client.get(page, {"show": "changes"}).text
    assert short.count('scope="row" class="govuk-table__header app-title-cell"') == 1


def test_practice_is_compared_with_practice_alone(draft, edition, lead, client_for):
    with acting(lead) as by:
        tried = start(edition, title="Trying", **PERIOD, is_practice=True, by=by)
    client = client_for(lead)
    assert "no other self-assessment to compare" in client.get(url("cycles", draft)).text
    refused = client.get(url("cycles", make_draft(edition, lead, "Next")), {"with": tried.pk})
    assert refused.status_code == 422
    assert "Choose one of your self-assessments" in refused.text
    assert "no other practice self-assessment" in client.get(url("cycles", tried)).text


def test_first_choice_is_where_it_came_from_else_the_one_before(draft, edition, lead):
    last, following = make_draft(edition, lead, "Between"), next_of(draft, lead)
    assert first_choice(following, [last, draft]) == draft
    assert first_choice(last, [following, draft]) == draft
    assert first_choice(draft, [following]) == following
    assert first_choice(draft, []) is None


def test_page_takes_the_same_few_queries_with_1_and_with_all(
    draft, edition, lead, contributor, client_for, floor
):
    other, client, counts = make_draft(edition, lead, "Other"), client_for(lead), []
    for _ in range(2):
        client.get(url("cycles", other))
        counts.append(count_queries(lambda: client.get(url("cycles", other))))
        fill(draft)
        fill(other)
        for code in ("1.1", "1.2", "8.8"):
            attach(other, code, contributor, title=f"Policy {code}")
        for number in range(3):
            make_draft(edition, lead, f"More {number}")
    assert counts[0] == counts[1] <= floor + 5


def test_api_compares_and_refuses_what_is_not_ones_own(
    later, submitted, stranger, edition, lead, client_for
):
    client = client_for(lead)
    address = reverse("assessment-comparison", args=[later.pk])
    found = client.get(address, {"with": submitted.pk, "show": "changes"}).json()
    assert (found["then"]["round"], found["now"]["round"]) == (1, None)
    assert found["then"]["score"] == "2.00"
    assert len(found["standards"]) == 8
    first = found["clauses"][0]
    assert (first["code_then"], first["code_now"], first["texts"]) == ("1.1", "1.1", "to_check")
    assert (first["then"]["level"], first["now"]["level"]) == (2, None)
    for sent in (make_draft(edition, stranger).pk, "nonsense", ""):
        assert client.get(address, {"with": sent}).status_code == 400
