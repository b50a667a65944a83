"""Who does what, and handing it over, through the API."""

import pytest

from agencies.permissions import AGENCY_ROLES, ROLES, Permission
from assessments.holdings import HOLDINGS
from assessments.models import Answer
from tests import factories
from tests.assessments.conftest import make_draft
from tests.assessments.test_assigning import SOON, TODAY, give, held, late
from tests.conftest import acting, count_queries, owner

pytestmark = pytest.mark.django_db
MINE = "/api/v1/my-clauses/"


def team(assessment, below=""):
    return f"/api/v1/assessments/{assessment.pk}/team/{below}"


def handover(member):
    return f"/api/v1/people/{member.pk}/handover/"


def post(client, address, **body):
    return client.post(address, body, content_type="application/json")


def test_team_says_whose_each_clause_is(draft, lead, contributor, viewer, client_for):
    give(draft, ["1.1"], contributor, SOON, by=lead)
    rows = client_for(viewer).get(team(draft)).json()
    assert len(rows) == 70
    assert rows[0] == {
        "assessment": str(draft.pk),
        "clause": "1.1",
        "standard": "S1",
        "is_complete": False,
        "assignee": str(contributor.pk),
        "assignee_name": contributor.display_name,
        "due_on": str(SOON),
        "is_overdue": False,
        "is_unassigned": False,
    }
    assert (rows[1]["assignee"], rows[1]["assignee_name"]) == (None, None)
    assert rows[1]["is_unassigned"]


def test_team_can_be_narrowed(draft, lead, contributor, client_for):
    give(draft, ["1.1"], contributor, SOON, by=lead)
    give(draft, ["1.2"], lead, SOON, by=lead)
    late(draft, "1.1")
    client = client_for(lead)

    def codes(show):
        return [row["clause"] for row in client.get(team(draft), {"show": show}).json()]

    assert (codes("mine"), codes("overdue")) == (["1.2"], ["1.1"])
    assert {"1.1", "1.2"}.isdisjoint(codes("unassigned"))
    refused = client.get(team(draft), {"show": "yours"})
    assert refused.status_code == 400
    assert refused.json()["errors"] == {"show": ["Choose mine, overdue, unassigned or to_check"]}


def test_assign_clauses_and_standards_then_unassign(draft, lead, contributor, client_for):
    client = client_for(lead)
    sent = {"clauses": ["1.1"], "standards": ["S6"], "assignee": str(contributor.pk)}
    response = post(client, team(draft), **sent, due_on=str(SOON))
    assert response.status_code == 200
    assert response.json()[0]["assignee"] == str(contributor.pk)
    assert set(held(draft).values()) == {(contributor, SOON)}
    assert {code[0] for code in held(draft)} == {"1", "6"}
    assert post(client, team(draft, "unassign/"), standards=["S6"]).status_code == 204
    assert set(held(draft)) == {"1.1"}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"clauses": ["9.9"]}, "clauses"),
        ({"standards": ["S99"]}, "standards"),
        ({"clauses": []}, "clauses"),
        ({"clauses": "1.1"}, "clauses"),
        ({"assignee": "x"}, "assignee"),
        ({"assignee": "viewer"}, "to"),
        ({"assignee": "stranger"}, "assignee"),
        ({"assignee": None}, "assignee"),
        ({"due_on": "2026-13-01"}, "due_on"),
        ({"due_on": "2020-01-01"}, "due_on"),
        ({"until": str(TODAY)}, "until"),
    ],
)
def test_assign_says_what_cannot_be(draft, lead, viewer, stranger, client_for, changed, field):
    people = {"viewer": str(viewer.pk), "stranger": str(stranger.pk)}
    sent = {"clauses": ["1.1"], "assignee": str(lead.pk)} | changed
    sent["assignee"] = people.get(sent["assignee"], sent["assignee"])
    response = post(client_for(lead), team(draft), **sent)
    assert (response.status_code, set(response.json()["errors"])) == (400, {field})
    assert held(draft) == {}


