"""In the browser: PDFs and pictures alone, sandboxed, with an event of their own."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from agencies.models import Membership
from assessments.actions.attaching import attach_evidence
from assessments.actions.evidence import Source, add_evidence, add_version
from assessments.actions.handing_over import hand_over
from assessments.actions.placing import Where
from assessments.holdings import held_in_words
from assessments.models import Answer, Evidence, EvidenceVersion, ScanState
from assessments.models.evidence import page_in
from tests.assessments.evidence.conftest import DETAILS, events, pdf_source, upload
from tests.assessments.evidence.test_views import page
from tests.assessments.files import office, pictures
from tests.conftest import acting, count_queries, owner


def added(by: Membership, source: Source) -> EvidenceVersion:
    with acting(by):
        return add_evidence(DETAILS, source=source, by=by).versions.get()


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.pdf", None, "application/pdf"),
        ("a.png", pictures.picture("PNG"), "image/png"),
        ("a.jpg", pictures.picture("JPEG"), "image/jpeg"),
    ],
)
def test_pdf_or_picture_opens_in_a_sandbox(
    client_for, lead: Membership, viewer: Membership, name: str, content: Any, media_type: str
):
    version = added(lead, Source(upload=upload(name, content)))
    client = client_for(viewer)
    response = client.get(page("evidence_view", version.pk))
    assert response.status_code == 200
    assert len(response.getvalue()) == version.size
    assert response["Content-Type"] == media_type
    assert response["Content-Disposition"] == f'inline; filename="{name}"'
    assert response["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in response["Cache-Control"]
    assert events(lead)[-1] == "evidence.view"
    assert client.get(page("evidence_download", version.pk)).getvalue()
    assert events(lead)[-1] == "evidence.download"


@pytest.mark.parametrize(
    ("source", "says"),
    [
        (lambda: Source(upload=upload("a.docx", office.office("docx"))), "Download it instead"),
        (lambda: Source(upload=upload("a.txt", b"Plain <b>text</b>")), "Download it instead"),
        (lambda: Source(url="https://example.org/a.pdf"), "no file to download"),
    ],
)
def test_anything_else_is_not_shown(client_for, lead: Membership, source: Any, says: str):
    version = added(lead, source())
    response = client_for(lead).get(page("evidence_view", version.pk))
    assert response.status_code == 409
    assert says in response.content.decode()
    assert "evidence.view" not in events(lead)
    detail = client_for(lead).get(page("evidence_detail", version.evidence_id))
    assert "/view/" not in detail.content.decode()


@pytest.mark.parametrize("state", [ScanState.RECEIVED, ScanState.REFUSED, ScanState.REMOVED])
def test_file_that_may_not_be_opened_is_not_shown_either(client_for, lead: Membership, state: str):
    version = added(lead, pdf_source())
    with owner():
        EvidenceVersion.objects.update(scan_state=state)
    assert client_for(lead).get(page("evidence_view", version.pk)).status_code == 409
    assert "evidence.view" not in events(lead)


def test_stranger_finds_nothing_to_view(client_for, lead: Membership, stranger: Membership):
    version = added(lead, pdf_source())
    assert client_for(stranger).get(page("evidence_view", version.pk)).status_code == 404


@pytest.mark.parametrize(
    ("place", "number"),
    [
        ("Page 12", 12),
        ("section 3, p. 4", 4),
        ("pp 12 to 14", 12),
        ("PAGES 7-9", 7),
        ("page 0", None),
        ("page 12345", None),
        ("homepage 3", None),
        ("Section 3", None),
        ("", None),
    ],
)
def test_place_that_names_a_page_leads_there(place: str, number: int | None):
    assert page_in(place) == number


def test_clause_page_leads_to_the_page_in_the_file(
    client_for, lead: Membership, answer: Answer, evidence: Evidence
):
    with acting(lead):
        version = evidence.versions.get()
        attach_evidence(answer, evidence=[evidence.pk], where=Where("Page 12"), by=lead)
    shown = client_for(lead).get(page("clause", answer.assessment_id, "1.1")).content.decode()
    assert f'href="{page("evidence_view", version.pk)}#page=12"' in shown


def test_evidence_says_what_it_supports_how_long_and_where_it_was_used(
    client_for, lead: Membership, answer: Answer, evidence: Evidence
):
    client, detail = client_for(lead), page("evidence_detail", evidence.pk)
    bare = client.get(detail).content.decode()
    assert "Supports 0 clauses · no end of validity given · not used in a submission" in bare
    with acting(lead):
        attach_evidence(answer, evidence=[evidence.pk], by=lead)
        add_version(evidence, source=pdf_source("Second.pdf"), by=lead)
    shown = client.get(detail).content.decode()
    assert "Supports 1 clause ·" in shown
    assert shown.count("(PDF, ") == 2, "type and size of both versions"
    with acting(lead):
        for version in evidence.versions.all():
            assert version.sha256 in shown


def test_owner_hands_evidence_over_with_the_rest(lead: Membership, contributor: Membership):
    with acting(lead):
        owned = [add_evidence(DETAILS, source=pdf_source(), by=lead) for _ in range(2)]
        Evidence.objects.update(owner=lead)
        assert held_in_words(lead) == "2 pieces of evidence"
        assert hand_over(lead, to=contributor, by=lead) == {"evidence": 2}
        assert set(Evidence.objects.values_list("owner", flat=True)) == {contributor.pk}
    assert events(lead)[-3:] == [*["evidence.hand_over"] * len(owned), "membership.hand_over"]


def test_list_still_asks_for_nothing_more(client_for, lead: Membership, evidence: Evidence):
    client, url = client_for(lead), reverse("assessments:evidence_list")
    client.get(url)
    one = count_queries(lambda: client.get(url))
    for _ in range(3):
        added(lead, pdf_source())
    assert count_queries(lambda: client.get(url)) == one
