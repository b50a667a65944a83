"""The history of a clause: every version, and any two of them beside each other."""

from __future__ import annotations

import pytest

from assessments.actions.answers import Said, answer_clause
from assessments.models import Answer, AnswerRevision
from tests.assessments.conftest import url
from tests.conftest import acting, count_queries, owner

pytestmark = pytest.mark.django_db
MARK = "[Redacted on 2 March 2026: personal data was removed]"


def save(assessment, said, *, by, is_autosave=False):
    with acting(by) as member:
        answer = Answer.objects.for_page().get(assessment=assessment, clause__code="1.1")
        return answer_clause(
            answer, version=answer.version, said=said, is_autosave=is_autosave, by=member
        )


@pytest.fixture
def written(draft, lead, contributor):
    """Three versions: 1 by the contributor, 3 of two autosaves of the lead, 4 by the lead."""
    save(draft, Said(level=1, how="We meet often."), by=contributor)
    save(draft, Said(level=1, how="We meet wee"), by=lead, is_autosave=True)
    save(draft, Said(level=1, how="We meet weekly."), by=lead, is_autosave=True)
    with owner():
        AnswerRevision.objects.update(is_open=False)
    save(draft, Said(level=2, how="We meet weekly.", difference="More stay."), by=lead)
    return draft


def redact(version):
    with owner():
        AnswerRevision.objects.filter(version=version).update(how=MARK)


def versions_on(page):
    return [revision.version for revision, _ in page.context["rows"]]


def api(assessment, of=""):
    return f"/api/v1/assessments/{assessment.pk}/answers/1.1/revisions/{of}"


def test_history_lists_who_saved_when_newest_first(written, lead, contributor, viewer, client_for):
    page = client_for(viewer).get(url("history", written, "1.1"))
    assert versions_on(page) == [4, 3, 1]
    assert page.text.count("several saves since") == 1
    for words in (lead.display_name, contributor.display_name, "2 In place"):
        assert words in page.text


def test_history_of_an_untouched_clause_says_so(draft, lead, client_for):
    page = client_for(lead).get(url("history", draft, "1.2"))
    assert "Nobody has saved anything to this clause yet" in page.text


def test_clause_page_leads_to_its_history(written, viewer, client_for):
    client = client_for(viewer)
    assert url("history", written, "1.1") in client.get(url("clause", written, "1.1")).text
    assert url("history", written, "1.2") not in client.get(url("clause", written, "1.2")).text


def test_history_takes_the_same_queries_with_1_version_and_with_many(
    draft, lead, contributor, client_for, floor
):
    client, found = client_for(lead), []
    for count in (1, 30):
        for number in range(count):
            by = (lead, contributor)[number % 2]
            save(draft, Said(how=f"{count} {number}"), by=by)
        client.get(url("history", draft, "1.1"))
        found.append(count_queries(lambda: client.get(url("history", draft, "1.1"))))
    assert found[0] == found[1] <= floor + 3
    assert len(versions_on(client.get(url("history", draft, "1.1")))) == 20
    assert len(versions_on(client.get(url("history", draft, "1.1") + "?page=2"))) == 11


@pytest.mark.parametrize("query", ["?before=1&after=4", "?before=4&after=1"])
def test_two_versions_stand_side_by_side(query, written, viewer, client_for, floor):
    client, address = client_for(viewer), url("compare", written, "1.1") + query
    page = client.get(address)
    assert page.status_code == 200
    assert '<del><span class="govuk-visually-hidden">[removed: </span>often.' in page.text
    assert '<ins><span class="govuk-visually-hidden">[added: </span>weekly.' in page.text
    assert "More stay." in page.text
    assert "1 Developing" in page.text
    assert count_queries(lambda: client.get(address)) <= floor + 2


