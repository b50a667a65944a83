"""The pages that tie evidence to clauses, and those that change or end a piece."""

from __future__ import annotations

import uuid

import pytest

from agencies.models import Membership
from assessments.actions.attaching import attach_evidence
from assessments.actions.evidence import add_evidence
from assessments.models import Answer, Assessment, Evidence, EvidenceLink, Status
from tests.assessments.evidence.conftest import DETAILS, answer_of, locked, pdf_source, upload
from tests.assessments.evidence.test_views import ADD, LIST, TYPED, page
from tests.conftest import acting, count_queries


def test_existing_evidence_is_attached_from_the_clause(
    client_for, lead: Membership, answer: Answer, evidence: Evidence
):
    client, url = client_for(lead), page("evidence_attach", answer.pk)
    assert evidence.title in client.get(url).content.decode()
    assert client.post(url, {}).status_code == 422
    for wrong in (str(uuid.uuid4()), "no-id"):
        refused = client.post(url, {"evidence": [str(evidence.pk), wrong]})
        assert refused.status_code == 422
        assert "Choose evidence from the list" in refused.content.decode()
    with acting(lead):
        assert not EvidenceLink.objects.exists()
    response = client.post(url, {"evidence": [str(evidence.pk)]}, follow=True)
    assert "Evidence attached" in response.content.decode()
    assert evidence.title not in client.get(url).content.decode()


def test_detach_button_returns_to_the_clause(
    client_for, lead: Membership, answer: Answer, evidence: Evidence
):
    with acting(lead):
        link = attach_evidence(answer, evidence=[evidence.pk], by=lead)[0]
    response = client_for(lead).post(page("evidence_detach", link.pk), {"then": "clause"})
    assert response.url == f"{page('clause', answer.assessment_id, '1.1')}#evidence"
    with acting(lead):
        assert not EvidenceLink.objects.exists()


def test_ticks_of_two_people_do_not_undo_each_other(
    client_for, lead: Membership, assessment: Assessment, evidence: Evidence
):
    first, second = (answer_of(assessment, code, lead) for code in ("1.1", "1.2"))
    client, url = client_for(lead), page("evidence_clauses", evidence.pk, assessment.pk)
    assert client.get(url).status_code == 200
    client.post(url, {"shown": "", "clauses": [str(first.pk)]})
    response = client.post(url, {"shown": "", "clauses": [str(second.pk)]})
    assert response.status_code == 302
    with acting(lead):
        assert EvidenceLink.objects.count() == 2
    both = f"{first.pk} {second.pk}"
    client.post(url, {"shown": both, "clauses": [str(second.pk)]})
    with acting(lead):
        assert EvidenceLink.objects.get().answer_id == second.pk


@pytest.mark.parametrize("status", [Status.SIGNED_OFF, Status.SUBMITTED])
def test_locked_assessment_answers_409(
    client_for, lead: Membership, answer: Answer, evidence: Evidence, status: str
):
    with acting(lead):
        link = attach_evidence(answer, evidence=[evidence.pk], by=lead)[0]
    client = client_for(lead)
    with locked(answer.assessment, status=status):
        url = f"{ADD}?answer={answer.pk}"
        assert client.post(url, TYPED | {"upload": upload()}).status_code == 409
        assert client.post(page("evidence_detach", link.pk)).status_code == 409
        sent = {"evidence": [str(evidence.pk)]}
        assert client.post(page("evidence_attach", answer.pk), sent).status_code == 409


def test_delete_page_deletes_what_is_attached_nowhere(
    client_for, lead: Membership, evidence: Evidence
):
    client = client_for(lead)
    url = page("evidence_delete", evidence.pk)
    assert client.get(url).status_code == 200
    assert client.post(url).url == LIST
    assert client.get(page("evidence_detail", evidence.pk)).status_code == 404


def test_new_version_page_keeps_the_old_one(client_for, lead: Membership, evidence: Evidence):
    client = client_for(lead)
    url = page("evidence_version", evidence.pk)
    sent = {"source": "file", "url": "", "upload": upload("Policy 2.pdf")}
    assert client.post(url, sent).status_code == 302
    shown = client.get(page("evidence_detail", evidence.pk)).content.decode()
    assert "Policy 2.pdf" in shown
    assert "Policy.pdf" in shown


def test_edit_page_shows_what_is_stored_and_saves(client_for, lead: Membership, evidence: Evidence):
    client, url = client_for(lead), page("evidence_edit", evidence.pk)
    assert evidence.description in client.get(url).content.decode()
    assert client.post(url, TYPED | {"wording": "1", "title": "New title"}).status_code == 302
    assert "New title" in client.get(LIST).content.decode()


def test_edit_page_opened_before_another_was_saved_loses_neither(
    client_for, lead: Membership, contributor: Membership, evidence: Evidence
):
    url = page("evidence_edit", evidence.pk)
    first, second = TYPED | {"title": "The first"}, TYPED | {"title": "The second"}
    assert client_for(lead).post(url, first | {"wording": "1"}).status_code == 302
    client = client_for(contributor)
    told = client.post(url, second | {"wording": "1"})
    assert told.status_code == 412
    shown = told.content.decode()
    assert "Somebody changed what is said about this evidence" in shown
    assert 'name="wording" value="2"' in shown
    assert "As it stands now: The first" in shown
    assert 'value="The second"' in shown
    assert client.post(url, second | {"wording": "2"}).status_code == 302
    assert client.post(url, first).status_code == 412
    assert client.post(url, first | {"wording": "9" * 99}).status_code == 412


def test_attaching_takes_the_same_few_queries_with_1_and_with_3_pieces(
    client_for, lead: Membership, answer: Answer, evidence: Evidence, floor: int
):
    client, url = client_for(lead), page("evidence_attach", answer.pk)
    client.get(url)
    assert count_queries(lambda: client.get(url)) <= floor + 8
    with acting(lead):
        more = [add_evidence(DETAILS, source=pdf_source(), by=lead) for _ in range(3)]
    taken = [
        count_queries(lambda sent=sent: client.post(url, {"evidence": sent}))
        for sent in ([str(evidence.pk)], [str(piece.pk) for piece in more])
    ]
    # The answer read, two locks, the versions read, the links written, the standing read and
    # stored, the event. What is said on the page that follows is in its address.
    assert taken == [floor + 8, floor + 8]
    with acting(lead):
        assert EvidenceLink.objects.count() == 4
