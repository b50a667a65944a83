"""The pages of comments."""

import pytest
from django.urls import reverse

from assessments.actions.commenting import reply, resolve
from assessments.models import Comment
from tests.assessments.conftest import url
from tests.assessments.test_budgets import queries_of
from tests.assessments.test_commenting import begin, open_threads, stored
from tests.assessments.test_search import found
from tests.assessments.test_team_pages import flat
from tests.conftest import acting, owner

pytestmark = pytest.mark.django_db


def page_of(thread, name="thread"):
    return reverse(f"assessments:{name}", args=[thread.pk])


def test_a_conversation_is_begun_answered_and_resolved(
    draft, lead, contributor, viewer, client_for
):
    client, comments = client_for(contributor), url("comments", draft, "1.1")
    clause = flat(client.get(url("clause", draft, "1.1")))
    assert f'href="{comments}">Comments on this clause</a> (0 open)' in clause
    assert "Nobody has commented on this clause yet." in client.get(comments).text
    said = {"text": "Who knows <b>this</b>?", "told": [str(viewer.pk), str(lead.pk)]}
    answered = client.post(comments, said, follow=True)
    assert "Who knows &lt;b&gt;this&lt;/b&gt;?" in answered.text
    assert f"Told: {lead}; {viewer}" in answered.text
    assert "(1 open)" in client.get(url("clause", draft, "1.1")).text
    thread = answered.context["thread"]
    other = client_for(lead)
    other.post(page_of(thread), {"text": "I do"})
    listed = flat(other.get(comments))
    assert "1 reply, the last on" in listed
    settled = flat(other.post(page_of(thread, "thread_step"), {"do": "resolve"}, follow=True))
    assert f"Resolved by {lead}" in settled
    assert 'name="text"' not in settled
    assert open_threads(draft) == 0
    again = flat(client.post(page_of(thread, "thread_step"), {"do": "reopen"}, follow=True))
    assert f"Reopened by {contributor}" in again
    unknown = client.post(page_of(thread, "thread_step"), {"do": "explode"}, follow=True)
    assert "Choose what to do with the conversation" in unknown.text


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"text": ""}, "Write what you want to say"),
        ({"text": "x" * 10_000}, "This must be 4,000 characters or fewer"),
        ({"text": "a\0b"}, "There is a character in this that is no text"),
        ({"text": "@Someone"}, "Nobody who can read this has a name that begins with @Someone"),
        ({"text": "Kept", "told": "nobody"}, "Choose people who have access"),
        ({"text": "Kept", "told": "stranger"}, "Choose people who have access"),
    ],
)
@pytest.mark.parametrize("is_reply", [False, True])
def test_bad_input_is_refused_and_kept(
    draft, contributor, stranger, client_for, said, sentence, is_reply
):
    if said.get("told") == "stranger":
        said = {**said, "told": str(stranger.pk)}
    first = begin(draft, contributor)
    address = page_of(first.thread) if is_reply else url("comments", draft, "1.1")
    answered = client_for(contributor).post(address, said)
    assert (answered.status_code, sentence in answered.text) == (422, True)
    assert said["text"].partition("\0")[0] in answered.text
    with owner(draft.agency):
        assert Comment.objects.count() == 1


def test_a_viewer_reads_and_is_offered_nothing(draft, contributor, viewer, client_for):
    first = begin(draft, contributor, "Who knows?")
    client = client_for(viewer)
    for address in (url("comments", draft, "1.1"), page_of(first.thread)):
        page = client.get(address).text
        assert "Who knows?" in page
        assert "Viewers cannot write them" in page
        assert 'name="text"' not in page
        assert client.post(address, {"text": "I"}).status_code == 403
    assert client.post(page_of(first.thread, "thread_step"), {"do": "resolve"}).status_code == 403


def test_only_the_writer_withdraws_and_is_told_what_stays(draft, lead, contributor, client_for):
    first = begin(draft, contributor, "About the Smith family")
    address = page_of(first, "comment_withdraw")
    assert address not in client_for(lead).get(page_of(first.thread)).text
    assert "This is not your comment" in client_for(lead).get(address).text
    assert client_for(lead).post(address).status_code == 403
    client = client_for(contributor)
    assert address in client.get(page_of(first.thread)).text
    assert "That you wrote something and withdrew it stays" in client.get(address).text
    after = flat(client.post(address, follow=True))
    assert "Comment withdrawn" in after
    assert "Smith" not in after
    assert "Withdrawn on" in after
    assert client.post(address).status_code == 409
    assert "This comment was withdrawn" in client.get(address).text
    assert "This comment was withdrawn." in client.get(url("comments", draft, "1.1")).text


def test_a_resolved_conversation_takes_no_reply(draft, lead, client_for):
    first = begin(draft, lead)
    with acting(lead) as by:
        resolve(first.thread, by=by)
    answered = client_for(lead).post(page_of(first.thread), {"text": "More"})
    assert (answered.status_code, "Reopen it to say more" in answered.text) == (409, True)


def test_a_submitted_assessment_says_why_nothing_more_is_said(submitted, lead, client_for):
    address = url("comments", submitted, "1.1")
    assert "its comments can only be read" in client_for(lead).get(address).text
    assert client_for(lead).post(address, {"text": "More"}).status_code == 409


def test_what_looks_like_personal_data_is_pointed_at(draft, contributor, lead, client_for):
    first = begin(draft, contributor, "The mother rings\n07700 900123")
    page = flat(client_for(contributor).get(page_of(first.thread)))
    assert "07700 900123</span> looks like a phone number (Comment, line 2)" in page
    assert "Withdraw the comment and write it again without it." in page
    assert "Withdraw the comment" not in client_for(lead).get(page_of(first.thread)).text


def test_a_comment_is_found_by_its_words_until_it_is_withdrawn(draft, contributor, client_for):
    first, client = begin(draft, contributor, "Where is the lighthouse?"), client_for(contributor)
    expected = [("comment", f"Comment on clause 1.1 by {contributor}")]
    assert found(client, "lighthouses") == expected
    assert found(client, "lighthouse", kind="comment", assessment=draft.pk) == expected
    assert page_of(first.thread) in client.get("/assessments/search/?q=lighthouse").text
    client.post(page_of(first, "comment_withdraw"))
    assert found(client, "lighthouse") == []


def test_a_comment_for_another_agency_than_one_acts_for_is_kept(
    draft, lead, viewer, stranger, client_for
):
    said = {"text": "Not for them", "told": [str(lead.pk), str(viewer.pk)]}
    said["acting_for"] = str(draft.agency_id)
    answered = client_for(stranger).post(url("comments", draft, "1.1"), said)
    assert answered.status_code == 409
    assert "Not for them" in answered.text
    assert str(lead.pk) in answered.text
    assert str(viewer.pk) in answered.text


def test_pages_take_the_same_queries_with_1_and_with_many(
    draft, lead, contributor, viewer, client_for, floor
):
    client, first = client_for(lead), begin(draft, contributor, told=[viewer])
    addresses = {
        url("clause", draft, "1.1"): 2,  # as without comments: test_budgets.py
        url("comments", draft, "1.1"): 4,
        page_of(first.thread): 6,
    }

    def counts():
        return [queries_of(client, address) for address in addresses]

    one = counts()
    for _ in range(4):
        begin(draft, lead, told=[viewer])
        with acting(lead) as by:
            reply(first.thread, text="More", told=[viewer.pk, contributor.pk], by=by)
    assert counts() == one
    for count, budget in zip(one, addresses.values(), strict=True):
        assert count <= floor + budget
    assert stored(first).told == [viewer]