@pytest.mark.parametrize("role", AGENCY_ROLES)
def test_each_role_may_do_what_it_may(draft, agency, lead, contributor, role, client_for):
    give(draft, ["1.1"], contributor, by=lead)
    with owner():
        member = factories.make_member(agency, role)
    client = client_for(member)
    assigned = post(client, team(draft), clauses=["1.2"], assignee=str(lead.pk)).status_code
    taken = post(client, team(draft, "unassign/"), clauses=["1.2"]).status_code
    may = Permission.ASSIGN_CLAUSE in ROLES[role]
    assert (assigned, taken) == ((200, 204) if may else (403, 403))
    may = Permission.HAND_OVER in ROLES[role]
    assert client.get(handover(contributor)).status_code == (200 if may else 403)
    given = post(client, handover(contributor), to=str(lead.pk)).status_code
    assert given == (200 if may else 403)


def test_assign_in_a_locked_assessment_is_409(signed, lead, client_for):
    client = client_for(lead)
    sent = {"clauses": ["1.1"], "assignee": str(lead.pk)}
    assert post(client, team(signed), **sent).status_code == 409
    assert post(client, team(signed, "unassign/"), clauses=["1.1"]).status_code == 409


def test_mine_is_to_do_and_open_by_due_date(draft, edition, lead, contributor, client_for):
    other = make_draft(edition, lead, "Year two")
    give(draft, ["1.1", "1.2"], lead, by=lead)
    give(other, ["8.8"], lead, SOON, by=lead)
    give(other, ["8.7"], contributor, by=lead)
    with owner(draft.agency):
        Answer.objects.filter(assessment=draft, clause__code="1.2").update(level=3)
    client = client_for(lead)
    first = client.get(MINE, {"page_size": 1}).json()
    assert [(row["clause"], row["assessment"]) for row in first["results"]] == [
        ("8.8", str(other.pk))
    ]
    second = client.get(first["next"]).json()
    assert [row["clause"] for row in second["results"]] == ["1.1"]
    assert second["next"] is None


def test_handover_lists_and_gives_everything(draft, lead, contributor, client_for):
    give(draft, ["1.1", "1.2"], contributor, SOON, by=lead)
    with owner(draft.agency):
        Answer.objects.filter(assessment=draft, clause__code="1.2").update(level=2)
    client = client_for(lead)
    rows = client.get(handover(contributor)).json()
    assert [(row["kind"], row["text"], row["due_on"], row["is_pending"]) for row in rows] == [
        ("clauses", "Clause 1.1 in Year one", str(SOON), True),
        ("clauses", "Clause 1.2 in Year one", str(SOON), False),
    ]
    response = post(client, handover(contributor), to=str(lead.pk))
    assert (response.status_code, response.json()) == (200, {"handed_over": {"clauses": 2}})
    assert set(held(draft).values()) == {(lead, SOON)}
    assert post(client, handover(contributor), to=str(lead.pk)).status_code == 409


@pytest.mark.parametrize("to", ["x", "contributor", "viewer", "stranger", None])
def test_handover_says_what_cannot_be(draft, lead, contributor, viewer, stranger, client_for, to):
    give(draft, ["1.1"], contributor, by=lead)
    people = {"contributor": contributor, "viewer": viewer, "stranger": stranger}
    body = {"to": str(people[to].pk) if to in people else to}
    response = post(client_for(lead), handover(contributor), **body)
    assert (response.status_code, set(response.json()["errors"])) == (400, {"to"})
    assert held(draft) == {"1.1": (contributor, None)}


def test_a_strangers_are_not_found(draft, contributor, stranger, client_for):
    client = client_for(stranger)
    assert client.get(team(draft)).status_code == 404
    assert post(client, team(draft), clauses=["1.1"]).status_code == 404
    assert post(client, team(draft, "unassign/"), clauses=["1.1"]).status_code == 404
    assert client.get(handover(contributor)).status_code == 404
    assert post(client, handover(contributor), to=str(stranger.pk)).status_code == 404
    assert client.get(MINE).json()["results"] == []


def test_lists_take_the_same_queries_with_1_and_with_all(
    draft, lead, contributor, client_for, floor
):
    with acting(lead):
        codes = list(draft.answers.values_list("clause__code", flat=True))
    addresses = (
        (lead, team(draft), 2),
        (contributor, MINE, 1),
        (lead, handover(contributor), 1 + len(HOLDINGS)),
    )
    found = []
    for chosen in (codes[:1], codes):
        give(draft, chosen, contributor, by=lead)
        counts = []
        for who, address, budget in addresses:
            client = client_for(who)
            client.get(address)
            counts.append(count_queries(lambda c=client, a=address: c.get(a)))
            assert counts[-1] <= floor + budget
        found.append(counts)
    assert found[0] == found[1]
