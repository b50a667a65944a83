"""What looks like personal data on pages and in the API, with its buttons."""

from __future__ import annotations

import pytest
from django.urls import reverse

from agencies.models import Membership
from assessments.actions import guarding as actions
from assessments.actions.submission import submit
from assessments.models import (
    Assessment,
    Clearance,
    EvidenceFinding,
    EvidenceReading,
    FileDeclaration,
)
from tests.assessments.conftest import answer_of, fill, sent, url
from tests.assessments.guarded import (
    PHONE,
    ClientFor,
    attached,
    sign,
    suspect_of,
    write,
)
from tests.conftest import acting, count_queries, owner

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("store")]


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


def test_autosave_says_that_there_is_something_to_look_at(
    draft: Assessment, lead: Membership, client_for: ClientFor
) -> None:
    client, address = client_for(lead), url("autosave", draft, "1.1")
    told = client.post(address, sent(draft, how=PHONE)).json()["summary"]
    assert told.endswith("Something here looks like personal data. Save to see it")
    assert "personal data" not in client.post(address, sent(draft, how="")).json()["summary"]


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
