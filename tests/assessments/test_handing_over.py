"""Handing over all that is somebody's."""

import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from agencies.actions import people
from agencies.actions.tokens import make_machine
from agencies.models import Event
from agencies.permissions import AGENCY_ROLES, ROLES, Permission, Role
from agencies.workflow import NotAllowed
from assessments.actions.handing_over import hand_over
from assessments.actions.signoff import sign_off
from assessments.holdings import HOLDINGS, held_in_words
from assessments.models import Answer
from tests import factories
from tests.assessments.conftest import make_draft
from tests.assessments.test_assigning import SOON, events, give, held, late
from tests.conftest import acting, count_queries, owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def colleague(agency):
    with owner():
        return factories.make_member(agency, Role.CONTRIBUTOR)


def hand(member, to, *, by):
    with acting(by) as me:
        return hand_over(member, to=to, by=me)


def test_hand_over_gives_everything_of_every_assessment(
    draft, edition, lead, contributor, colleague
):
    other = make_draft(edition, lead, "Year two")
    give(draft, ["1.1", "1.2"], contributor, SOON, by=lead)
    give(draft, ["1.3"], lead, by=lead)
    give(other, ["8.8"], contributor, by=lead)
    assert hand(contributor, colleague, by=lead) == {"clauses": 3}
    assert held(draft) == {
        "1.1": (colleague, SOON),
        "1.2": (colleague, SOON),
        "1.3": (lead, None),
    }
    assert held(other) == {"8.8": (colleague, None)}


def test_hand_over_is_one_event_for_each_thing_and_one_for_itself(
    draft, lead, contributor, colleague
):
    give(draft, ["1.1", "1.2"], contributor, by=lead)
    hand(contributor, colleague, by=lead)
    hands = {"assignee": str(colleague.pk), "assignee_before": str(contributor.pk)}
    shared = {"assessment": str(draft.pk), **hands}
    found = sorted(events(lead, "answer.hand_over"), key=lambda facts: facts["clause"])
    assert found == [{"clause": "1.1", **shared}, {"clause": "1.2", **shared}]
    with acting(lead):
        event = Event.objects.get(action="membership.hand_over")
    assert event.about_id == contributor.pk
    assert event.facts == {"to": str(colleague.pk), "clauses": 2}


def test_hand_over_of_somebody_who_has_left_already(draft, lead, contributor, colleague):
    give(draft, ["1.1"], contributor, by=lead)
    with acting(lead) as by:
        people.remove(contributor, by=by)
    hand(contributor, colleague, by=lead)
    assert held(draft) == {"1.1": (colleague, None)}


def test_hand_over_goes_along_in_an_assessment_that_is_signed(
    complete, lead, approver, contributor, colleague
):
    """It may be reopened, and then the clause is to be seen to again."""
    give(complete, ["1.1"], contributor, by=lead)
    with acting(approver) as by:
        sign_off(complete, name="Head of service", has_agreed=True, by=by)
    assert hand(contributor, colleague, by=lead) == {"clauses": 1}


def test_hand_over_to_somebody_who_cannot_take_it_is_refused(
    draft, lead, contributor, colleague, viewer, stranger
):
    give(draft, ["1.1"], contributor, by=lead)
    with acting(lead) as by:
        people.remove(colleague, by=by)
        machine = make_machine(name="Push", role=Role.CONTRIBUTOR, by=by)
    sentences = {
        contributor: "Choose somebody else than the person who hands over",
        viewer: "The role of this person cannot take clauses",
        colleague: "Choose a person who has access",
        machine: "Choose a person who has access",
        stranger: "Choose a person who has access",
    }
    for to, sentence in sentences.items():
        with pytest.raises(ValidationError) as refusal:
            hand(contributor, to, by=lead)
        assert refusal.value.message_dict == {"to": [sentence]}
    assert held(draft) == {"1.1": (contributor, None)}
    assert not events(lead, "membership.hand_over")


def test_hand_over_of_nothing_is_refused(lead, contributor, colleague):
    with pytest.raises(NotAllowed, match="nothing to hand over"):
        hand(contributor, colleague, by=lead)


@pytest.mark.parametrize("role", AGENCY_ROLES)
def test_hand_over_needs_its_permission(draft, agency, lead, contributor, role):
    give(draft, ["1.1"], contributor, by=lead)
    with owner():
        member = factories.make_member(agency, role)
    if Permission.HAND_OVER in ROLES[role]:
        assert hand(contributor, lead, by=member)
        return
    with pytest.raises(PermissionDenied):
        hand(contributor, lead, by=member)


