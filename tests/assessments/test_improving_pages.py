"""The pages of the improvement plan."""

from datetime import timedelta

import pytest
from django.urls import reverse

from agencies.permissions import AGENCY_ROLES, ROLES, Permission
from assessments.actions.assessments import archive
from assessments.models import Improvement, Progress
from tests import factories
from tests.assessments.conftest import fill, make_draft, reread, url
from tests.assessments.test_budgets import queries_of
from tests.assessments.test_improving import SOON, TODAY, make, put, stored
from tests.assessments.test_team_pages import day, flat
from tests.conftest import acting, owner

pytestmark = pytest.mark.django_db
ALL = reverse("assessments:improvement_list")


def of(improvement, name="improvement"):
    return reverse(f"assessments:{name}", args=[improvement.pk])


def filled_in(member, **said):
    usual = {"version": 0, "what": "Train the panel", "why": "Half is new", "expected_level": 3}
    return usual | {"owner": member.pk, **day(SOON)} | said


def test_an_action_is_planned_from_the_page_of_a_clause(draft, contributor, client_for):
    client = client_for(contributor)
    add = url("plan_add", draft, "1.1")
    assert f'href="{add}"' in client.get(url("clause", draft, "1.1")).text
    assert "Plan an action for clause 1.1" in client.get(add).text
    answered = client.post(add, filled_in(contributor), follow=True)
    with owner(draft.agency):
        made = Improvement.objects.get()
    assert answered.redirect_chain == [(of(made), 302)]
    page = flat(answered)
    assert "Action planned" in page
    assert "3 Embedded" in page


def test_from_what_blocks_each_clause_leads_to_its_own_action(draft, lead, viewer, client_for):
    overview = client_for(lead).get(url("overview", draft)).text
    assert f'href="{url("plan", draft)}#blocked"' in overview
    page = client_for(lead).get(url("plan", draft)).text
    assert f'href="{url("plan_add", draft, "1.1")}"' in page
    assert "No action is planned yet" in page
    assert url("plan_add", draft, "1.1") not in client_for(viewer).get(url("plan", draft)).text


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"what": ""}, "Say what will be done"),
        ({"why": ""}, "Say why, and what it should change"),
        ({"what": "x" * 201}, "This must be 200 characters or fewer"),
        ({"owner": ""}, "Choose a person"),
        ({"owner": "nobody"}, "Choose somebody who has access"),
        ({"expected_level": "7"}, "Choose a level of the scale"),
        ({"due_on_day": "31", "due_on_month": "2"}, "Enter a real date"),
        (day(TODAY - timedelta(days=1)), "The due date must be today or later"),
        ({"version": "x"}, "This page is out of date"),
    ],
)
def test_bad_input_is_refused_and_kept(draft, contributor, client_for, said, sentence):
    address = url("plan_add", draft, "1.1")
    answered = client_for(contributor).post(address, filled_in(contributor, **said))
    assert (answered.status_code, sentence in answered.text) == (422, True)
    assert "Half is new" in answered.text or said == {"why": ""}
    with owner(draft.agency):
        assert not Improvement.objects.exists()


def test_the_plan_says_how_far_it_is_and_where_it_leads(draft, lead, contributor, client_for):
    fill(draft, level=3)
    made = make(draft, contributor)
    make(draft, contributor, "1.2")
    put(made, Progress.DONE)
    page = flat(client_for(lead).get(url("plan", draft)))
    assert "1 of 2 actions done, 0 of them checked." in page
    assert 'max="2" value="1"' in page
    assert "When these actions are done, you are" in page
    assert "What would still block" in page


def test_the_forecast_reaches_the_highest_level(complete, lead, client_for):
    with owner(complete.agency):
        level, rules = 2, complete.answers.count()
        row = complete.answers.select_related("clause").first()
        row.level = None
        row.save(update_fields=["level"])
    before = flat(client_for(lead).get(url("plan", complete)))
    make(complete, lead, row.clause.code, expected_level=level)
    after = flat(client_for(lead).get(url("plan", complete)))
    assert rules == 70
    assert "by the answers as they are" in before.lower()
    assert "When this action is done, you are" in after
    assert f'href="{url("plan_add", complete, row.clause.code)}"' in before
    assert "1 clause is not answered" not in after


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, {"Late", "Fresh", "Done"}),
        ({"show": "overdue"}, {"Late"}),
        ({"show": "done"}, {"Done"}),
        ({"show": "open", "owner": "contributor"}, {"Late", "Done"}),
        ({"show": "nonsense", "owner": "nonsense"}, {"Late", "Fresh", "Done"}),
        ({"show": "checked"}, set()),
    ],
)
@pytest.mark.parametrize("is_whole", [True, False])
def test_the_list_can_be_narrowed(draft, lead, contributor, client_for, query, expected, is_whole):
    put(make(draft, contributor, what="Late"), Progress.DOING, due_on=TODAY - timedelta(days=1))
    make(draft, lead, what="Fresh")
    put(make(draft, contributor, what="Done"), Progress.DONE, due_on=TODAY - timedelta(days=1))
    if query.get("owner") == "contributor":
        query = {**query, "owner": contributor.pk}
    page = client_for(lead).get(ALL if is_whole else url("plan", draft), query).text
    assert {what for what in ("Late", "Fresh", "Done") if f">{what}</a>" in page} == expected
    assert ("No action matches" in page) == (not expected)
    assert page.count(">Overdue</strong>") == ("Late" in expected)


