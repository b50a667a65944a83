"""Assessments and answers through the API."""

import pytest

from assessments.actions.assessments import archive
from tests.assessments.conftest import answer_of, make_draft, reread
from tests.conftest import acting, count_queries

pytestmark = pytest.mark.django_db

JSON = "application/json"


def address(assessment, code=""):
    base = f"/api/v1/assessments/{assessment.pk}/answers/"
    return f"{base}{code}/" if code else base


def patch(client, assessment, body, *, seen='"0"', code="1.1"):
    headers = {"If-Match": seen} if seen else {}
    return client.patch(address(assessment, code), body, content_type=JSON, headers=headers)


def test_list_holds_own_assessments_only(draft, edition, stranger, viewer, client_for):
    make_draft(edition, stranger)
    page = client_for(viewer).get("/api/v1/assessments/").json()
    assert [row["id"] for row in page["results"]] == [str(draft.pk)]
    assert page["results"][0]["edition"] == edition.code


def test_list_can_be_filtered_by_archive(draft, lead, client_for):
    with acting(lead) as by:
        archive(draft, by=by)
    client = client_for(lead)
    for wanted, count in (("true", 1), ("false", 0)):
        page = client.get(f"/api/v1/assessments/?is_archived={wanted}").json()
        assert len(page["results"]) == count


def test_assessment_of_a_stranger_is_not_found(draft, stranger, client_for):
    client = client_for(stranger)
    for path in (f"/api/v1/assessments/{draft.pk}/", address(draft), address(draft, "1.1")):
        response = client.get(path)
        assert response.status_code == 404
        assert response.headers["Content-Type"] == "application/problem+json"
    assert patch(client, draft, {"level": 1}).status_code == 404


def test_answers_come_in_the_order_of_the_edition(draft, viewer, client_for):
    rows = client_for(viewer).get(address(draft)).json()["results"]
    assert len(rows) == 70
    assert [rows[0]["clause"], rows[9]["clause"], rows[-1]["clause"]] == ["1.1", "2.1", "8.8"]


def test_patch_changes_what_was_sent_and_nothing_else(draft, contributor, client_for):
    client = client_for(contributor)
    patch(client, draft, {"level": 2, "how": "We meet"})
    response = patch(client, draft, {"difference": "Fewer moves"}, seen='"1"')
    assert (response.status_code, response.headers["ETag"]) == (200, '"2"')
    body = response.json()
    assert (body["level"], body["how"], body["difference"]) == (2, "We meet", "Fewer moves")
    assert body["updated_by"] == contributor.display_name
    assert reread(draft).answered_count == 1
    assert client.get(address(draft, "1.1")).headers["ETag"] == '"2"'


@pytest.mark.parametrize("seen", ["", "*", "nonsense"])
def test_patch_without_a_version_is_428(seen, draft, contributor, client_for):
    response = patch(client_for(contributor), draft, {"level": 2}, seen=seen)
    assert response.status_code == 428
    assert answer_of(draft).version == 0


def test_stale_patch_is_412_with_both_versions(draft, contributor, lead, client_for):
    patch(client_for(lead), draft, {"level": 2, "how": "Theirs"})
    response = patch(client_for(contributor), draft, {"level": 1, "how": "Ours"})
    body = response.json()
    assert response.status_code == 412
    assert (body["current"]["how"], body["current"]["version"]) == ("Theirs", 1)
    assert body["yours"]["how"] == "Ours"
    assert lead.display_name in body["detail"]
    assert answer_of(draft).how == "Theirs"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"level": 4}, "level"),
        ({"level": "high"}, "level"),
        ({"level": True}, "level"),
        ({"level": 1, "is_not_applicable": True}, "level"),
        ({"how": "x" * 20_001}, "how"),
        ({"how": "nul \x00"}, "how"),
        ({"version": 7}, "version"),
        ({"agency": "x"}, "agency"),
        ({"status": "submitted"}, "status"),
    ],
    ids=str,
)
def test_patch_that_cannot_be_accepted_names_the_field(body, field, draft, contributor, client_for):
    response = patch(client_for(contributor), draft, body)
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [field]
    assert answer_of(draft).version == 0


@pytest.mark.parametrize("body", ["[]", "3", "null", "{", '"x"'])
def test_patch_of_another_shape_is_400(body, draft, contributor, client_for):
    response = patch(client_for(contributor), draft, body)
    assert response.status_code == 400


def test_patch_of_a_locked_assessment_is_409(signed, contributor, client_for):
    response = patch(client_for(contributor), signed, {"level": 1}, seen='"1"')
    assert response.status_code == 409
    assert "signed off" in response.json()["detail"]


def test_patch_keeps_the_budget_of_a_save(draft, contributor, client_for, floor):
    client = client_for(contributor)
    patch(client, draft, {"how": "First"})
    body = {"how": "Second", "level": 3}
    assert count_queries(lambda: patch(client, draft, body, seen='"1"')) <= floor + 9
    assert answer_of(draft).level == 3
