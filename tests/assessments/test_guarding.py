"""What looks like personal data is shown, and stands in the way until it is mended or checked."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.models import Membership
from agencies.workflow import NotAllowed
from assessments.actions import guarding as actions
from assessments.actions.attaching import attach_evidence
from assessments.actions.evidence import Details, Source, add_evidence
from assessments.models import (
    Assessment,
    Clearance,
    EvidenceFinding,
    EvidenceReading,
    FileDeclaration,
)
from tests.assessments.conftest import answer_of
from tests.assessments.files.pictures import picture
from tests.assessments.guarded import (
    PHONE,
    attached,
    clear,
    events,
    file_of,
    guarded,
    sign,
    suspect_of,
    write,
)
from tests.conftest import acting, owner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


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


def test_older_version_in_use_is_looked_at_too(draft: Assessment, lead: Membership) -> None:
    version = attached(draft, lead)
    with acting(lead):
        other = draft.answers.select_related("assessment").get(clause__code="1.2")
        attach_evidence(other, evidence=[version.evidence.pk], by=lead)
    assert [suspect.of for suspect in guarded(draft, lead).suspects] == [version]
