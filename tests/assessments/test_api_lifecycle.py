"""A self-assessment from start to submission through the API alone (who and when: test_matrix)."""

import pytest

from assessments.models import Assessment
from tests.assessments.conftest import PERIOD, fill, make_draft, reread
from tests.conftest import count_queries

pytestmark = pytest.mark.django_db
URL = "/api/v1/assessments/"
JSON = "application/json"
SENT = {"title": "Year one", "edition": "neps-2022", **{k: str(v) for k, v in PERIOD.items()}}


def test_from_start_to_a_second_round(edition, lead, approver, client_for):
    client, signer = client_for(lead), client_for(approver)
    started = client.post(URL, SENT, content_type=JSON)
    assert started.status_code == 201
    body = started.json()
    assert (body["title"], body["status"], body["clause_count"]) == ("Year one", "draft", 68)
    here = f"{URL}{body['id']}/"
    stops = client.get(f"{here}check/").json()
    assert "Answer 68 more clauses" in stops["hindrances"][0]["message"]
    assert len(stops["hindrances"][0]["clauses"]) == 68
    refused = signer.post(f"{here}sign-off/", {"name": "H", "has_agreed": True}, content_type=JSON)
    assert refused.status_code == 400
    fill(reread_of(body["id"]))
    assert client.get(f"{here}check/").json()["hindrances"] == []
    signed = signer.post(f"{here}sign-off/", {"name": "H", "has_agreed": True}, content_type=JSON)
    assert (signed.status_code, signed.json()["status"]) == (200, "signed_off")
    assert client.post(f"{here}reopen/").json()["status"] == "draft"
    signer.post(f"{here}sign-off/", {"name": "H", "has_agreed": True}, content_type=JSON)
    submitted = client.post(f"{here}submit/").json()
    assert (submitted["round"], len(submitted["sha256"])) == (1, 64)
    assert client.post(f"{here}withdraw/").json()["withdrawn_at"]
    rounds = client.get(f"{here}submissions/").json()
    assert [row["round"] for row in rounds] == [1]
    assert client.patch(here, {"title": "Two"}, content_type=JSON).json()["title"] == "Two"
    assert client.delete(here).status_code == 409
    assert client.post(f"{here}archive/").json()["archived_at"]
    assert client.post(f"{here}restore/").json()["archived_at"] is None
    empty = client.post(URL, SENT, content_type=JSON).json()
    assert client.delete(f"{URL}{empty['id']}/").status_code == 204
    assert client.get(f"{URL}{empty['id']}/").status_code == 404


def reread_of(pk):
    return reread(Assessment(pk=pk))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "\u200b"}, "title"),
        ({"title": "x" * 151}, "title"),
        ({"edition": "neps-1066"}, "edition"),
        ({"edition": None}, "edition"),
        ({"edition": "neps\0"}, "edition"),
        ({"edition": ["neps-2022"]}, "edition"),
        ({"period_from": "31/12/2026"}, "period_from"),
        ({"period_to": "2025-01-01"}, "period_to"),
        ({"status": "submitted"}, "status"),
        ({"agency": "x"}, "agency"),
    ],
    ids=str,
)
def test_start_that_cannot_be_accepted_names_the_field(change, field, edition, lead, client_for):
    response = client_for(lead).post(URL, SENT | change, content_type=JSON)
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]
    assert client_for(lead).get(URL).json()["results"] == []


@pytest.mark.parametrize("body", ["[]", "3", "null", "{", '"x"'])
def test_start_of_another_shape_is_400(body, edition, lead, client_for):
    assert client_for(lead).post(URL, body, content_type=JSON).status_code == 400


@pytest.mark.parametrize(
    "path", ["", "?page_size=200", "{}/answers/", "{}/submissions/", "{}/reports/", "{}/check/"]
)
def test_lists_have_a_fixed_number_of_queries(path, edition, draft, submitted, lead, client_for):
    client = client_for(lead)
    url = f"{URL}{path.format(submitted.pk)}"
    few = count_queries(lambda: client.get(url))
    for number in range(3):
        make_draft(edition, lead, f"Another {number}")
    assert count_queries(lambda: client.get(url)) == few
    assert few <= 12
