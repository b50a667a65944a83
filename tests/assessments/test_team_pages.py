"""Who does what: the list of an assessment, one clause, and all that is one's own."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from agencies.actions import people
from assessments.actions.assessments import archive
from assessments.models import Answer
from tests.assessments.conftest import answer_of, fill, make_draft, reread, url
from tests.assessments.test_assigning import SOON, TODAY, give, held, late
from tests.conftest import acting, owner

pytestmark = pytest.mark.django_db
MINE = reverse("assessments:mine")
NOBODYS = "clauses to do are no one"


def shown(page):
    """The codes of the clauses in the list, in order."""
    return re.findall(r"<strong>(\d\.\d+)</strong>", page)


def flat(response):
    """The page with its white space made single."""
    return " ".join(response.text.split())


def linked(page):
    return re.findall(r"clauses/(\d\.\d+)/\"", page)


def ticks(assessment, *codes):
    return [str(answer_of(assessment, code).pk) for code in codes]


def day(when):
    return {"due_on_day": when.day, "due_on_month": when.month, "due_on_year": when.year}


def test_team_shows_all_clauses_with_whose_they_are(draft, lead, contributor, client_for):
    give(draft, ["1.1"], contributor, SOON, by=lead)
    page = flat(client_for(lead).get(url("team", draft)))
    assert len(shown(page)) == 70
    assert f"{contributor.display_name}, due {SOON:%-d %B %Y} · Not started" in page
    assert page.count("No one · ") == 69
    assert "Left empty, a day that was set before goes" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"show": "mine"}, ["1.1", "1.2", "1.3"]),
        ({"show": "overdue"}, ["1.2"]),
        ({"show": "mine", "standard": "S2"}, []),
        ({"standard": "S6", "show": "nonsense"}, ["6.1", "6.2", "6.3", "6.4", "6.5"]),
    ],
)
def test_team_can_be_narrowed(draft, lead, client_for, query, expected):
    give(draft, ["1.1", "1.2", "1.3"], lead, SOON, by=lead)
    for code in ("1.2", "1.3"):
        late(draft, code)
    with owner(draft.agency):
        Answer.objects.filter(assessment=draft, clause__code="1.3").update(level=2)
    page = client_for(lead).get(url("team", draft), query).text
    assert shown(page)[: len(expected)] == expected
    assert query.get("standard") == "S6" or len(shown(page)) == len(expected)
    assert ("No clause matches" in page) == (not expected)


def test_what_is_no_ones_is_to_do_addressed_and_nobodys_who_can_answer(
    draft, lead, contributor, client_for
):
    give(draft, ["1.1"], lead, by=lead)
    give(draft, ["1.2"], contributor, by=lead)
    with owner(draft.agency):
        Answer.objects.filter(assessment=draft, clause__code="1.3").update(level=2)
        addressed = {a.clause.code for a in draft.answers.select_related("clause")
                     if a.clause.is_addressed_to("LA")}  # fmt: skip
    client = client_for(lead)
    found = shown(client.get(url("team", draft), {"show": "unassigned"}).text)
    assert set(found) == addressed - {"1.1", "1.2", "1.3"}
    with acting(lead) as by:
        people.remove(contributor, by=by)
    page = client.get(url("team", draft), {"show": "unassigned"}).text
    assert set(shown(page)) == addressed - {"1.1", "1.3"}
    assert f"{contributor.display_name} (can no longer answer)" in page
    count = len(addressed) - 2
    for name in ("team", "overview"):
        assert f"{count} {NOBODYS}" in client.get(url(name, draft)).text


def test_team_assigns_what_is_ticked_and_whole_standards(draft, lead, contributor, client_for):
    client, address = client_for(lead), url("team", draft) + "?show=mine"
    form = {"clauses": ticks(draft, "1.1", "1.2"), "standards": ["S6"], "to": contributor.pk}
    response = client.post(address, {**form, **day(SOON), "do": "assign"})
    assert (response.status_code, response.url) == (302, address)
    with owner(draft.agency):
        of_six = draft.answers.filter(clause__standard__code="S6").count()
    assert len(held(draft)) == 2 + of_six
    assert set(held(draft).values()) == {(contributor, SOON)}
    assert f"{2 + of_six} clauses assigned" in client.get(address).text


def test_team_takes_what_is_ticked_and_asks_for_nobody(draft, lead, contributor, client_for):
    give(draft, ["1.1", "1.2"], contributor, by=lead)
    client = client_for(lead)
    client.post(url("team", draft), {"clauses": ticks(draft, "1.1", "1.3"), "do": "take"})
    assert set(held(draft)) == {"1.2"}
    assert "1 clause made no one&#x27;s" in client.get(url("team", draft)).text


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"clauses": []}, "Choose at least one clause"),
        ({"clauses": [], "do": "take"}, "Choose at least one clause"),
        ({"clauses": ["x"]}, "Choose clauses of this self-assessment"),
        ({"standards": ["S99"]}, "Choose standards of this edition"),
        ({"to": ""}, "Choose a person"),
        ({"to": "viewer"}, "Choose somebody who has access and whose role may answer clauses"),
        ({"due_on_day": "31"}, "The date must include a month and a year"),
        (day(TODAY - timedelta(days=1)), "The due date must be today or later"),
    ],
)
def test_team_says_what_is_wrong_and_keeps_the_ticks(
    draft, lead, viewer, client_for, form, sentence
):
    sent = {"clauses": ticks(draft, "1.1"), "to": lead.pk, "do": "assign", **form}
    if sent["to"] == "viewer":
        sent["to"] = viewer.pk
    response = client_for(lead).post(url("team", draft) + "?show=mine", sent)
    assert response.status_code == 422
    assert sentence in response.text
    assert len(shown(response.text)) == 70
    if sent["clauses"] == ticks(draft, "1.1"):
        assert f'value="{sent["clauses"][0]}" checked' in response.text
    assert held(draft) == {}


def test_team_is_only_a_list_for_those_who_may_not_assign(draft, viewer, client_for):
    client = client_for(viewer)
    page = client.get(url("team", draft)).text
    assert len(linked(page)) == 70
    assert 'type="checkbox"' not in page
    form = {"clauses": ticks(draft, "1.1"), "to": viewer.pk}
    assert client.post(url("team", draft), form).status_code in (403, 422)
    assert client.post(url("team", draft), {**form, "do": "take", "to": ""}).status_code == 403


def test_team_of_a_locked_assessment_is_only_a_list(signed, lead, client_for):
    client = client_for(lead)
    assert 'type="checkbox"' not in client.get(url("team", signed)).text
    form = {"clauses": ticks(signed, "1.1"), "to": lead.pk}
    assert client.post(url("team", signed), form).status_code == 409


def test_one_clause_is_assigned_and_taken_from_its_page(draft, lead, contributor, client_for):
    client, address = client_for(lead), url("assign", draft, "1.1")
    form = {"to": contributor.pk, **day(SOON), "do": "assign"}
    assert client.post(address, form).url == url("clause", draft, "1.1")
    page = flat(client.get(url("clause", draft, "1.1")))
    assert f"Assigned to: {contributor.display_name}, due {SOON:%-d %B %Y}" in page
    assert address in page
    again = client.get(address).text
    assert f'value="{contributor.pk}" selected' in again
    assert f'value="{SOON.year}"' in again
    client.post(address, {"do": "take"})
    assert "Assigned to: No one" in flat(client.get(url("clause", draft, "1.1")))


def test_one_clause_needs_a_person(draft, lead, client_for):
    response = client_for(lead).post(url("assign", draft, "1.1"), {"to": "", "do": "assign"})
    assert response.status_code == 422
    assert "Choose a person" in response.text


def test_day_that_has_passed_is_not_offered_again(draft, lead, client_for):
    give(draft, ["1.1"], lead, SOON, by=lead)
    late(draft, "1.1")
    page = client_for(lead).get(url("assign", draft, "1.1")).text
    assert f'value="{TODAY.year}"' not in page


def test_one_clause_cannot_be_assigned_by_a_viewer(draft, viewer, client_for):
    client = client_for(viewer)
    assert "A lead or a contributor can say" in client.get(url("assign", draft, "1.1")).text
    assert url("assign", draft, "1.1") not in client.get(url("clause", draft, "1.1")).text
    assert client.post(url("assign", draft, "1.1"), {"do": "take"}).status_code == 403


def test_standard_shows_whose_its_clauses_are(draft, lead, contributor, client_for):
    give(draft, ["1.1"], contributor, SOON, by=lead)
    late(draft, "1.1")
    page = client_for(lead).get(url("standard", draft, "S1")).text
    assert f"{contributor.display_name}, <strong>overdue: was due" in page


def test_mine_lists_what_is_open_by_due_date(draft, edition, lead, contributor, client_for):
    other = make_draft(edition, lead, "Year two")
    give(draft, ["1.1", "1.2"], lead, by=lead)
    give(draft, ["1.3"], lead, SOON, by=lead)
    give(other, ["8.8"], lead, SOON, by=lead)
    give(other, ["8.7"], contributor, by=lead)
    late(other, "8.8")
    with owner(draft.agency):
        Answer.objects.filter(assessment=draft, clause__code="1.2").update(level=3)
    client = client_for(lead)
    page = client.get(MINE).text
    assert linked(page) == ["8.8", "1.3", "1.1"]
    assert "3 clauses to do" in page
    assert page.count("Overdue") == 1
    assert "Year two" in page
    done = client.get(MINE, {"show": "complete"}).text
    assert linked(done) == ["1.2"]
    assert linked(client_for(contributor).get(MINE).text) == ["8.7"]


def test_mine_leaves_out_what_is_locked_or_archived(draft, edition, lead, client_for):
    other = make_draft(edition, lead, "Year two")
    give(draft, ["1.1"], lead, by=lead)
    give(other, ["1.1"], lead, by=lead)
    with acting(lead) as by:
        archive(draft, by=by)
    page = client_for(lead).get(MINE).text
    assert linked(page) == ["1.1"]
    assert str(other.pk) in page


def test_mine_has_pages_and_says_when_there_is_nothing(draft, lead, client_for):
    client = client_for(lead)
    assert "No clause that is assigned to you is waiting" in client.get(MINE).text
    assert "None of the clauses" in client.get(MINE, {"show": "complete"}).text
    with owner(draft.agency):
        codes = list(draft.answers.values_list("clause__code", flat=True))
    give(draft, codes, lead, by=lead)
    assert [len(linked(client.get(MINE, {"page": n}).text)) for n in (1, 3)] == [25, 20]
    fill(draft)
    page = client.get(MINE, {"show": "complete", "page": 2}).text
    assert len(linked(page)) == 25
    assert "?page=3&amp;show=complete" in page
    assert reread(draft).answered_count


def test_pages_of_a_stranger_are_not_found(draft, stranger, client_for):
    client = client_for(stranger)
    for address in (url("team", draft), url("assign", draft, "1.1")):
        assert client.get(address).status_code == 404
        assert client.post(address, {"do": "take"}).status_code == 404
