"""Offers and acceptances from page to page and through the API."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from assessments.models import Acceptance, Offer, OfferedAnswer
from tests.assessments.conftest import make_draft, url
from tests.assessments.offers.conftest import accept, publish, shared, write
from tests.conftest import acting, count_queries, owner
from tests.partners import befriend, make_partner

pytestmark = pytest.mark.django_db
LIST = "/assessments/offers/"
JSON = {"content_type": "application/json"}


def copies():
    with owner():
        return list(OfferedAnswer.objects.select_related("offer").order_by("offer__number"))


def test_from_choosing_to_accepting(host, lead, theirs, draft, friends, client_for):
    offering, accepting = client_for(host), client_for(lead)
    page = url("offer_publish", theirs)
    assert "Nothing has been offered yet" in offering.get(LIST).text
    assert "Nothing is offered to you" in accepting.get(LIST).text
    assert page in offering.get(LIST).text
    with acting(host):
        answer = theirs.answers.get(clause__code="1.1")
    chosen = {"answers": [str(answer.pk)], "partners": [str(lead.agency_id)]}
    assert offering.post(page, {}).status_code == 422
    preview = offering.post(page, chosen)
    assert "How the host does 1.1" in preview.text
    assert "How the host does 1.2" not in preview.text
    seen = preview.context["seen"]
    write(theirs, "1.1", "Changed meanwhile", host)
    late = offering.post(page, {**chosen, "seen": seen})
    assert (late.status_code, "changed since you looked" in late.text) == (422, True)
    assert copies() == []
    seen = offering.post(page, chosen).context["seen"]
    assert "0 of 1 clause" in offering.post(page, {**chosen, "seen": seen}, follow=True).text

    (copy,) = copies()
    clause, offered = url("clause", draft, "1.1"), url("offered", draft, "1.1")
    assert f"{host.agency.name} offers an answer" in accepting.get(clause).text
    detail = accepting.get(reverse("assessments:offer_detail", args=[copy.offer_id])).text
    assert offered in detail
    assert "Changed meanwhile" in accepting.get(offered).text
    answered = accepting.post(offered, {"offered": copy.pk}, follow=True).text
    assert f"Answered by {host.agency.name}, version 1" in answered
    assert "1 of 1 clause" in offering.get(LIST).text

    write(theirs, "1.1", "Changed once more", host)
    publish(theirs, host, lead)
    assert "read the differences" in accepting.get(clause).text
    assert "What is new" in accepting.get(offered).text
    stopped = accepting.post(url("offered_stop", draft, "1.1"), follow=True).text
    assert "answered by your own agency alone" in stopped
    assert "until" in accepting.get(offered).text

    withdraw = reverse("assessments:offer_withdraw", args=[copy.offer_id])
    assert "All versions" in offering.get(withdraw).text
    assert "no longer sees anything" in offering.post(withdraw, follow=True).text
    assert offering.post(withdraw).status_code == 409
    gone = reverse("assessments:offer_detail", args=[copy.offer_id])
    assert accepting.get(gone).status_code == 404


def test_a_clause_waits_once_its_answer_is_withdrawn(
    host, lead, viewer, theirs, draft, friends, client_for
):
    publish(theirs, host, lead)
    accept(draft, lead, shared(draft, lead).offered[0])
    client_for(host).post(reverse("assessments:offer_withdraw", args=[copies()[0].offer_id]))
    for member in (lead, viewer):
        page = client_for(member).get(url("clause", draft, "1.1")).text
        assert "It is no longer offered" in page
        assert "How the host does 1.1" not in page
    assert ("We have seen this" in page) is False, "a viewer changes nothing"
    assert "No longer offered" in client_for(lead).get(LIST).text
    client_for(lead).post(url("offered_stop", draft, "1.1"))
    assert "No longer offered" not in client_for(lead).get(LIST).text
    assert "no longer offered" not in client_for(lead).get(url("clause", draft, "1.1")).text


def test_what_is_not_there_or_not_allowed(host, lead, viewer, theirs, draft, friends, client_for):
    publish(theirs, host, lead)
    with owner():
        other = make_partner("LA")
    befriend(host, other, acting)
    publish(theirs, host, other)
    ours, foreign = copies()
    offered, client = url("offered", draft, "1.1"), client_for(lead)
    assert client.post(offered, {"offered": "nonsense"}).status_code == 422
    for pk in (foreign.pk, uuid.uuid4()):
        assert client.post(offered, {"offered": pk}).status_code == 404
    assert client.post(url("offered", draft, "1.2"), {"offered": ours.pk}).status_code == 409
    assert client.post(url("offered_stop", draft, "1.1")).status_code == 409
    assert client_for(viewer).post(offered, {"offered": ours.pk}).status_code == 403
    for pk in (foreign.offer_id, uuid.uuid4()):
        assert client.get(reverse("assessments:offer_detail", args=[pk])).status_code == 404
    assert client.get(url("offer_publish", draft)).status_code == 409
    assert client.get(url("offer_publish", theirs)).status_code == 404
    withdraw = reverse("assessments:offer_withdraw", args=[ours.offer_id])
    assert client.post(withdraw).status_code == 409
    assert client_for(viewer).get(withdraw).status_code == 403
    with owner():
        assert not Acceptance.objects.exists()
        assert not Offer.objects.exclude(withdrawn_at=None).exists()


def test_through_the_api(host, lead, theirs, draft, friends, client_for):
    offering, accepting = client_for(host), client_for(lead)
    sent = {"assessment": theirs.pk, "clauses": ["1.1"], "partners": [lead.agency_id]}
    for wrong in ({"clauses": ["9.99"]}, {"clauses": []}, {"partners": [host.agency_id]}):
        assert offering.post("/api/v1/offers/", {**sent, **wrong}, **JSON).status_code == 400
    foreign = {**sent, "assessment": draft.pk}
    assert offering.post("/api/v1/offers/", foreign, **JSON).status_code == 404
    (made,) = offering.post("/api/v1/offers/", sent, **JSON).json()
    one = f"/api/v1/offers/{made['id']}/"
    (copy,) = accepting.get(one).json()["answers"]
    assert (copy["clause"], copy["how"]) == ("1.1", "How the host does 1.1")
    assert accepting.delete(one).status_code == 409
    partners = f"/api/v1/assessments/{draft.pk}/answers/1.1/partners/"
    assert accepting.get(partners).json()["offered"][0]["offered"] == copy["id"]
    found = accepting.post(partners, {"offered": copy["id"]}, **JSON).json()
    assert (found["accepted"]["version"], found["offered"]) == (1, [])
    assert accepting.post(partners, {"offered": copy["id"]}, **JSON).status_code == 409
    assert offering.get(one).json()["answers"][0]["accepted_at"]
    assert accepting.get(one).json()["answers"][0]["accepted_at"] is None
    assert offering.delete(one).status_code == 204
    gone = accepting.get(partners).json()["accepted"]
    assert (gone["is_gone"], gone["how"]) == (True, "")
    assert accepting.get("/api/v1/offers/").json()["results"] == []
    assert accepting.delete(partners).json()["accepted"] is None


def test_what_cannot_be_offered_is_said_before_the_copies_are_shown(
    host, lead, theirs, friends, client_for
):
    write(theirs, "1.3", "Ring 07700 900123", host)
    with acting(host):
        ids = list(theirs.answers.exclude(how="").values_list("pk", flat=True))
    sent = {"partners": [lead.agency_id], "answers": ids, "seen": ""}
    refused = client_for(host).post(url("offer_publish", theirs), sent)
    assert refused.status_code == 422
    assert "looks like personal data in clause 1.3" in refused.text
    assert "Exactly these copies" not in refused.text


def _queries(client, page):
    client.get(page)  # what is published is read once by a process
    return count_queries(lambda: client.get(page))


def test_lists_have_a_fixed_number_of_queries(
    host, lead, theirs, draft, friends, floor, client_for
):
    """One row and many; the clause page pays nothing for what is offered and accepted."""
    clients = {"sent": client_for(host), "received": client_for(lead)}
    pages = [("sent", LIST), ("received", LIST), ("received", url("clause", draft, "1.1"))]
    pages.append(("received", url("offered", draft, "1.1")))
    before = _queries(clients["received"], pages[2][1])
    publish(theirs, host, lead)
    accept(draft, lead, shared(draft, lead).offered[0])

    publish(theirs, host, lead, codes=("1.1", "1.2"))
    one = [_queries(clients[who], page) for who, page in pages]
    for codes in (("1.1",), ("1.1", "1.2"), ("1.1",)):
        publish(theirs, host, lead, codes=codes)
    assert [_queries(clients[who], page) for who, page in pages] == one
    assert one[2] == before
    most = (floor + 3, floor + 2, floor + 2, floor + 3)
    assert all(count <= budget for count, budget in zip(one, most, strict=True)), (floor, one)


def test_an_unsaved_assessment_that_accepted_something_is_kept(
    host, lead, theirs, edition, friends, client_for
):
    draft = make_draft(edition, lead, "Nothing written")
    publish(theirs, host, lead)
    accept(draft, lead, shared(draft, lead).offered[0])
    assert client_for(lead).post(url("delete", draft)).status_code == 409


def test_offers_with_their_counts_are_in_order():
    assert Offer.objects.counted().ordered