@pytest.mark.parametrize(
    ("query", "before", "changed"),
    [
        ("after=1", None, ["level", "how"]),
        ("after=3", 1, ["how"]),
        ("after=4", 3, ["level", "difference"]),
        ("before=0&after=4", None, ["level", "how", "difference"]),
    ],
)
def test_one_version_is_compared_with_the_one_it_followed(
    query, before, changed, written, lead, client_for
):
    page = client_for(lead).get(url("compare", written, "1.1") + f"?{query}")
    comparison = page.context["comparison"]
    assert (comparison.before.version if comparison.before else None) == before
    assert [field.field for field in comparison.changed] == changed


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?before=1", "Enter the number of a version"),
        ("?before=1&after=x", "Enter the number of a version"),
        ("?before=-1&after=3", "Enter the number of a version"),
        ("?after=99999999999999", "Enter the number of a version"),
        ("?before=1&after=1", "Choose two different versions"),
        ("?before=2&after=4", "This answer has no version 2 in its history"),
        ("?after=9", "This answer has no version 9 in its history"),
        ("?before=0&after=0", "Enter the number of a version"),
    ],
)
def test_versions_that_cannot_be_compared_are_named(query, words, written, lead, client_for):
    page = client_for(lead).get(url("compare", written, "1.1") + query)
    assert page.status_code == 422
    assert words in page.text
    assert page.context["comparison"] is None


def test_page_without_versions_asks_for_them(written, lead, client_for):
    page = client_for(lead).get(url("compare", written, "1.1"))
    assert page.status_code == 200
    assert "Earlier version" in page.text


def test_redacted_version_shows_the_mark_and_is_not_compared_in_words(written, lead, client_for):
    redact(1)
    client = client_for(lead)
    page = client.get(url("history", written, "1.1"))
    assert [revision.is_redacted for revision, _ in page.context["rows"]] == [False, False, True]
    assert page.text.count(">Redacted<") == 1
    page = client.get(url("compare", written, "1.1") + "?before=1&after=3")
    assert MARK in page.text
    assert "their words are not compared" in page.text
    body = client.get(api(written, "difference/?before=1&after=3")).json()
    [how] = body["changed"]
    assert (how["is_redacted"], how["grain"], len(how["runs"])) == (True, "whole", 1)


def test_text_that_only_quotes_a_mark_is_no_redaction(draft, lead, client_for):
    save(draft, Said(how=f"{MARK} and more"), by=lead)
    page = client_for(lead).get(url("history", draft, "1.1"))
    assert [revision.is_redacted for revision, _ in page.context["rows"]] == [False]


def test_history_of_a_stranger_is_not_found(written, stranger, client_for):
    client = client_for(stranger)
    for address in (
        url("history", written, "1.1"),
        url("compare", written, "1.1") + "?after=1",
        api(written),
        api(written, "difference/?after=1"),
    ):
        response = client.get(address)
        assert response.status_code == 404
        assert "We meet" not in response.text


def test_api_lists_the_versions_whole(written, viewer, client_for):
    rows = client_for(viewer).get(api(written)).json()["results"]
    assert [row["version"] for row in rows] == [4, 3, 1]
    assert rows[-1]["how"] == "We meet often."
    assert rows[-1]["by"].startswith("Contributor")


def test_api_list_takes_the_same_queries_with_1_version_and_with_3(
    draft, lead, contributor, client_for
):
    client, found = client_for(lead), []
    for count in (1, 3):
        for number in range(count):
            save(draft, Said(how=f"{count} {number}"), by=(lead, contributor)[number % 2])
        client.get(api(draft))
        found.append(count_queries(lambda: client.get(api(draft))))
    assert found[0] == found[1]


def test_api_difference_gives_both_texts_whole(written, viewer, client_for):
    body = client_for(viewer).get(api(written, "difference/?before=1&after=4")).json()
    assert (body["before"]["version"], body["after"]["version"]) == (1, 4)
    assert [change["field"] for change in body["changed"]] == ["level", "how", "difference"]
    runs = body["changed"][1]["runs"]
    assert "".join(run["before"] for run in runs) == "We meet often."
    assert "".join(run["after"] for run in runs) == "We meet weekly."


def test_api_difference_without_before_takes_the_one_it_followed(written, viewer, client_for):
    client = client_for(viewer)
    body = client.get(api(written, "difference/?after=4")).json()
    assert body["before"]["version"] == 3
    assert client.get(api(written, "difference/?after=1")).json()["before"] is None
    assert client.get(api(written, "difference/")).json() == body, "what the last save changed"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("before=4", "after"),
        ("after=x", "after"),
        ("after=9", "after"),
        ("before=2&after=4", "before"),
    ],
)
def test_api_difference_names_what_is_wrong(query, field, written, viewer, client_for):
    response = client_for(viewer).get(api(written, f"difference/?{query}"))
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]
