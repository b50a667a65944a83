"""A clause saved after switching to another agency in another tab: nothing typed is lost."""

from __future__ import annotations

import html

import pytest

from agencies.hats import SESSION_KEY
from agencies.permissions import Role
from tests import factories
from tests.assessments.conftest import answer_of, sent, url
from tests.assessments.test_table import sent as table_sent
from tests.conftest import owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def switched(draft, lead, other_agency, client_for):
    """The lead's browser, which meanwhile acts for another agency."""
    with owner():
        factories.make_member(other_agency, Role.LEAD, lead.user)
    client = client_for(lead)
    wear(client, other_agency)
    return client


def wear(client, agency):
    session = client.session
    session[SESSION_KEY] = str(agency.pk)
    session.save()


def test_clause_answers_409_and_shows_what_was_typed(switched, draft):
    form = sent(draft, level="3", how="Typed <b>here</b>", acting_for=str(draft.agency_id))
    response = switched.post(url("clause", draft, "1.1"), form)
    assert response.status_code == 409
    assert "Typed &lt;b&gt;here&lt;/b&gt;" in response.text
    assert "Nothing was saved" in html.unescape(response.text)
    assert "/switch/" in response.text
    assert draft.title not in response.text
    assert answer_of(draft).version == 0


def test_page_can_be_sent_again_after_switching_back(switched, draft):
    form = sent(draft, level="3", how="Typed here", acting_for=str(draft.agency_id))
    response = switched.post(url("clause", draft, "1.1"), form)
    again = dict(response.context["sent"])
    assert all(f'name="{name}"' in response.text for name in again)
    wear(switched, draft.agency)
    assert switched.post(url("clause", draft, "1.1"), again).status_code == 302
    assert answer_of(draft).how == "Typed here"


def test_autosave_says_why_it_stopped(switched, draft):
    form = sent(draft, how="Typed here", acting_for=str(draft.agency_id))
    response = switched.post(url("autosave", draft, "1.1"), form)
    assert response.status_code == 409
    assert response.json()["url"] == "/switch/"
    assert "another agency" in response.json()["message"]


def test_table_shows_each_clause_by_its_code(switched, draft):
    form = table_sent(draft, c1_3={"level": "1", "how": "Typed here"})
    form |= {"acting_for": str(draft.agency_id), "then": "next"}
    response = switched.post(url("table", draft, "S1"), form)
    assert response.status_code == 409
    assert "Clause 1.3: How do you do this?" in response.text
    wear(switched, draft.agency)
    again = dict(response.context["sent"])
    assert switched.post(url("table", draft, "S1"), again).url == url("table", draft, "S2")
    assert answer_of(draft, "1.3").how == "Typed here"


def test_pages_carry_the_agency_they_were_opened_for(draft, lead, contributor, client_for):
    carried = f'name="acting_for" value="{draft.agency_id}"'
    client = client_for(lead)
    for name, of in (("clause", "1.1"), ("table", "S1")):
        assert carried in client.get(url(name, draft, of)).text
    client_for(contributor).post(url("clause", draft, "1.1"), sent(draft, how="First"))
    conflict = client.post(url("clause", draft, "1.1"), sent(draft, how="Mine") | {"version": 0})
    assert conflict.status_code == 412
    assert conflict.text.count(carried) == 1


def test_conflict_sent_for_another_agency_loses_neither_text(switched, draft):
    form = {"version": 1, "mine_how": "Typed here", "how": "Brought together", "pick_how": "both"}
    form |= {"acting_for": str(draft.agency_id), "mine_level": "3"}
    response = switched.post(url("merge", draft, "1.1"), form)
    assert response.status_code == 409
    assert "How do you do this? (yours)" in response.text
    wear(switched, draft.agency)
    again = dict(response.context["sent"]) | {"version": 0, "pick_level": "mine"}
    assert switched.post(url("merge", draft, "1.1"), again).status_code == 302
    assert answer_of(draft).how == "Brought together"
