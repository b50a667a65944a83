"""The pages and the API of notices."""

import pytest
from django.urls import reverse

from agencies.permissions import AGENCY_ROLES
from assessments.actions.commenting import resolve
from assessments.models import NoticeSetting
from tests import factories
from tests.assessments.conftest import url
from tests.assessments.test_assigning import give
from tests.assessments.test_budgets import queries_of
from tests.assessments.test_commenting import begin
from tests.assessments.test_improving import make
from tests.assessments.test_team_pages import flat
from tests.conftest import acting, count_queries, owner

pytestmark = pytest.mark.django_db
LIST = reverse("assessments:notices")
SETTING = reverse("assessments:notice_setting")
API = "/api/v1/notices/"


def test_a_notice_leads_to_where_to_look_and_is_marked(draft, lead, contributor, client_for):
    client = client_for(contributor)
    assert f'href="{LIST}">Notices</a>' in client.get(LIST).text
    assert "Nothing yet." in client.get(LIST).text
    first = begin(draft, lead, told=[contributor])
    give(draft, ["1.2"], contributor, by=lead)
    made = make(draft, contributor, "2.1", by=lead)
    page = client.get(LIST).text
    for href in (
        reverse("assessments:thread", args=[first.thread_id]),
        reverse("assessments:improvement", args=[made.pk]),
        url("clause", draft, "1.2"),
    ):
        assert f'href="{href}"' in page
    assert flat(client.get(LIST)).count(">New</strong>") == 3
    with acting(lead) as by:
        resolve(first.thread, by=by)
    assert flat(client.get(LIST)).count(">Over</strong>") == 1
    seen = flat(client.post(reverse("assessments:notices_seen"), follow=True))
    assert ">New</strong>" not in seen
    assert "Mark all as seen" not in seen
    assert "Nothing yet." in client_for(lead).get(LIST).text


@pytest.mark.parametrize("role", AGENCY_ROLES)
def test_everybody_chooses_for_themselves(agency, lead, role, client_for):
    with owner(agency):
        member = factories.make_member(agency, role)
    client = client_for(member)
    assert 'value="daily" checked' in flat(client.get(SETTING))
    assert client.post(SETTING, {"pace": "at_once"}).status_code == 302
    assert 'value="at_once" checked' in flat(client.get(SETTING))
    for pace in ("", "hourly"):
        refused = client.post(SETTING, {"pace": pace})
        assert refused.status_code == 422
        assert "Choose how often you want an email" in refused.text
    with owner(agency):
        assert [(s.member_id, s.pace) for s in NoticeSetting.objects.all()] == [
            (member.pk, "at_once")
        ]


def test_the_scheme_has_none(scheme_admin, client_for):
    client = client_for(scheme_admin)
    assert [client.get(page).status_code for page in (LIST, SETTING)] == [403, 403]
    assert LIST not in client.get("/standards/").text


def test_the_list_takes_the_same_queries_with_1_and_with_many(
    draft, lead, contributor, client_for, floor
):
    client = client_for(contributor)
    begin(draft, lead, told=[contributor])
    one = queries_of(client, LIST)
    through_api = count_queries(lambda: client.get(API))
    give(draft, ["1.1", "1.2", "2.1"], contributor, by=lead)
    make(draft, contributor, "3.1", by=lead)
    begin(draft, lead, told=[contributor])
    assert queries_of(client, LIST) == one <= floor + 2
    assert count_queries(lambda: client.get(API)) == through_api


def test_the_api_does_the_same(draft, lead, contributor, client_for):
    client = client_for(contributor)
    first = begin(draft, lead, told=[contributor])
    (found,) = client.get(API).json()["results"]
    assert (found["about"], found["clause"], found["is_live"]) == ("mentioned", "1.1", True)
    assert (found["thread"], found["seen_at"]) == (str(first.thread_id), None)
    marks = [client.post(f"{API}seen/", content_type="application/json") for _ in range(2)]
    assert [mark.json() for mark in marks] == [{"count": 1}, {"count": 0}]
    here = "/api/v1/notice-setting/"
    assert client.get(here).json() == {"pace": "daily"}
    assert client.put(here, {"pace": "off"}, content_type="application/json").status_code == 200
    assert client.get(here).json() == {"pace": "off"}
    refused = client.put(here, {"pace": "hourly"}, content_type="application/json")
    assert (refused.status_code, "Choose how often" in refused.text) == (400, True)
