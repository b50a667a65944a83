"""The earlier answer beside a clause, above all one of another edition; taken over by pressing."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from agencies.models import Event
from agencies.workflow import NotAllowed, Stale
from assessments.actions import carrying
from assessments.models import EvidenceLink
from tests.assessments.conftest import answer_of, make_draft, url
from tests.assessments.cycles import answers, attach, next_of, say, second_edition
from tests.conftest import acting, count_queries, owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def earlier(draft, contributor):
    for code in ("1.1", "1.2", "1.4"):
        say(draft, code, contributor, level=3, how=f"We said this at {code}.")
    attach(draft, "1.1", contributor)
    return draft


@pytest.fixture
def later(earlier, lead):
    return next_of(earlier, lead, second_edition(earlier.edition))


def take(assessment, by, code="1.1", version=0):
    answer = answer_of(assessment, code)
    with acting(by) as member:
        return carrying.take_over(answer, version=version, by=member)


def test_list_tells_what_became_of_the_clauses(later, lead, client_for):
    page = " ".join(client_for(lead).get(url("carried", later)).text.split())
    assert "Earlier answer offered" in page
    assert url("earlier", later, "1.1") in page
    assert ">1.3</a>, which was 1.2" in page
    assert "1.99 New." in page
    assert url("clause", later.continues, "1.4") in page


def test_reworded_clause_shows_both_wordings_and_the_earlier_answer(later, lead, client_for):
    client = client_for(lead)
    assert "This clause has been reworded" in client.get(url("clause", later, "1.1")).text
    page = client.get(url("earlier", later, "1.1")).text
    assert "And reviewed." in page.split("<ins>")[1].split("</ins>")[0]
    assert "We said this at 1.1." in page
    assert "3 Embedded" in page
    assert "Take this answer over" in page


def test_new_clause_and_one_from_scratch_have_no_earlier_answer(later, earlier, lead, client_for):
    client = client_for(lead)
    assert "is new in this edition" in client.get(url("earlier", later, "1.99")).text
    assert "started from scratch" in client.get(url("earlier", earlier, "1.1")).text
    assert "started from scratch" in client.get(url("carried", earlier)).text


def test_taken_over_by_pressing_with_its_evidence_and_to_be_checked(later, contributor, client_for):
    client, page = client_for(contributor), url("earlier", later, "1.1")
    done = client.post(page, {"version": "0"}, follow=True)
    assert "Check this is still true" in done.text
    found = answers(later)["1.1"]
    assert (found.how, found.level, found.version) == ("We said this at 1.1.", None, 1)
    with owner():
        assert found.revisions.count() == 1
        assert found.evidence_links.get().place == "Page 4"
    with acting(contributor):
        assert Event.objects.filter(action="answer.take_over").count() == 1
    assert "Take this answer over" not in client.get(page).text
    again = client.post(page, {"version": "1"})
    assert again.status_code == 409
    assert "would replace it" in again.text


def test_what_is_attached_already_is_not_attached_twice(later, contributor):
    with owner(later.agency):
        old = EvidenceLink.objects.get()
        own = {"agency_id": later.agency_id, "by": contributor, "version": old.version}
        EvidenceLink.objects.create(answer=later.answers.get(clause__code="1.1"), **own)
    taken = take(later, contributor)
    with owner():
        assert taken.evidence_links.count() == 1


def test_refusals_have_their_sentences(later, earlier, contributor, viewer, client_for):
    with pytest.raises(PermissionDenied):
        take(later, viewer)
    with pytest.raises(NotAllowed, match="nothing to this clause"):
        take(later, contributor, "1.99")
    with pytest.raises(NotAllowed, match="nothing to this clause"):
        take(earlier, contributor, version=1)
    with pytest.raises(Stale):
        take(later, contributor, version=7)
    page = client_for(contributor).post(url("earlier", later, "1.1"), {"version": "7"})
    assert page.status_code == 412
    assert "Nothing was overwritten" in page.text
    assert not answers(later)["1.1"].how


def test_pages_take_the_same_queries_with_nothing_and_with_much(
    edition, lead, contributor, client_for, floor
):
    client, counts = client_for(lead), []
    first = make_draft(edition, lead, "First")
    other = second_edition(edition)
    for _ in range(2):
        later = next_of(first, lead, other)
        pages = [url("carried", later), url("earlier", later, "1.1")]
        for page in pages:
            client.get(page)
        counts.append([count_queries(lambda page=page: client.get(page)) for page in pages])
        for code in ("1.1", "1.2", "2.1"):
            say(first, code, contributor, how="We say.")
            attach(first, code, contributor, title=f"Policy {code}")
    assert counts[0] == counts[1]
    carried, one = counts[0]
    assert carried <= floor + 4
    assert one <= floor + 8


def test_api_reads_takes_over_confirms_and_lists(later, contributor, client_for):
    client, base = client_for(contributor), f"/api/v1/assessments/{later.pk}/"
    one = f"{base}answers/1.1/"
    earlier = client.get(f"{one}earlier/").json()
    assert (earlier["fate"], earlier["level"], earlier["may_be_taken"]) == ("reworded", 3, True)
    assert client.post(f"{one}take-over/").status_code == 428
    assert client.post(f"{one}take-over/", headers={"If-Match": '"9"'}).status_code == 412
    taken = client.post(f"{one}take-over/", headers={"If-Match": '"0"'})
    assert (taken.json()["is_to_check"], taken["ETag"]) == (True, '"1"')
    told = client.get(f"{base}carried-over/").json()
    assert told["to_check"] == ["1.1", "1.3"]
    assert told["renumbered"] == {"1.2": "1.3", "1.3": "1.2"}
    assert (told["reworded"], told["new"], told["gone"]) == (["1.1"], ["1.99"], ["1.4"])
    stale = client.post(f"{one}confirm/", headers={"If-Match": '"0"'})
    assert (stale.status_code, stale.json()["current"]["how"]) == (412, "We said this at 1.1.")
    confirmed = client.post(f"{one}confirm/", headers={"If-Match": '"1"'}).json()
    assert (confirmed["is_to_check"], confirmed["confirmed_by"]) == (
        False,
        contributor.display_name,
    )
    listed = client.get(f"{base}answers/", {"is_to_check": "true"}).json()["results"]
    assert [answer["clause"] for answer in listed] == ["1.3"]


def test_api_starts_from_an_earlier_one_of_ones_own(earlier, lead, stranger, edition, client_for):
    foreign = make_draft(edition, stranger)
    sent = {
        "title": "Year two", "edition": edition.code,
        "period_from": "2027-04-01", "period_to": "2028-03-31",
    }  # fmt: skip
    client, address = client_for(lead), "/api/v1/assessments/"
    refused = client.post(address, sent | {"continues": foreign.pk}, "application/json")
    assert refused.status_code == 400
    assert "no such self-assessment" in str(refused.json()["errors"]["continues"])
    made = client.post(address, sent | {"continues": earlier.pk}, "application/json")
    assert made.json()["continues"] == str(earlier.pk)
    scratch = client.get(f"{address}{earlier.pk}/carried-over/")
    assert scratch.status_code == 404