def test_buttons_take_an_action_all_the_way(draft, lead, contributor, client_for):
    made = make(draft, contributor)
    for person, do, state in (
        (contributor, "begin", "Doing"),
        (contributor, "finish", "Done"),
        (lead, "put_back", "Doing"),
        (contributor, "finish", "Done"),
        (lead, "check", "Checked"),
    ):
        client = client_for(person)
        assert f'value="{do}"' in client.get(of(made)).text
        answered = client.post(of(made, "improvement_step"), {"do": do}, follow=True)
        assert f">{state}</strong>" in answered.text
    assert 'value="check"' not in answered.text


def test_who_did_it_is_told_that_another_checks(draft, contributor, client_for):
    made = put(make(draft, contributor), Progress.DONE)
    client = client_for(contributor)
    page = client.get(of(made)).text
    assert "It waits to be checked by somebody else" in page
    assert 'value="check"' not in page
    answered = client.post(of(made, "improvement_step"), {"do": "check"})
    assert answered.status_code == 403
    assert "Somebody else has to check this" in answered.text


def test_what_looks_like_personal_data_is_pointed_at(draft, contributor, client_for):
    made = make(draft, contributor, why="The mother rings\n07700 900123")
    page = flat(client_for(contributor).get(of(made)))
    assert "This may be personal data" in page
    assert "07700 900123</span> looks like a phone number (Why, line 2)" in page
    clean = make(draft, contributor, "1.2")
    assert "This may be personal data" not in client_for(contributor).get(of(clean)).text


def test_an_unknown_step_is_refused(draft, contributor, client_for):
    made = make(draft, contributor)
    answered = client_for(contributor).post(
        of(made, "improvement_step"), {"do": "explode"}, follow=True
    )
    assert "Choose what to do with the action" in answered.text
    assert stored(made).status == Progress.TO_DO


def test_a_change_that_crosses_another_shows_both_and_can_be_sent_again(
    draft, lead, contributor, client_for
):
    made = make(draft, contributor)
    first = filled_in(contributor, what="Train everybody")
    assert client_for(lead).post(of(made, "improvement_edit"), first).status_code == 302
    client, second = client_for(contributor), filled_in(contributor, what="Train half")
    refused = client.post(of(made, "improvement_edit"), second)
    assert refused.status_code == 412
    assert "Train everybody" in refused.text
    assert 'value="Train half"' in refused.text
    assert 'name="version" value="1"' in refused.text
    assert stored(made).what == "Train everybody"
    assert client.post(of(made, "improvement_edit"), {**second, "version": 1}).status_code == 302
    assert stored(made).what == "Train half"


@pytest.mark.parametrize("role", AGENCY_ROLES)
def test_pages_show_and_accept_what_the_role_allows(draft, contributor, role, client_for):
    made = make(draft, contributor)
    with owner(draft.agency):
        member = factories.make_member(draft.agency, role)
    client, is_able = client_for(member), Permission.PLAN_IMPROVEMENT in ROLES[role]
    assert (of(made, "improvement_edit") in client.get(of(made)).text) == is_able
    for address in (url("plan_add", draft, "1.2"), of(made, "improvement_edit")):
        assert ("Who sees to it?" in client.get(address).text) == is_able
        expected = 302 if is_able else 403
        assert client.post(address, filled_in(contributor)).status_code == expected


def test_pages_take_the_same_queries_with_1_and_with_many(
    draft, edition, lead, contributor, client_for, floor
):
    other = make_draft(edition, lead, "Year two")
    made = make(draft, contributor)
    client = client_for(lead)
    addresses = {url("plan", other): 6, ALL: 3, of(made): 4}

    def counts():
        return [queries_of(client, address) for address in addresses]

    one = counts()
    for code in ("1.2", "2.1", "3.1", "4.1"):
        make(draft, contributor, code)
        make(other, lead, code)
    assert counts() == one
    for count, budget in zip(one, addresses.values(), strict=True):
        assert count <= floor + budget


def test_mine_leads_to_my_actions(draft, lead, contributor, client_for):
    make(draft, contributor, what="Theirs")
    make(draft, lead, what="Own")
    link = f"{ALL}?owner={lead.pk}&amp;show=open"
    assert link in client_for(lead).get(reverse("assessments:mine")).text
    page = client_for(lead).get(ALL, {"owner": lead.pk, "show": "open"}).text
    assert ">Own</a>" in page
    assert ">Theirs</a>" not in page


def test_an_archived_assessment_keeps_its_plan_and_takes_no_new_action(
    draft, lead, contributor, client_for
):
    made = make(draft, contributor)
    with acting(lead) as by:
        archive(draft, by=by)
    client = client_for(contributor)
    assert "Train the panel" in client.get(url("plan", draft)).text
    assert "Plan an action" not in client.get(url("clause", draft, "1.1")).text
    answered = client.post(url("plan_add", draft, "1.1"), filled_in(contributor))
    assert answered.status_code == 409
    assert client.post(of(made, "improvement_step"), {"do": "finish"}).status_code == 302
    assert stored(made).status == Progress.DONE
    assert reread(draft).is_archived
