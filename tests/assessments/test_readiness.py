"""The fewest clauses to the next level: on the overview, on paper and through the API alike."""

import re

import pytest

from agencies.permissions import AGENCY_ROLES
from assessments.models import Answer, Evidence, EvidenceLink, EvidenceVersion
from reports.documents.readiness import context, source
from tests.assessments.conftest import fill, reread, url
from tests.conftest import acting, count_queries, owner

pytestmark = pytest.mark.django_db


def set_levels(assessment, **levels):
    """Levels by code, as c1_1=0."""
    with owner(assessment.agency):
        for name, level in levels.items():
            code = name[1:].replace("_", ".")
            Answer.objects.filter(assessment=assessment, clause__code=code).update(level=level)


def api(client, assessment):
    return client.get(f"/api/v1/assessments/{assessment.pk}/readiness/")


@pytest.fixture
def nearly(draft):
    """At In place everywhere, but for four clauses; Standard 1 needs three quarters begun."""
    fill(draft, level=2)
    set_levels(draft, c1_1=0, c1_2=0, c1_3=0, c8_8=None)
    return reread(draft)


def test_overview_names_the_fewest_clauses_with_links(nearly, lead, client_for):
    page = client_for(lead).get(url("overview", nearly)).content.decode()
    _, part = page.split('id="fewest"')
    part = part[: part.index('id="heatmap"')]
    assert "The fewest clauses that would move you to Working Towards" in page
    assert "2 clauses would be enough; fewer would not." in part
    found = re.findall(r"clauses/([0-9.]+)/", part)
    assert found == ["1.1", "8.8"]
    assert "Bring to Developing" in part
    assert "Give a score" in part


def test_page_paper_and_api_name_the_same(nearly, lead, client_for):
    client = client_for(lead)
    with acting(lead):
        paper = context(source(nearly))["fewest"]
    body = api(client, nearly).json()
    assert [(group["message"], group["clauses"]) for group in paper] == [
        ("Bring to Developing", ("1.1",)),
        ("Give a score", ("8.8",)),
    ]
    assert [(c["code"], c["level"], c["message"]) for c in body["fewest_clauses"]] == [
        ("1.1", 1, "Bring to Developing"),
        ("8.8", 0, "Give a score"),
    ]


def test_api_tells_where_it_stands(nearly, client_for, request):
    for role in AGENCY_ROLES:
        response = api(client_for(request.getfixturevalue(role)), nearly)
        assert response.status_code == 200
    body = response.json()
    assert (body["reached"], body["next_level"]) == ("", "working_towards")
    assert body["rules"].startswith("Illustrative")
    assert len(body["standards"]) == 8
    assert body["levels"][0]["blockers"][0]["clauses"] == ["8.8"]


def test_what_was_said_brings_the_next_level(nearly, lead, client_for):
    set_levels(nearly, c1_1=1, c8_8=0)
    client = client_for(lead)
    body = api(client, nearly).json()
    assert (body["reached"], body["next_level"]) == ("working_towards", "full")
    page = client.get(url("overview", nearly)).content.decode()
    assert "would move you to Full" in page


def test_nothing_is_said_where_the_highest_level_is_reached(complete, lead, client_for):
    with owner(complete.agency):
        for answer in complete.answers.all():
            _attach_link(answer, lead)
    client = client_for(lead)
    body = api(client, complete).json()
    assert (body["reached"], body["next_level"], body["fewest_clauses"]) == ("full", "", [])
    assert 'id="fewest"' not in client.get(url("overview", complete)).content.decode()


def _attach_link(answer, by):
    own = {"agency_id": answer.agency_id}
    piece = Evidence.objects.create(
        title="Policy", kind="policy", description="How", created_by=by, **own
    )
    version = EvidenceVersion.objects.create(
        evidence=piece, number=1, url="https://example.org/", scan_state="clean", by=by, **own
    )
    EvidenceLink.objects.create(answer=answer, version=version, by=by, **own)


def test_api_of_a_stranger_is_not_found(nearly, stranger, client_for):
    assert api(client_for(stranger), nearly).status_code == 404


def test_api_takes_the_same_queries_with_1_answer_and_with_many(draft, lead, client_for, floor):
    client = client_for(lead)
    set_levels(draft, c1_1=2)
    one = count_queries(lambda: api(client, draft))
    fill(draft)
    assert one == count_queries(lambda: api(client, draft)) <= floor + 3
