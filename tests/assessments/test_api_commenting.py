"""Comments through the API."""

import pytest

from tests.assessments.test_commenting import begin, stored
from tests.conftest import count_queries

pytestmark = pytest.mark.django_db
THREADS = "/api/v1/threads/"


def post(client, address, **body):
    return client.post(address, body, content_type="application/json")


def test_a_conversation_from_beginning_to_end(draft, lead, contributor, viewer, client_for):
    client, other = client_for(contributor), client_for(lead)
    about = {"assessment": str(draft.pk), "clause": "1.1"}
    made = post(client, THREADS, **about, text="Who knows?", told=[str(viewer.pk)])
    assert (made.status_code, made.json()["told"]) == (201, [str(viewer.pk)])
    one = f"{THREADS}{made.json()['thread']}/"
    assert post(other, f"{one}reply/", text="@viewer knows").json()["told"] == [str(viewer.pk)]
    assert post(other, f"{one}resolve/").json()["status"] == "resolved"
    assert post(other, f"{one}reply/", text="More").status_code == 409
    assert post(other, f"{one}reopen/").json()["settled_by"] == str(lead.pk)
    own = f"/api/v1/comments/{made.json()['id']}/withdraw/"
    assert post(other, own).status_code == 403
    assert post(client, own).json()["text"] == ""
    assert [c["text"] for c in client.get(one).json()["comments"]] == ["", "@viewer knows"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "Write what you want to say"),
        ({"text": "x" * 4001}, "This must be 4,000 characters or fewer"),
        ({"text": "a\0b"}, "Null characters are not allowed"),
        ({"text": "Hm", "told": ["x"]}, "Must be a valid UUID"),
        ({"text": "Hm", "told": ["stranger"]}, "Choose people who have access"),
        ({"text": "@Someone"}, "has a name that begins with @Someone"),
        ({"text": "Hm", "clause": "99.9"}, "There is no such clause"),
        ({"text": "Hm", "to": []}, "This is not a field that can be sent"),
    ],
)
def test_bad_input_is_refused(draft, contributor, stranger, client_for, body, sentence):
    if body.get("told") == ["stranger"]:
        body = {**body, "told": [str(stranger.pk)]}
    about = {"assessment": str(draft.pk), "clause": "1.1"}
    refused = post(client_for(contributor), THREADS, **{**about, **body})
    assert (refused.status_code, sentence in refused.text) == (400, True), refused.text


def test_the_list_is_narrowed_and_takes_the_same_queries(draft, contributor, viewer, client_for):
    client, first = client_for(viewer), begin(draft, contributor, told=[viewer])
    one = count_queries(lambda: client.get(THREADS))
    for code in ("1.1", "1.2", "2.1"):
        begin(draft, contributor, code=code, told=[viewer])
    assert count_queries(lambda: client.get(THREADS)) == one
    for query, count in {
        "?clause=1.1": 2,
        "?status=resolved": 0,
        f"?assessment={draft.pk}&clause=2.1&status=open": 1,
    }.items():
        assert len(client.get(THREADS + query).json()["results"]) == count
    assert client.get(f"{THREADS}?status=loud").status_code == 400
    assert post(client, THREADS, text="I").status_code == 403
    assert stored(first).thread.is_open
