"""How many queries the pages may take above the floor of an empty signed-in page."""

import pytest
from django.urls import reverse

from assessments.actions import signoff
from assessments.actions.assigning import assign
from assessments.actions.submission import submit
from assessments.models import Assessment, Evidence, EvidenceLink, EvidenceVersion
from tests.assessments.conftest import PERIOD, answer_of, fill, make_draft, sent, url
from tests.conftest import acting, count_queries, owner

pytestmark = pytest.mark.django_db


def evidence_for(assessment, by, count):
    """`count` pieces, on as many clauses as there are."""
    with owner(assessment.agency):
        own = {"agency_id": assessment.agency_id}
        answers = list(assessment.answers.all())
        for number in range(count):
            piece = Evidence.objects.create(
                title=f"Policy {number}", kind="policy", description="How", created_by=by, **own
            )
            version = EvidenceVersion.objects.create(
                evidence=piece,
                number=1,
                url="https://example.org/",
                scan_state="clean",
                by=by,
                **own,
            )
            EvidenceLink.objects.create(
                answer=answers[number % len(answers)], version=version, by=by, **own
            )


def queries_of(client, address):
    client.get(address)
    return count_queries(lambda: client.get(address))


def test_list_takes_the_same_few_queries_with_1_and_200_rows(draft, lead, client_for, floor):
    client, address = client_for(lead), reverse("assessments:list")
    one = queries_of(client, address)
    with owner(draft.agency):
        shared = {"agency": draft.agency, "edition": draft.edition, "created_by": lead, **PERIOD}
        Assessment.objects.bulk_create(Assessment(title=f"Year {n}", **shared) for n in range(199))
    many = queries_of(client, address)
    assert one == many <= floor + 2


def test_clause_page_keeps_its_budget(draft, lead, client_for, floor):
    evidence_for(draft, lead, 75)
    # Besides, the first page of a process reads what is published (standards/published.py).
    assert queries_of(client_for(lead), url("clause", draft, "1.2")) <= floor + 2


@pytest.mark.parametrize("state", ["draft", "submitted"])
def test_overview_keeps_its_budget(state, request, lead, client_for, floor):
    assessment = request.getfixturevalue(state)
    evidence_for(assessment, lead, 100)
    assert queries_of(client_for(lead), url("overview", assessment)) <= floor + 7


def test_pages_of_who_does_what_take_the_same_queries_with_1_and_with_all(
    draft, lead, contributor, client_for, floor
):
    client, addresses = client_for(contributor), [url("team", draft), reverse("assessments:mine")]
    with owner(draft.agency):
        answers = list(draft.answers.all())
    found = []
    for chosen in (answers[:1], answers):
        with acting(lead) as by:
            ids = [answer.pk for answer in chosen]
            assign(draft, answers=ids, to=contributor, due_on=None, by=by)
        found.append([queries_of(client, address) for address in addresses])
    assert found[0] == found[1]
    team, mine = found[0]
    assert team <= floor + 3
    assert mine <= floor + 2


@pytest.mark.parametrize("name", ["clause", "autosave"])
def test_save_keeps_its_budget(name, draft, lead, contributor, client_for, floor):
    evidence_for(draft, lead, 75)
    client = client_for(lead)
    other = client_for(contributor)
    address = url(name, draft, "1.2")
    assert client.post(address, sent(draft, "1.2", how="First")).status_code in (200, 302)
    other.post(url("autosave", draft, "1.2"), sent(draft, "1.2", how="Second"))
    form = sent(draft, "1.2", how="Third")
    assert count_queries(lambda: client.post(address, form)) <= floor + 8
    # What changes the standing also keeps a point of the progress over time (ADR 12).
    form = sent(draft, "1.2", how="Fourth", level="3")
    assert count_queries(lambda: client.post(address, form)) <= floor + 9
    assert answer_of(draft, "1.2").how == "Fourth"


# The check reads all texts and all files for personal data: one query for each (ADR 21).
@pytest.mark.parametrize(("name", "of", "budget"), [("check", [], 4), ("standard", ["S4"], 2)])
def test_page_of_answers_takes_the_same_queries_with_1_and_with_all(
    name, of, budget, draft, lead, client_for, floor
):
    client, address = client_for(lead), url(name, draft, *of)
    with owner(draft.agency):
        draft.answers.filter(clause__code="4.1").update(level=2, how="How", version=1)
    one = queries_of(client, address)
    fill(draft)
    evidence_for(draft, lead, 75)
    assert one == queries_of(client, address) <= floor + budget


def test_submission_takes_the_same_queries_with_1_piece_of_evidence_and_with_many(
    edition, lead, approver, client_for, floor
):
    found = []
    for count in (1, 75):
        assessment = make_draft(edition, lead, f"With {count}")
        fill(assessment)
        evidence_for(assessment, lead, count)
        with acting(approver) as by:
            signoff.sign_off(assessment, name="Head of service", has_agreed=True, by=by)
        with acting(lead) as by:
            submit(assessment, by=by)
        found.append(queries_of(client_for(lead), url("submission", assessment, 1)))
    assert found[0] == found[1] <= floor + 8
