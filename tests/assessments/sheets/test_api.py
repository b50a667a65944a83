"""The spreadsheet through the API: the same actions as the pages."""

from __future__ import annotations

import pytest

from agencies.scopes import Scope
from assessments.actions.answers import Said
from assessments.serving import SHEET_TYPE
from tests.agencies.bearers import make
from tests.assessments.conftest import answer_of
from tests.assessments.sheets.workbooks import filled, taken, upload
from tests.assessments.test_merging import save

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


def address(assessment, below=""):
    return f"/api/v1/assessments/{assessment.pk}/spreadsheet/{below}"


def preview(client, assessment, said, by):
    content = filled(taken(assessment, by), said)
    return client.post(address(assessment), {"upload": upload(content)})


def confirm(client, assessment, token, **choices):
    sent = {"token": token, "choices": choices}
    return client.post(address(assessment, "import/"), sent, content_type="application/json")


def test_workbook_goes_out_and_comes_back(draft, lead, client_for):
    client = client_for(lead)
    response = client.get(address(draft), headers={"Accept": SHEET_TYPE})
    assert response["Content-Type"] == SHEET_TYPE
    content = filled(response.content, {("1.1", "level"): 2, ("1.2", "level"): 9})
    shown = client.post(address(draft), {"upload": upload(content)}).json()
    assert shown["unchanged"] == 68
    [line] = shown["lines"]
    assert (line["row"], line["clause"], line["is_conflict"]) == (2, "1.1", False)
    assert line["changed"] == [
        {"field": "level", "before": "Not scored yet", "after": "2 In place"}
    ]
    [problem] = shown["problems"]
    assert (problem["cell"], problem["clause"]) == ("D3", "1.2")
    assert answer_of(draft).version == 0
    done = confirm(client, draft, shown["token"])
    assert done.json() == {"saved": ["1.1"], "unchanged": [], "left": None}
    assert answer_of(draft).level == 2
    twice = confirm(client, draft, shown["token"]).json()
    assert twice == {"saved": [], "unchanged": ["1.1"], "left": None}


def test_conflict_needs_a_choice(draft, lead, contributor, client_for):
    client, content = client_for(lead), taken(draft, lead)
    save(draft, Said(how="Theirs"), by=contributor)
    mine = filled(content, {("1.1", "how"): "Mine"})
    shown = client.post(address(draft), {"upload": upload(mine)}).json()
    assert shown["lines"][0]["is_conflict"]
    assert shown["lines"][0]["updated_by"] == contributor.display_name
    refused = confirm(client, draft, shown["token"], **{"9.9": "mine"})
    assert refused.status_code == 400
    assert refused.json()["errors"]["choices"] == [
        "Choose what to keep for clause 1.1",
        "Clause 9.9 is not in the preview",
    ]
    assert confirm(client, draft, shown["token"], **{"1.1": "both"}).status_code == 400
    kept = confirm(client, draft, shown["token"], **{"1.1": "theirs"})
    assert (kept.status_code, answer_of(draft).how) == (200, "Theirs")
    assert confirm(client, draft, shown["token"], **{"1.1": "mine"}).json()["saved"] == ["1.1"]


def test_what_was_saved_meanwhile_is_left_and_told(draft, lead, contributor, client_for):
    client = client_for(lead)
    said = {("1.1", "how"): "Mine", ("1.2", "how"): "New"}
    shown = preview(client, draft, said, lead).json()
    save(draft, Said(how="Theirs"), by=contributor)
    done = confirm(client, draft, shown["token"])
    assert done.status_code == 412
    assert done.json()["saved"] == ["1.2"]
    left = done.json()["left"]
    assert [line["clause"] for line in left["lines"]] == ["1.1"]
    assert answer_of(draft).how == "Theirs"
    assert confirm(client, draft, left["token"], **{"1.1": "mine"}).status_code == 200
    assert answer_of(draft).how == "Mine"


def test_token_that_is_none_is_refused(draft, lead, client_for):
    refused = confirm(client_for(lead), draft, "none")
    assert refused.status_code == 400
    assert "Choose the workbook again" in refused.json()["errors"]["token"][0]


def test_reading_takes_another_scope_than_writing(draft, contributor, client):
    reading, writing = (
        {"headers": {"Authorization": f"Bearer {make(contributor, [scope])}"}}
        for scope in (Scope.ASSESSMENTS_READ, Scope.ASSESSMENTS_WRITE)
    )
    content = upload(taken(draft, contributor))
    assert client.get(address(draft), **reading).status_code == 200
    assert client.get(address(draft), **writing).status_code == 403
    assert client.post(address(draft), {"upload": content}, **reading).status_code == 403
    content.seek(0)
    assert client.post(address(draft), {"upload": content}, **writing).status_code == 200
