"""The pages: what is typed is kept, refusals say what to do, strangers find nothing."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from django.urls import reverse

from agencies.models import Membership
from assessments.actions.attaching import attach_evidence
from assessments.actions.evidence import add_evidence
from assessments.models import Answer, Assessment, Evidence, EvidenceLink, ScanState
from tests.assessments.evidence.conftest import (
    DETAILS,
    events,
    pdf_source,
    stored_files,
    upload,
)
from tests.assessments.files import office, pdfs
from tests.assessments.files.samples import HTML
from tests.conftest import acting, count_queries, owner

SCRIPT = "<script>alert(1)</script>"
TYPED = {
    "title": "Early permanence policy",
    "kind": "policy",
    "description": "How we plan from the first referral.",
    "period_from_day": "1",
    "period_from_month": "4",
    "period_from_year": "2026",
    "period_to_day": "",
    "period_to_month": "",
    "period_to_year": "",
    "source": "file",
    "url": "",
}
ADD = reverse("assessments:evidence_add")
LIST = reverse("assessments:evidence_list")


def page(name: str, *args: object) -> str:
    return reverse(f"assessments:{name}", args=args)


def test_added_from_the_clause_is_attached_there(client_for, lead: Membership, answer: Answer):
    url = f"{ADD}?answer={answer.pk}"
    assert client_for(lead).get(url).status_code == 200
    response = client_for(lead).post(url, TYPED | {"upload": upload()})
    clause = page("clause", answer.assessment_id, "1.1")
    assert (response.status_code, response.url) == (302, f"{clause}#evidence")
    with acting(lead):
        link = EvidenceLink.objects.get(answer=answer)
        assert link.version.evidence.title == TYPED["title"]


def test_every_form_carries_its_csrf_token(
    client_for, lead: Membership, answer: Answer, evidence: Evidence
):
    with acting(lead):
        attach_evidence(answer, evidence=[evidence.pk], by=lead)
    names = ("evidence_edit", "evidence_version", "evidence_delete")
    urls = [ADD, page("clause", answer.assessment_id, "1.1")]
    urls += [page(name, evidence.pk) for name in names]
    for url in urls:
        shown = client_for(lead).get(url).content.decode()
        forms = re.findall(r'<form[^>]*method="post".*?</form>', shown, re.DOTALL)
        assert forms, url
        assert all("csrfmiddlewaretoken" in form for form in forms), url


def test_form_opened_for_another_agency_adds_nothing_and_keeps_the_text(
    client_for, lead: Membership, stranger: Membership
):
    fields = {"title": "Typed before the switch", "acting_for": str(stranger.agency_id)}
    response = client_for(lead).post(reverse("assessments:evidence_add"), fields)
    assert response.status_code == 409
    assert "Typed before the switch" in response.text
    assert "Nothing was saved" in response.text
    with acting(lead):
        assert not Evidence.objects.exists()


def test_link_is_added_without_a_file(client_for, lead: Membership):
    sent = TYPED | {"source": "link", "url": "https://example.org/policy"}
    response = client_for(lead).post(ADD, sent)
    assert response.status_code == 302
    shown = client_for(lead).get(response.url).content.decode()
    assert 'href="https://example.org/policy"' in shown
    assert "virus" not in shown


@pytest.mark.parametrize(
    ("file", "says"),
    [
        (upload("a.html", HTML), "not accepted"),
        (upload("a.pdf", b""), "empty"),
        (upload("a.pdf", pdfs.pdf("open script")), "script"),
        (upload("a.docx", office.with_parts("docx", {"word/vbaProject.bin": b"x"})), "macro"),
        (upload("a.pdf", b"%PDF-1.7" + bytes(3_000_000)), "larger than 2 MB"),
    ],
)
def test_refused_file_says_why_and_keeps_what_was_typed(
    client_for, lead: Membership, settings, store, file: Any, says: str
):
    settings.UPLOAD_MAX_BYTES = 2 * 1024 * 1024
    file.seek(0)
    response = client_for(lead).post(ADD, TYPED | {"upload": file})
    shown = response.content.decode()
    assert response.status_code == 422
    assert says in shown
    assert TYPED["description"] in shown
    assert 'value="Early permanence policy"' in shown
    assert stored_files(store) == []


def test_other_error_asks_for_the_file_again(client_for, lead: Membership):
    response = client_for(lead).post(ADD, TYPED | {"title": "", "upload": upload()})
    assert response.status_code == 422
    assert "Enter a title" in response.content.decode()
    assert "Choose the file again" in response.content.decode()


def test_20_000_characters_come_back_with_a_sentence(client_for, lead: Membership):
    long = "Long text. " * 1_900
    response = client_for(lead).post(ADD, TYPED | {"description": long, "upload": upload()})
    assert response.status_code == 422
    assert "2,000 characters or fewer" in response.content.decode()
    assert long.strip() in response.content.decode()


def test_request_far_over_the_limit_gets_413(client_for, lead: Membership, settings):
    settings.UPLOAD_MAX_BYTES = 1_000
    response = client_for(lead).post(ADD, TYPED | {"upload": upload("a.pdf", bytes(10_000))})
    assert response.status_code == 413


def test_script_is_shown_as_text(client_for, lead: Membership, answer: Answer):
    sent = TYPED | {"title": SCRIPT, "description": SCRIPT, "upload": upload(f"{SCRIPT}.pdf")}
    response = client_for(lead).post(f"{ADD}?answer={answer.pk}", sent)
    with acting(lead):
        evidence = Evidence.objects.get()
    for url in (LIST, page("evidence_detail", evidence.pk), page("evidence_edit", evidence.pk)):
        shown = client_for(lead).get(url).content.decode()
        assert SCRIPT not in shown
        assert "&lt;script&gt;" in shown
    assert response.status_code == 302


def test_download_is_saved_never_shown(client_for, lead: Membership, evidence: Evidence):
    with acting(lead):
        version = evidence.versions.get()
    response = client_for(lead).get(page("evidence_download", version.pk))
    assert response.getvalue().startswith(b"%PDF")
    assert response["Content-Disposition"] == 'attachment; filename="Policy.pdf"'
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in response["Cache-Control"]
    assert events(lead)[-1] == "evidence.download"


def test_download_of_an_odd_name_follows_rfc_6266(client_for, lead: Membership):
    with acting(lead):
        added = add_evidence(DETAILS, source=pdf_source('é"; x\r\n\u202e.pdf'), by=lead)
        version = added.versions.get()
    response = client_for(lead).get(page("evidence_download", version.pk))
    assert response.getvalue().startswith(b"%PDF")
    sent = response["Content-Disposition"]
    assert sent == "attachment; filename*=utf-8''%C3%A9_%3B%20x%20.pdf"


@pytest.mark.parametrize("state", [ScanState.RECEIVED, ScanState.REFUSED])
def test_unchecked_file_is_not_downloaded(
    client_for, lead: Membership, evidence: Evidence, state: str
):
    with owner():
        evidence.versions.update(scan_state=state)
        version = evidence.versions.get()
    response = client_for(lead).get(page("evidence_download", version.pk))
    assert response.status_code == 409
    assert "evidence.download" not in events(lead)


def test_missing_file_is_told_and_is_no_download(
    client_for, lead: Membership, evidence: Evidence, store
):
    stored_files(store)[0].unlink()
    with acting(lead):
        version = evidence.versions.get()
    assert client_for(lead).get(page("evidence_download", version.pk)).status_code == 409


def test_label_says_that_nothing_was_scanned(client_for, lead: Membership, evidence: Evidence):
    for url in (LIST, page("evidence_detail", evidence.pk)):
        assert "Not virus-checked" in client_for(lead).get(url).content.decode()


def test_stranger_finds_what_somebody_finds_who_guesses(
    client_for, stranger: Membership, evidence: Evidence, answer: Answer, lead: Membership
):
    with acting(lead):
        link = attach_evidence(answer, evidence=[evidence.pk], by=lead)[0]
        version = evidence.versions.get()
    client = client_for(stranger)
    names = {
        "evidence_detail": evidence.pk,
        "evidence_edit": evidence.pk,
        "evidence_version": evidence.pk,
        "evidence_delete": evidence.pk,
        "evidence_attach": answer.pk,
        "evidence_download": version.pk,
        "evidence_detach": link.pk,
    }
    for name, pk in names.items():
        for method in (client.get, client.post):
            foreign, none = method(page(name, pk)), method(page(name, uuid.uuid4()))
            assert foreign.status_code == none.status_code, name
            assert foreign.status_code in (404, 405), name
            assert evidence.title not in foreign.content.decode()
    assert client.get(f"{ADD}?answer={answer.pk}").status_code == 404
    assert client.get(f"{ADD}?answer=1").status_code == 404
    assert evidence.title not in client.get(LIST).content.decode()
    url = page("evidence_clauses", evidence.pk, answer.assessment_id)
    assert client.get(url).status_code == 404


def test_anonymous_is_sent_to_sign_in(client, evidence: Evidence):
    assert client.get(page("evidence_detail", evidence.pk)).status_code == 302


def test_viewer_reads_and_downloads_but_gets_no_form(
    client_for, viewer: Membership, evidence: Evidence, answer: Answer, lead: Membership
):
    client = client_for(viewer)
    with acting(lead):
        version = evidence.versions.get()
    for url in (LIST, page("evidence_detail", evidence.pk)):
        shown = client.get(url)
        assert shown.status_code == 200
        assert "Add evidence" not in shown.content.decode()
        assert "Delete" not in shown.content.decode()
    downloaded = client.get(page("evidence_download", version.pk))
    assert downloaded.getvalue().startswith(b"%PDF")
    assert downloaded.status_code == 200
    for url in (
        ADD,
        page("evidence_edit", evidence.pk),
        page("evidence_version", evidence.pk),
        page("evidence_delete", evidence.pk),
        page("evidence_attach", answer.pk),
    ):
        assert client.get(url).status_code == 403, url
        assert client.post(url, TYPED | {"evidence": [str(evidence.pk)]}).status_code == 403, url


def test_list_is_searched_and_filtered(client_for, lead: Membership, evidence: Evidence):
    client = client_for(lead)
    assert evidence.title in client.get(f"{LIST}?search=PERMANENCE+pol").content.decode()
    assert evidence.title in client.get(f"{LIST}?kind=policy").content.decode()
    assert evidence.title not in client.get(f"{LIST}?kind=audit").content.decode()
    assert evidence.title in client.get(f"{LIST}?kind=nonsense").content.decode()
    assert "No evidence matches" in client.get(f"{LIST}?search=%25").content.decode()


def test_list_takes_the_same_queries_for_1_and_30(
    client_for, lead: Membership, answer: Answer, evidence: Evidence
):
    client = client_for(lead)
    client.get(LIST)
    one = count_queries(lambda: client.get(LIST))
    with acting(lead):
        for number in range(29):
            row = Evidence.objects.create(
                agency=lead.agency, title=f"E{number}", kind="data", description="", created_by=lead
            )
            row.versions.create(
                agency=lead.agency, number=1, url="https://a.example", by=lead, scan_state="clean"
            )
        attach_evidence(answer, evidence=Evidence.objects.values_list("pk", flat=True), by=lead)
    assert count_queries(lambda: client.get(LIST)) == one
    assert count_queries(lambda: client.get(f"{LIST}?page=2")) == one


def test_detail_takes_the_same_queries_for_1_and_9_clauses(
    client_for, lead: Membership, assessment: Assessment, evidence: Evidence
):
    client, url = client_for(lead), page("evidence_detail", evidence.pk)
    attach_to(assessment, evidence, lead, 1)
    client.get(url)
    one = count_queries(lambda: client.get(url))
    attach_to(assessment, evidence, lead, 9)
    assert count_queries(lambda: client.get(url)) == one
    assert "Supports 9 clauses" in client.get(url).content.decode()


def attach_to(assessment: Assessment, evidence: Evidence, by: Membership, count: int) -> None:
    with acting(by):
        for answer in assessment.answers.select_related("assessment")[:count]:
            attach_evidence(answer, evidence=[evidence.pk], by=by)
