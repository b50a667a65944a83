"""What looks like personal data is shown, and stands in the way until it is mended or checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from agencies.models import Event, Membership
from agencies.workflow import NotAllowed
from assessments import guarding
from assessments.actions import guarding as actions
from assessments.actions import signoff
from assessments.actions.attaching import attach_evidence
from assessments.actions.evidence import Details, Source, add_evidence
from assessments.actions.submission import submit
from assessments.guarding import Guarded, Suspect
from assessments.models import (
    Answer,
    Assessment,
    Clearance,
    EvidenceFinding,
    EvidenceReading,
    EvidenceVersion,
    FileDeclaration,
)
from assessments.models.guard import guarded_answers, with_guard
from tests.assessments.conftest import answer_of, fill, sent, url
from tests.assessments.files.pictures import picture
from tests.conftest import acting, count_queries, owner

pytestmark = pytest.mark.django_db
ClientFor = Callable[[Membership], Client]
PHONE = "Ring 07700 900123"
TEXT = f"A page.\n{PHONE} or the office at 0800 496 0199.\n"


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Any) -> None:
    settings.FILES_ROOT, settings.SCANNER = tmp_path, "none"


def write(assessment: Assessment, code: str = "1.1", **texts: str) -> Answer:
    with owner(assessment.agency):
        assessment.answers.filter(clause__code=code).update(**texts)
    return answer_of(assessment, code)


def attached(
    assessment: Assessment,
    by: Membership,
    *,
    name: str = "Policy.txt",
    content: bytes = TEXT.encode(),
    title: str = "Early permanence policy",
    is_anonymised: bool = False,
) -> EvidenceVersion:
    upload = SimpleUploadedFile(name, content)
    with acting(by):
        piece = add_evidence(
            Details(title, "policy", "How we plan"),
            source=Source(upload=upload, is_anonymised=is_anonymised),
            answer=assessment.answers.select_related("assessment").get(clause__code="1.1"),
            by=by,
        )
        return piece.versions.get()


def guarded(assessment: Assessment, by: Membership) -> Guarded:
    with acting(by):
        return guarding.of_assessment(assessment)


def suspect_of(answer: Answer, by: Membership) -> Suspect:
    with acting(by):
        rows = guarded_answers(Answer.objects.select_related("clause"))
        return guarding.of_answer(rows.get(pk=answer.pk))


def file_of(version: EvidenceVersion, by: Membership) -> Suspect:
    with acting(by):
        return guarding.of_version(with_guard(EvidenceVersion.objects.all()).get(pk=version.pk))


def clear(place: Any, suspect: Suspect, by: Membership) -> list[Clearance]:
    with acting(by):
        return actions.clear(place, seen=suspect.mark, by=by)


def sign(assessment: Assessment, by: Membership) -> Assessment:
    with acting(by):
        return signoff.sign_off(assessment, name="Head of service", has_agreed=True, by=by)


def events(by: Membership, action: str) -> list[Event]:
    with acting(by):
        return list(Event.objects.filter(agency_id=by.agency_id, action=action).order_by("seq"))


def test_text_of_an_answer_is_found_with_field_and_line(
    draft: Assessment, lead: Membership
) -> None:
    answer = write(draft, how=f"We meet.\n{PHONE}", difference="Olivia settled.")
    found = [(one.looks_like, one.words, one.place) for one in suspect_of(answer, lead).suspicions]
    assert found == [
        ("a phone number", "07700 900123", "How do you do this?, line 2"),
        ("a person's name", "Olivia", "What difference does it make?"),
    ]


def test_file_keeps_what_was_found_and_never_the_words(draft: Assessment, lead: Membership) -> None:
    version = attached(draft, lead, name="olivia_sampleby.txt")
    with acting(lead):
        rows = EvidenceFinding.objects.filter(version=version)
        stored = list(rows.values_list("kind", "place", "excerpt", "is_mild"))
        assert EvidenceReading.objects.get(version=version).extent == "whole"
    assert stored == [
        ("name", "the name of the file", "O••••• S•••••••", False),
        ("phone", "line 2", "••••• ••••••", False),
        ("phone", "line 2", "•••• ••• ••••", True),
    ]


def test_sign_off_waits_until_texts_and_files_are_mended_or_checked(
    complete: Assessment, lead: Membership, approver: Membership
) -> None:
    answer = write(complete, how=PHONE)
    version = attached(complete, lead, title="Letter of Olivia")
    with pytest.raises(ValidationError) as refusal:
        sign(complete, approver)
    assert refusal.value.messages == [
        "Mend, or check and confirm, what looks like personal data in the answer to 1 clause.",
        "Mend, or check and confirm, what looks like personal data in 1 piece of evidence.",
    ]
    write(complete, how="We meet.")
    clear(version, file_of(version, lead), lead)
    details = next(one for one in guarded(complete, lead).suspects)
    clear(version.evidence, details, approver)
    assert guarded(complete, lead).suspects == []
    assert sign(complete, approver).status == "signed_off"
    assert [event.facts["kinds"] for event in events(lead, "personal_data.clear")] == [
        ["phone"],
        ["name"],
    ]
    assert answer.pk  # mended, not cleared
    with acting(lead):
        assert set(Clearance.objects.values_list("by", flat=True)) == {lead.pk, approver.pk}


def test_clearance_holds_for_what_was_seen_and_not_for_what_comes_later(
    draft: Assessment, lead: Membership
) -> None:
    answer = write(draft, how=PHONE)
    clear(answer, suspect_of(answer, lead), lead)
    write(draft, how=f"A new sentence. {PHONE}.")
    assert suspect_of(answer, lead).open_ones == []
    write(draft, how=f"{PHONE} or Olivia")
    assert [one.words for one in suspect_of(answer, lead).open_ones] == ["Olivia"]


def test_what_came_since_the_page_was_opened_is_not_cleared(
    draft: Assessment, lead: Membership
) -> None:
    answer = write(draft, how=PHONE)
    shown = suspect_of(answer, lead)
    write(draft, how=f"{PHONE} or Olivia")
    with pytest.raises(ValidationError, match="has changed since you opened the page"):
        clear(answer, shown, lead)
    with acting(lead):
        assert not Clearance.objects.exists()


@pytest.mark.parametrize("seen", ["", "0" * 64])
def test_nothing_is_cleared_unseen(seen: str, draft: Assessment, lead: Membership) -> None:
    answer = write(draft, how="We meet.")
    with acting(lead), pytest.raises(ValidationError, match="Nothing was confirmed"):
        actions.clear(answer, seen=seen, by=lead)


def test_nothing_is_cleared_in_what_is_signed(signed: Assessment, lead: Membership) -> None:
    answer = write(signed, how=PHONE)
    with pytest.raises(NotAllowed, match="signed off"):
        clear(answer, suspect_of(answer, lead), lead)


def test_viewer_neither_clears_nor_declares(
    draft: Assessment, lead: Membership, viewer: Membership
) -> None:
    version = attached(draft, lead)
    suspect = file_of(version, lead)
    with acting(viewer):
        with pytest.raises(PermissionDenied):
            actions.clear(version, seen=suspect.mark, by=viewer)
        with pytest.raises(PermissionDenied):
            actions.declare(version, by=viewer)


def test_what_is_said_of_evidence_at_a_clause_is_found_too(
    draft: Assessment, lead: Membership
) -> None:
    version = attached(draft, lead, content=b"Nothing.")
    with owner(draft.agency):
        version.links.update(place="page 3", shows="How Olivia settled")
    found = [(one.words, one.place) for one in suspect_of(answer_of(draft), lead).suspicions]
    assert found == [("Olivia", "What Early permanence policy shows")]


def test_mild_findings_stand_in_nobodys_way(draft: Assessment, lead: Membership) -> None:
    answer = write(draft, how="Write to adoption@council.example")
    assert suspect_of(answer, lead).suspicions
    assert guarded(draft, lead).suspects == []


def test_declaration_is_given_at_upload_or_later_and_once(
    draft: Assessment, lead: Membership, contributor: Membership
) -> None:
    declared = attached(draft, lead, title="First", is_anonymised=True)
    later = attached(draft, lead, title="Second")
    assert guarded(draft, lead).undeclared == [later]
    with acting(contributor):
        actions.declare(later, by=contributor)
    with acting(lead):
        actions.declare(later, by=lead)
        said = dict(FileDeclaration.objects.values_list("version", "by"))
    assert said == {declared.pk: lead.pk, later.pk: contributor.pk}
    assert guarded(draft, lead).undeclared == []
    assert len(events(lead, "personal_data.declare")) == 2


def test_link_cannot_be_declared(draft: Assessment, lead: Membership) -> None:
    with acting(lead):
        details, link = Details("Page", "policy", "How"), Source(url="https://www.example.org/")
        piece = add_evidence(details, source=link, by=lead)
        with pytest.raises(NotAllowed, match="nothing to declare"):
            actions.declare(piece.versions.get(), by=lead)


def test_file_that_could_not_be_read_stops_sign_off_until_declared(
    complete: Assessment, lead: Membership, approver: Membership
) -> None:
    clean = attached(complete, lead, title="Read", content=b"Nothing.")
    scan = attached(complete, lead, title="Scan", name="Scan.png", content=picture("PNG"))
    found = guarded(complete, lead)
    assert (found.undeclared, found.unread) == ([clean, scan], [scan])
    with pytest.raises(ValidationError, match="Declare that 1 file is anonymised"):
        sign(complete, approver)
    with acting(lead):
        actions.declare(scan, by=lead)
    assert sign(complete, approver).status == "signed_off"


def test_submission_tells_which_files_were_undeclared_that_day(
    complete: Assessment, lead: Membership, approver: Membership, client_for: ClientFor
) -> None:
    attached(complete, lead, title="Declared", content=b"Nothing.", is_anonymised=True)
    later = attached(complete, lead, title="Undeclared", content=b"Nothing more.")
    page = client_for(approver).get(url("sign_off", complete)).content.decode()
    assert "Your declaration covers them too" in page
    signed = sign(complete, approver)
    with acting(lead) as by:
        submit(signed, by=by)
        actions.declare(later, by=by)
    shown = client_for(lead).get(url("submission", complete, 1)).content.decode()
    assert shown.count("not declared as anonymised when this was submitted") == 1


def test_clause_page_shows_what_was_found_and_clears_it(
    draft: Assessment, lead: Membership, client_for: ClientFor
) -> None:
    client, page = client_for(lead), url("clause", draft, "1.1")
    saved = client.post(page, sent(draft, how=PHONE))
    assert saved.status_code == 302
    assert saved["Location"].endswith("?saved=1.1&look=1")
    assert "look at clause 1.1 again" in client.get(saved["Location"]).content.decode()
    answer = answer_of(draft)
    assert answer.how == PHONE
    shown = client.get(page).content.decode()
    assert "07700 900123</span> looks like a phone number (How do you do this?)" in shown
    assert "a clean check is no proof" in shown
    mark = suspect_of(answer, lead).mark
    assert mark in shown
    done = client.post(reverse("assessments:clear_answer", args=[answer.pk]), {"seen": mark})
    assert done["Location"] == page
    assert f"Checked by {lead.display_name}" in client.get(page).content.decode()
    again = client.post(page, sent(draft, how=f"{PHONE}."))
    assert again["Location"].endswith("?saved=1.1")


def test_check_page_lists_places_and_files_with_their_buttons(
    draft: Assessment, lead: Membership, viewer: Membership, client_for: ClientFor
) -> None:
    write(draft, how=f"{PHONE} <b>")
    version = attached(draft, lead)
    shown = client_for(lead).get(url("check", draft)).content.decode()
    for words in ("Clause 1.1", "File Policy.txt", "line 2", "Checked: not personal data"):
        assert words in shown
    assert "Files that nobody has declared as anonymised" in shown
    assert shown.count("Declare as anonymised") == 1
    only_read = client_for(viewer).get(url("check", draft)).content.decode()
    assert "File Policy.txt" in only_read
    assert "Checked: not personal data" not in only_read
    declare = reverse("assessments:declare_version", args=[version.pk])
    back = client_for(lead).post(declare, {"check": str(draft.pk)})
    assert back["Location"] == f"{url('check', draft)}#personal-data"
    gone = client_for(lead).get(url("check", draft)).content.decode()
    assert "Files that nobody has declared" not in gone


def test_evidence_page_tells_what_is_known_of_each_file(
    draft: Assessment, lead: Membership, client_for: ClientFor
) -> None:
    version = attached(draft, lead, title="Letter of Olivia")
    client = client_for(lead)
    page = reverse("assessments:evidence_detail", args=[version.evidence_id])
    shown = client.get(page).content.decode()
    assert "We read the text in this file." in shown
    assert "•••• ••• ••••</span> looks like a phone number (line 2). It seems to be an" in shown
    assert "Olivia</span> looks like a person&#x27;s name (Title)" in shown
    assert "Nobody has declared that this file is anonymised." in shown
    back = client.post(reverse("assessments:declare_version", args=[version.pk]), {"check": "x"})
    assert back["Location"] == page
    assert f"Declared as anonymised by {lead.display_name}" in client.get(page).content.decode()


def test_stale_button_says_so_and_clears_nothing(
    draft: Assessment, lead: Membership, client_for: ClientFor
) -> None:
    answer = write(draft, how=PHONE)
    address = reverse("assessments:clear_answer", args=[answer.pk])
    shown = client_for(lead).post(address, {"seen": "0" * 64}, follow=True).content.decode()
    assert "has changed since you opened the page" in shown


def test_check_page_asks_twice_for_the_guard_however_much_there_is(
    draft: Assessment, lead: Membership, client_for: ClientFor
) -> None:
    client, page = client_for(lead), url("check", draft)

    def queries() -> int:
        client.get(page)
        return count_queries(lambda: client.get(page))

    write(draft, how=PHONE)
    attached(draft, lead)
    one = queries()
    fill(draft)
    with owner(draft.agency):
        draft.answers.update(how=f"{PHONE} and Olivia")
    for number in range(3):
        attached(draft, lead, title=f"Policy {number}", name=f"{number}.txt")
    assert queries() == one


def test_stranger_reaches_nothing(
    draft: Assessment, lead: Membership, stranger: Membership, client_for: ClientFor
) -> None:
    answer, version = write(draft, how=PHONE), attached(draft, lead)
    client = client_for(stranger)
    seen = {"seen": suspect_of(answer, lead).mark}
    for name, pk in (
        ("clear_answer", answer.pk),
        ("clear_evidence", version.evidence_id),
        ("clear_version", version.pk),
        ("declare_version", version.pk),
    ):
        assert client.post(reverse(f"assessments:{name}", args=[pk]), seen).status_code == 404
    with acting(stranger):
        assert not EvidenceFinding.objects.exists()
        assert not EvidenceReading.objects.exists()
    with acting(lead):
        assert not Clearance.objects.exists()
        assert not FileDeclaration.objects.exists()


def test_api_lists_clears_and_declares(
    draft: Assessment, lead: Membership, client_for: ClientFor
) -> None:
    client, here = client_for(lead), f"/api/v1/assessments/{draft.pk}/"
    answer, version = write(draft, how=PHONE), attached(draft, lead)
    found = client.get(f"{here}personal-data/").json()
    assert [(one["noun"], one["id"]) for one in found["suspects"]] == [
        ("answer", str(answer.pk)),
        ("version", str(version.pk)),
    ]
    assert found["undeclared"][0]["is_read"] is True
    as_json = {"content_type": "application/json"}
    sent_ = {key: found["suspects"][1][key] for key in ("noun", "id", "seen")}
    left = client.post(f"{here}clear/", sent_, **as_json)
    assert [one["noun"] for one in left.json()["suspects"]] == ["answer"]
    again = client.post(f"{here}clear/", sent_, **as_json)
    assert again.status_code == 400
    assert "has changed" in str(again.json())
    declare = f"/api/v1/evidence/{version.evidence_id}/declare/"
    assert client.post(declare, {"version": str(version.pk)}, **as_json).status_code == 204
    assert client.get(f"{here}personal-data/").json()["undeclared"] == []
    stops = client.get(f"{here}check/").json()["hindrances"]
    assert any("looks like personal data" in one["message"] for one in stops)


def test_older_version_in_use_is_looked_at_too(draft: Assessment, lead: Membership) -> None:
    version = attached(draft, lead)
    with acting(lead):
        other = draft.answers.select_related("assessment").get(clause__code="1.2")
        attach_evidence(other, evidence=[version.evidence], by=lead)
    assert [suspect.of for suspect in guarded(draft, lead).suspects] == [version]
