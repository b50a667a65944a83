"""Two people on one clause: field by field mine, theirs or a text of both; nothing is lost."""

from __future__ import annotations

import re

import pytest

from assessments.actions.answers import HARD_LIMIT, Said, answer_clause
from assessments.models import Answer
from tests.assessments.conftest import answer_of, sent, url
from tests.conftest import acting, owner

pytestmark = pytest.mark.django_db
OURS = {"level": "1", "how": "We meet every week.", "difference": "Ours differs"}
THEIRS = Said(level=3, how="We meet every month.", difference="Ours differs", na_reason="")


def save(assessment, said, *, by):
    with acting(by) as member:
        answer = Answer.objects.for_page().get(assessment=assessment, clause__code="1.1")
        return answer_clause(answer, version=answer.version, said=said, by=member)


def fields_of(response):
    """What a browser would send of the form, with nothing chosen."""
    form = response.context["form"]
    return {bound.html_name: bound.value() or "" for bound in form} | {"then": "next"}


@pytest.fixture
def conflict(draft, lead, contributor, client_for):
    """The lead's page after the contributor was first, and the client it is on."""
    stale = sent(draft, **OURS)
    save(draft, THEIRS, by=contributor)
    client = client_for(lead)
    return client, client.post(url("clause", draft, "1.1"), stale)


def test_conflict_marks_the_words_that_differ(conflict, contributor):
    _, page = conflict
    assert page.status_code == 412
    assert '<ins><span class="govuk-visually-hidden">[only in yours: </span>week.' in page.text
    marked = '<del><span class="govuk-visually-hidden">[only in what is saved: </span>month.'
    assert marked in page.text
    assert f"What was saved by {contributor.display_name}" in page.text
    labels = re.findall(r"<h2[^>]*>([^<]+)</h2>", page.text)
    assert [label for label in labels if "?" in label or label == "Level"] == [
        "Level",
        "How do you do this?",
    ], "what is the same is not asked"
    assert " checked" not in page.text, "nothing is chosen beforehand"


@pytest.mark.parametrize(
    ("picks", "stored"),
    [
        (("mine", "mine"), (1, "We meet every week.")),
        (("theirs", "mine"), (3, "We meet every week.")),
        (("mine", "theirs"), (1, "We meet every month.")),
        (("theirs", "theirs"), (3, "We meet every month.")),
        (("mine", "both"), (1, "We meet every week and every month.")),
    ],
)
def test_each_field_is_kept_as_it_was_chosen(picks, stored, conflict, draft):
    client, page = conflict
    form = fields_of(page) | {"pick_level": picks[0], "pick_how": picks[1]}
    form["how"] = "We meet every week and every month."
    saved = client.post(url("merge", draft, "1.1"), form)
    assert saved.url == f"{url('clause', draft, '1.2')}?saved=1.1"
    answer = answer_of(draft)
    assert (answer.level, answer.how, answer.difference) == (*stored, "Ours differs")


def test_text_of_both_begins_with_both(conflict):
    assert fields_of(conflict[1])["how"] == "We meet every week.\n\nWe meet every month."


def test_choice_that_is_missing_is_asked_and_nothing_is_lost(conflict, draft):
    client, page = conflict
    form = fields_of(page) | {"pick_how": "both", "how": "Typed long and hard"}
    again = client.post(url("merge", draft, "1.1"), form)
    assert again.status_code == 422
    assert "Choose what to keep for “Level”" in again.text
    assert fields_of(again)["mine_how"] == "We meet every week."
    assert fields_of(again)["how"] == "Typed long and hard"
    assert fields_of(again)["pick_how"] == "both"
    assert answer_of(draft).how == THEIRS.how


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("pick_how", "nobody's", "Choose what to keep for “How do you do this?”"),
        ("mine_level", "9", "This page is out of date"),
        ("version", "", "This page is out of date"),
        ("how", "x" * (HARD_LIMIT + 1), "20,001 characters"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(field, value, words, conflict, draft):
    client, page = conflict
    form = fields_of(page) | {"pick_level": "mine", "pick_how": "both", field: value}
    refused = client.post(url("merge", draft, "1.1"), form)
    assert refused.status_code == 422
    assert words in refused.text
    assert answer_of(draft).version == 1


def test_second_conflict_shows_the_page_again_with_all_that_was_written(
    conflict, draft, contributor
):
    client, page = conflict
    save(draft, Said(level=2, how="We meet every day.", na_reason="None"), by=contributor)
    form = fields_of(page) | {"pick_level": "theirs", "pick_how": "both", "how": "Of both"}
    again = client.post(url("merge", draft, "1.1"), form)
    assert again.status_code == 412
    kept = fields_of(again)
    assert (kept["mine_how"], kept["how"]) == (OURS["how"], "Of both")
    assert kept["pick_level"] == kept["pick_how"] == "", "what they saved is another one now"
    assert "day." in again.text
    assert answer_of(draft).how == "We meet every day."
    form = kept | {"pick_level": "theirs", "pick_na_reason": "mine", "pick_difference": "mine"}
    assert client.post(url("merge", draft, "1.1"), form).status_code == 422, "nobody chose a text"
    assert client.post(url("merge", draft, "1.1"), form | {"pick_how": "both"}).status_code == 302
    assert Said.stored_in(answer_of(draft)) == Said(
        level=2, how="Of both", difference="Ours differs"
    )


def test_text_merged_while_it_was_signed_off_is_shown_to_copy(conflict, draft):
    client, page = conflict
    with owner():
        type(draft).objects.filter(pk=draft.pk).update(status="signed_off")
    form = fields_of(page) | {"pick_level": "mine", "pick_how": "both", "how": "Brought together"}
    refused = client.post(url("merge", draft, "1.1"), form)
    assert refused.status_code == 409
    assert "Brought together" in refused.text


def test_markup_in_both_texts_is_shown_literally(draft, lead, contributor, client_for):
    stale = sent(draft, how="<script>alert(1)</script> mine")
    save(draft, Said(how="<img src=x onerror=alert(2)> theirs"), by=contributor)
    page = client_for(lead).post(url("clause", draft, "1.1"), stale).text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_conflict_page_asked_for_by_its_address_leads_to_the_clause(draft, lead, client_for):
    response = client_for(lead).get(url("merge", draft, "1.1"))
    assert (response.status_code, response.url) == (302, url("clause", draft, "1.1"))


def test_autosave_that_conflicts_leads_to_the_comparison(draft, lead, contributor, client_for):
    stale = sent(draft, how="Typed meanwhile")
    save(draft, THEIRS, by=contributor)
    response = client_for(lead).post(url("autosave", draft, "1.1"), stale)
    assert response.status_code == 412
    assert contributor.display_name in response.json()["message"]
    assert response.json()["button"] == "Compare the two texts"
