"""The improvement plan through the API."""

from datetime import timedelta

import pytest

from agencies.permissions import AGENCY_ROLES, ROLES, Permission
from assessments.models import Improvement, Progress
from tests import factories
from tests.assessments.conftest import fill
from tests.assessments.test_improving import SOON, TODAY, make, put, stored
from tests.conftest import count_queries, owner

pytestmark = pytest.mark.django_db
ALL = "/api/v1/actions/"


def of(improvement, below=""):
    return f"{ALL}{improvement.pk}/{below}"


def post(client, address, **body):
    return client.post(address, body, content_type="application/json")


def patch(client, improvement, version, **body):
    headers = {"If-Match": f'"{version}"'}
    return client.patch(of(improvement), body, content_type="application/json", headers=headers)


def new(assessment, member, **said):
    usual = {"what": "Train the panel", "why": "Half is new", "expected_level": 3}
    where = {"assessment": str(assessment.pk), "clause": "1.1"}
    return {**where, **usual, "owner": str(member.pk), "due_on": str(SOON), **said}


def test_an_action_is_planned_once_for_one_key(draft, contributor, client_for):
    client, body = client_for(contributor), new(draft, contributor)
    for _ in range(2):
        made = client.post(
            ALL, body, content_type="application/json", headers={"Idempotency-Key": "plan 1"}
        )
        assert made.status_code == 201
    with owner(draft.agency):
        one = Improvement.objects.get()
    found = client.get(of(one))
    assert found["ETag"] == '"0"'
    data = found.json()
    assert {name: data[name] for name in body} == body
    assert (data["id"], data["status"], data["is_overdue"], data["done_by"]) == (
        str(one.pk), "to_do", False, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "errors"),
    [
        ({"clause": "9.9"}, {"clause": ["There is no such clause in such a self-assessment"]}),
        ({"owner": "0" * 8 + "-0000-4000-8000-" + "0" * 12},
         {"owner": ["There is nobody with this id in your agency"]}),
        ({"due_on": str(TODAY - timedelta(days=1))},
         {"due_on": ["The due date must be today or later"]}),
        ({"expected_level": 9}, {"expected_level": ["Choose a level of the scale"]}),
        ({"what": "x" * 201}, {"what": ["This must be 200 characters or fewer"]}),
        ({"status": "checked"}, {"status": ["There is no such field."]}),
    ],
)  # fmt: skip
def test_bad_input_is_refused(draft, contributor, client_for, said, errors):
    refused = post(client_for(contributor), ALL, **new(draft, contributor, **said))
    assert refused.status_code == 400
    assert set(refused.json()["errors"]) == set(errors)
    if "status" not in said:
        assert refused.json()["errors"] == errors


def test_a_change_says_which_version_it_saw(draft, lead, contributor, client_for):
    one, client = make(draft, contributor), client_for(lead)
    assert client.patch(of(one), {}, content_type="application/json").status_code == 428
    changed = patch(client, one, 0, what="Train everybody")
    assert (changed.status_code, changed["ETag"]) == (200, '"1"')
    refused = patch(client, one, 0, what="Train half")
    assert refused.status_code == 412
    assert refused.json()["current"]["what"] == "Train everybody"
    assert refused.json()["yours"]["what"] == "Train half"
    assert stored(one).what == "Train everybody"


def test_steps_and_who_may_not_check(draft, lead, contributor, client_for):
    one, doer = make(draft, contributor), client_for(contributor)
    assert post(doer, of(one, "begin/")).json()["status"] == "doing"
    assert post(doer, of(one, "finish/")).json()["done_by"] == str(contributor.pk)
    refused = post(doer, of(one, "check/"))
    assert refused.status_code == 403
    assert "Somebody else has to check this" in refused.json()["detail"]
    assert post(client_for(lead), of(one, "put-back/")).json()["done_by"] is None
    assert post(client_for(lead), of(one, "check/")).status_code == 409
    post(doer, of(one, "finish/"))
    assert post(client_for(lead), of(one, "check/")).json()["checked_by"] == str(lead.pk)
    assert post(client_for(lead), of(one, "put-back/"), done_by="x").status_code == 400


@pytest.mark.parametrize("role", AGENCY_ROLES)
def test_writing_needs_its_permission(draft, contributor, role, client_for):
    one = make(draft, contributor)
    with owner(draft.agency):
        client = client_for(factories.make_member(draft.agency, role))
    is_able = Permission.PLAN_IMPROVEMENT in ROLES[role]
    assert client.get(of(one)).status_code == 200
    codes = [
        post(client, ALL, **new(draft, contributor)).status_code,
        patch(client, one, 0, what="Train all").status_code,
        post(client, of(one, "begin/")).status_code,
    ]
    assert codes == ([201, 200, 200] if is_able else [403, 403, 403])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"is_overdue": "true"}, ["Late"]),
        ({"is_overdue": "false"}, ["Done", "Fresh"]),
        ({"status": "done"}, ["Done"]),
        ({"is_open": "false"}, []),
        ({"clause": "1.2"}, ["Fresh"]),
    ],
)
def test_the_list_can_be_narrowed(draft, lead, contributor, client_for, query, expected):
    past = TODAY - timedelta(days=1)
    put(make(draft, contributor, what="Late"), Progress.DOING, due_on=past)
    make(draft, lead, "1.2", what="Fresh")
    put(make(draft, contributor, what="Done"), Progress.DONE, due_on=past)
    client = client_for(lead)
    found = client.get(ALL, {"assessment": draft.pk, **query}).json()["results"]
    assert sorted(row["what"] for row in found) == expected
    mine = client.get(ALL, {"owner": lead.pk, "is_open": "true"}).json()["results"]
    assert [row["what"] for row in mine] == ["Fresh"]
    assert client.get(ALL, {"status": "never"}).status_code == 400


def test_forecast_says_where_the_plan_leads(draft, lead, viewer, client_for):
    fill(draft, level=3)
    put(make(draft, lead), Progress.DONE)
    make(draft, lead, "1.2")
    found = client_for(viewer).get(f"/api/v1/assessments/{draft.pk}/forecast/").json()
    counts = ("action_count", "done_count", "checked_count", "overdue_count")
    assert [found[name] for name in counts] == [2, 1, 0, 0]
    assert found["reached_now"] == found["reached_then"]
    assert found["next_level"]
    assert found["blockers"]


def test_the_list_takes_the_same_queries_with_1_and_with_many(draft, lead, client_for, floor):
    client = client_for(lead)

    def count():
        client.get(ALL)
        return count_queries(lambda: client.get(ALL))

    make(draft, lead)
    one = count()
    for code in ("1.2", "2.1", "3.1"):
        make(draft, lead, code)
    assert count() == one <= floor + 2