def test_what_is_somebodys_in_words(draft, lead, contributor):
    give(draft, ["1.1"], contributor, by=lead)
    give(draft, ["1.2", "1.3"], lead, by=lead)
    with acting(lead):
        assert held_in_words(contributor) == "1 clause"
        assert held_in_words(lead) == "2 clauses"
    with owner(draft.agency):
        assert held_in_words(factories.make_member(draft.agency)) == ""


def address(member):
    return reverse("assessments:hand_over", args=[member.pk])


def test_page_lists_what_is_pending_and_counts_the_rest(
    draft, edition, lead, contributor, client_for
):
    other = make_draft(edition, lead, "Year two")
    give(draft, ["1.1", "1.2"], contributor, SOON, by=lead)
    give(other, ["8.8"], contributor, by=lead)
    late(draft, "1.1")
    with owner(draft.agency):
        Answer.objects.filter(assessment=draft, clause__code="1.2").update(level=2)
    page = client_for(lead).get(address(contributor)).text
    assert re.findall(r"Clause (\d\.\d) in ([\w ]+)", page) == [
        ("1.1", "Year one"),
        ("8.8", "Year two"),
    ]
    assert page.count("overdue: was due") == 1
    assert "1 more with nothing to be done now goes along" in page


def test_page_hands_over_and_says_what(draft, lead, contributor, colleague, client_for):
    give(draft, ["1.1", "1.2"], contributor, by=lead)
    client = client_for(lead)
    response = client.post(address(contributor), {"to": colleague.pk})
    assert response.url == reverse("agencies:people")
    assert "2 clauses handed over" in client.get(response.url).text
    assert set(held(draft).values()) == {(colleague, None)}
    assert "nothing to hand over" in client.get(address(contributor)).text
    assert client.post(address(contributor), {"to": colleague.pk}).status_code == 409


def test_page_refuses_whom_it_does_not_offer(
    draft, lead, contributor, viewer, stranger, client_for
):
    give(draft, ["1.1"], contributor, by=lead)
    client = client_for(lead)
    said = {"": "Choose a person", viewer.pk: "cannot take clauses"}
    said |= dict.fromkeys((contributor.pk, stranger.pk, "x"), "Choose a person of the list")
    for to, sentence in said.items():
        response = client.post(address(contributor), {"to": to})
        assert (response.status_code, sentence in response.text) == (422, True)
    assert held(draft) == {"1.1": (contributor, None)}


def test_page_is_for_those_who_may_hand_over_in_this_agency(contributor, stranger, client_for):
    assert client_for(contributor).get(address(contributor)).status_code == 403
    assert client_for(stranger).get(address(contributor)).status_code == 404


def test_page_takes_the_same_queries_with_1_and_with_many(
    draft, edition, lead, contributor, client_for, floor
):
    client, found = client_for(lead), []
    codes = [f"1.{n}" for n in range(1, 8)]
    for assessment in (draft, make_draft(edition, lead, "Year two")):
        give(assessment, codes[: 1 if assessment == draft else 7], contributor, by=lead)
        client.get(address(contributor))
        found.append(count_queries(lambda: client.get(address(contributor))))
    # Who it is, to whom it may go, and one for each noun that can be somebody's.
    assert found[0] == found[1] <= floor + 2 + len(HOLDINGS)


def test_removing_somebody_offers_to_hand_over_first_and_later(
    draft, lead, contributor, client_for
):
    client, page = client_for(lead), reverse("agencies:remove", args=[contributor.pk])
    assert address(contributor) not in client.get(page).text
    give(draft, ["1.1", "1.2"], contributor, by=lead)
    shown = client.get(page).text
    assert "Still theirs: 2 clauses." in shown
    assert address(contributor) in shown
    client.post(page)
    assert address(contributor) in client.get(reverse("agencies:people")).text


def test_people_of_the_scheme_have_nothing_to_hand_over(scheme_admin, client_for):
    with owner():
        other = factories.make_member(scheme_admin.agency, Role.SCHEME_ADMIN)
    client = client_for(scheme_admin)
    for name, args in (("people", []), ("remove", [other.pk])):
        response = client.get(reverse(f"agencies:{name}", args=args))
        assert response.status_code == 200
        assert "Hand" not in response.text
