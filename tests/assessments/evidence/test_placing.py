"""Where to look in evidence: said for each clause, pinned, and to be checked in a newer version."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Membership
from agencies.workflow import NotAllowed
from assessments import snapshot
from assessments.actions.attaching import attach_evidence
from assessments.actions.evidence import add_evidence, add_version
from assessments.actions.placing import Where, place_evidence, where_of
from assessments.models import Answer, Assessment, Evidence, EvidenceLink, Status
from tests.assessments.evidence.conftest import (
    DETAILS,
    answer_of,
    events,
    locked,
    pdf_source,
    upload,
)
from tests.assessments.evidence.test_views import ADD, TYPED, page
from tests.conftest import acting

WHERE = Where("Page 12", "Who is asked, and when.")
SAID = {"place": WHERE.place, "shows": WHERE.shows}


@pytest.fixture
def link(lead: Membership, answer: Answer, evidence: Evidence) -> EvidenceLink:
    with acting(lead):
        attach_evidence(answer, evidence=[evidence.pk], where=WHERE, by=lead)
    return fresh(lead)


def fresh(by: Membership) -> EvidenceLink:
    with acting(by):
        return EvidenceLink.objects.select_related("answer__clause", "version__evidence").get()


def test_new_evidence_of_a_clause_says_where_to_look(client_for, lead: Membership, answer: Answer):
    client, clause = client_for(lead), page("clause", answer.assessment_id, "1.1")
    sent = TYPED | {"upload": upload(), "place": " Page\t12 ", "shows": "Who is asked, and when."}
    assert client.post(f"{ADD}?answer={answer.pk}", sent).status_code == 302
    assert where_of(fresh(lead)) == WHERE
    shown = client.get(clause).content.decode()
    assert "Page 12" in shown and "Who is asked, and when." in shown
    assert "Change where to look" in shown
    assert "Page or section" not in client.get(ADD).content.decode(), "no clause, no place"


def test_attaching_several_asks_for_each_in_turn(
    client_for, lead: Membership, answer: Answer, evidence: Evidence
):
    with acting(lead):
        other = add_evidence(DETAILS, source=pdf_source("Other.pdf"), by=lead)
    client = client_for(lead)
    sent = {"evidence": [str(evidence.pk), str(other.pk)]}
    first = client.post(page("evidence_attach", answer.pk), sent)
    assert "Evidence attached" in client.get(first.url).content.decode()
    second = client.post(first.url, SAID)
    assert "Evidence attached" not in client.get(second.url).content.decode()
    assert second.url.startswith("/assessments/evidence/place/") and second.url != first.url
    done = client.post(second.url, {"place": "", "shows": "", "seen_place": "", "seen_shows": ""})
    assert done.url == f"{page('clause', answer.assessment_id, '1.1')}#evidence"
    assert "Not said" in client.get(done.url).content.decode()
    hostile = client.get(f"{second.url}?then=javascript:alert(1)&then=../../")
    assert hostile.status_code == 200
    assert "javascript:" not in hostile.content.decode()


def test_newer_version_keeps_the_place_and_asks_to_check_it(
    client_for, lead: Membership, link: EvidenceLink, answer: Answer
):
    client, clause = client_for(lead), page("clause", answer.assessment_id, "1.1")
    assert "a newer version" not in client.get(clause).content.decode()
    with acting(lead):
        version = add_version(link.version.evidence, source=pdf_source("New.pdf"), by=lead)
    moved = fresh(lead)
    assert (moved.version_id, where_of(moved), moved.is_place_to_check) == (version.pk, WHERE, True)
    place = page("evidence_place", link.pk)
    assert "Check the page numbers: a newer version" in client.get(clause).content.decode()
    assert "Check the page numbers" in client.get(place).content.decode()
    seen = {f"seen_{name}": value for name, value in SAID.items()}
    assert client.post(place, SAID | seen).status_code == 302
    assert not fresh(lead).is_place_to_check, "saved as it is: somebody has looked"
    assert events(lead)[-1] == "evidence.place"


def test_link_without_a_place_has_nothing_to_check(
    lead: Membership, answer: Answer, evidence: Evidence
):
    with acting(lead):
        attach_evidence(answer, evidence=[evidence.pk], by=lead)
        add_version(evidence, source=pdf_source("New.pdf"), by=lead)
        attach_evidence(answer, evidence=[evidence.pk], by=lead)
    assert not fresh(lead).is_place_to_check


def test_what_somebody_else_said_meanwhile_is_shown_and_nothing_is_lost(
    client_for, lead: Membership, contributor: Membership, link: EvidenceLink
):
    place = page("evidence_place", link.pk)
    seen = {"seen_place": "Page 12", "seen_shows": "Who is asked,\r\nand when."}
    with acting(contributor):
        theirs = Where("Page 13", "Who is asked,\nand when.")
        place_evidence(link, where=theirs, by=contributor)
    mine = {"place": "Page 14", "shows": "Mine."}
    refused = client_for(lead).post(place, mine | seen)
    shown = refused.content.decode()
    assert refused.status_code == 422
    assert "Somebody else said something else here" in shown
    assert 'value="Page 14"' in shown and "Stored now: Page 13" in shown
    assert where_of(fresh(lead)) == theirs
    again = {"seen_place": "Page 13", "seen_shows": "Who is asked,\r\nand when."}
    assert client_for(lead).post(place, mine | again).status_code == 302
    assert where_of(fresh(lead)) == Where("Page 14", "Mine.")


def test_what_somebody_else_said_is_shown_with_any_other_mistake(
    client_for, lead: Membership, contributor: Membership, link: EvidenceLink
):
    """Else the page would count it as seen, and the next save would replace it unread."""
    with acting(contributor):
        place_evidence(link, where=Where("Page 13"), by=contributor)
    mine = {"place": "Page 14", "shows": "s" * 1_001, "seen_place": "Page 12"}
    refused = client_for(lead).post(page("evidence_place", link.pk), mine)
    assert refused.status_code == 422
    assert "Stored now: Page 13" in refused.content.decode()


@pytest.mark.parametrize(
    ("where", "field", "says"),
    [
        (Where("p" * 201), "place", "200 characters or fewer"),
        (Where(shows="s" * 1_001), "shows", "1,000 characters or fewer"),
    ],
)
def test_too_much_is_refused_with_a_sentence(
    client_for, lead: Membership, link: EvidenceLink, where: Where, field: str, says: str
):
    with acting(lead), pytest.raises(ValidationError) as refused:
        place_evidence(link, where=where, by=lead)
    assert list(refused.value.message_dict) == [field]
    sent = {"place": where.place, "shows": where.shows, "seen_place": "Page 12"}
    response = client_for(lead).post(page("evidence_place", link.pk), sent)
    assert response.status_code == 422
    assert says in response.content.decode()
    body = {"answer": str(link.answer_id), "place": where.place, "shows": where.shows}
    url = f"/api/v1/evidence/{link.version.evidence_id}/place/"
    by_api = client_for(lead).post(url, body, content_type="application/json")
    assert (by_api.status_code, list(by_api.json()["errors"])) == (400, [field])
    assert where_of(fresh(lead)) == WHERE


def test_viewer_and_signed_self_assessment_change_nothing(
    client_for, lead: Membership, viewer: Membership, link: EvidenceLink, answer: Answer
):
    place = page("evidence_place", link.pk)
    assert client_for(viewer).get(place).status_code == 403
    assert client_for(viewer).post(place, SAID).status_code == 403
    with acting(viewer), pytest.raises(PermissionDenied):
        place_evidence(link, where=Where("Mine"), by=viewer)
    with locked(answer.assessment, status=Status.SIGNED_OFF), acting(lead):
        with pytest.raises(NotAllowed):
            place_evidence(link, where=Where("Mine"), by=lead)
    assert where_of(fresh(lead)) == WHERE


def test_api_attaches_with_a_place_changes_it_and_lists_it(
    client_for, lead: Membership, stranger: Membership, answer: Answer, evidence: Evidence
):
    client, url = client_for(lead), f"/api/v1/evidence/{evidence.pk}/"
    wanted = {"answer": str(answer.pk)}

    def post(name: str, **sent: str) -> object:
        found = client.post(f"{url}{name}/", wanted | sent, content_type="application/json")
        assert found.status_code == 200, found.content
        return found.json()

    post("attach", **SAID)
    changed = post("place", place="Page 13")
    assert changed == {
        "answer": str(answer.pk),
        "assessment": str(answer.assessment_id),
        "clause": "1.1",
        "version": changed["version"],
        "place": "Page 13",
        "shows": WHERE.shows,
        "is_place_to_check": False,
    }
    assert client.get(f"{url}links/").json() == [changed]
    assert client_for(stranger).get(f"{url}links/").status_code == 404
    unknown = client.post(f"{url}place/", wanted | {"page": "1"}, content_type="application/json")
    assert unknown.status_code == 400


def test_document_that_is_signed_names_the_place(
    lead: Membership, assessment: Assessment, link: EvidenceLink
):
    with acting(lead):
        [shown] = next(
            said["evidence"]
            for said in snapshot.of_draft(assessment)["answers"]
            if said["clause"] == "1.1"
        )
    assert (shown["place"], shown["shows_there"]) == (WHERE.place, WHERE.shows)


def test_other_clause_has_a_place_of_its_own(
    lead: Membership, assessment: Assessment, link: EvidenceLink
):
    other = answer_of(assessment, "1.2", lead)
    with acting(lead):
        evidence = link.version.evidence
        [second] = attach_evidence(other, evidence=[evidence.pk], where=Where("Page 1"), by=lead)
        again = attach_evidence(link.answer, evidence=[evidence.pk], by=lead)
        assert where_of(second) == Where("Page 1")
        assert where_of(again[0]) == WHERE, "attached again, what was said stays"
