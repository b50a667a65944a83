"""Several files at once: each for itself, in one request or one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from agencies.models import Agency, Membership
from assessments.actions.adding_files import MOST_FILES, title_of
from assessments.models import Answer, Evidence, EvidenceLink
from tests.assessments.evidence.conftest import events, stored_files, upload
from tests.conftest import acting, owner

URL = reverse("assessments:evidence_add_files")
FORM: dict[str, Any] = {"kind": "policy", "description": "How we plan.", "tags": "Court"}
SCRIPT = {"X-Upload": "1", "Accept": "application/json"}


def text(name: str) -> SimpleUploadedFile:
    return upload(name, b"We meet every month.\n")


def titles() -> list[str]:
    with owner():
        return list(Evidence.objects.order_by("title").values_list("title", flat=True))


def test_each_file_becomes_a_piece_under_its_own_name(lead: Membership, client_for):
    files = [text("Early_permanence policy.txt"), text("Notes.txt"), text("Notes.txt")]
    sent = client_for(lead).post(URL, {**FORM, "files": files, "is_anonymised": "on"}, follow=True)
    assert "3 pieces of evidence added" in sent.content.decode()
    assert titles() == ["Early permanence policy", "Notes", "Notes"]
    with acting(lead):
        found = Evidence.objects.first()
        assert (found.kind, found.description, found.tags) == ("policy", "How we plan.", ["court"])
    assert events(lead).count("evidence.add") == events(lead).count("personal_data.declare") == 3


def test_refused_file_leaves_the_others_and_what_was_typed(
    lead: Membership, client_for, store: Path
):
    files = [text("First.txt"), upload("bad.exe", b"MZ"), upload("empty.pdf", b""), text("B.txt")]
    page = client_for(lead).post(URL, {**FORM, "files": files})
    shown = page.content.decode()
    assert page.status_code == 422
    assert "bad.exe: Files of this type are not accepted" in shown
    assert "empty.pdf: The file is empty" in shown
    assert "2 of 4 files were added" in shown
    assert "How we plan." in shown
    assert titles() == ["B", "First"]
    assert len(stored_files(store)) == 2


def test_files_are_attached_to_the_clause_they_were_added_for(
    lead: Membership, answer: Answer, client_for
):
    sent = client_for(lead).post(
        f"{URL}?answer={answer.pk}", {**FORM, "files": [text("A.txt"), text("B.txt")]}
    )
    assert sent["Location"].endswith("/clauses/1.1/#evidence")
    with acting(lead):
        assert EvidenceLink.objects.filter(answer=answer).count() == 2


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"files": []}, "Choose at least one file"),
        ({"kind": ""}, "Choose what kind of evidence it is"),
        ({"description": " "}, "Enter a description"),
        ({"tags": "x" * 31}, "30 characters"),
        ({"files": MOST_FILES + 1}, "Choose up to 20 files at once"),
    ],
)
def test_what_is_wrong_with_the_form_stores_nothing(
    lead: Membership, client_for, store: Path, changes: dict[str, Any], says: str
):
    if changes.get("files"):
        changes = {"files": [text(f"{n}.txt") for n in range(changes["files"])]}
    page = client_for(lead).post(URL, {**FORM, "files": [text("A.txt")], **changes})
    assert page.status_code == 422
    assert says in page.content.decode()
    assert titles() == []
    assert stored_files(store) == []


def test_script_is_told_of_each_file(lead: Membership, client_for):
    client = client_for(lead)
    added = client.post(URL, {**FORM, "files": text("A_b.txt")}, headers=SCRIPT)
    assert (added.status_code, added.json()["title"]) == (201, "A b")
    assert client.get(added.json()["url"]).status_code == 200
    refused = client.post(URL, {**FORM, "files": upload("a.exe", b"MZ")}, headers=SCRIPT)
    assert refused.status_code == 422
    assert "not accepted" in refused.json()["message"]
    wrong = client.post(URL, {"files": text("A.txt")}, headers=SCRIPT)
    assert (wrong.status_code, wrong.json()) == (422, {"is_form": True})
    assert titles() == ["A b"]
    following = client.get(reverse("assessments:evidence_list")).content.decode()
    assert "of evidence added" not in following, "no message piles up for a later page"


def test_file_that_exceeds_the_quota_leaves_those_before_it(
    lead: Membership, client_for, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(Agency, "quota_bytes", 30)
    client = client_for(lead)
    page = client.post(URL, {**FORM, "files": [text("A.txt"), text("B.txt")]})
    assert page.status_code == 422
    assert "B.txt: Your agency&#x27;s files may take up" in page.content.decode()
    assert titles() == ["A"]
    told = client.post(URL, {**FORM, "files": text("C.txt")}, headers=SCRIPT)
    assert told.status_code == 413
    assert "would exceed it" in told.json()["message"]


def test_who_may_not_add_evidence_is_refused(
    lead: Membership, viewer: Membership, stranger: Membership, answer: Answer, client_for
):
    sent = {**FORM, "files": [text("A.txt")]}
    assert client_for(viewer).post(URL, sent).status_code == 403
    assert client_for(stranger).post(f"{URL}?answer={answer.pk}", sent).status_code == 404
    other = client_for(lead).post(URL, {**sent, "acting_for": str(stranger.agency_id)})
    assert other.status_code == 409
    assert titles() == []


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Early_permanence__policy.v2.pdf", "Early permanence policy.v2"),
        ("../../etc/passwd", "passwd"),
        (".pdf", "pdf"),
        ("___.pdf", "File"),
        ("", "file"),
        ("a" * 300 + ".pdf", "a" * 116),
    ],
)
def test_title_is_the_name_as_people_would_write_it(name: str, title: str) -> None:
    assert title_of(name) == title
