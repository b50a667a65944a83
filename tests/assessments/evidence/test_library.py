"""The library: whose a piece is, how long it holds, its tags; found by all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agencies.models import Agency, Membership
from agencies.workflow import NotAllowed
from assessments import snapshot
from assessments.actions.attaching import attach_evidence
from assessments.actions.describing import Details, edit_evidence
from assessments.actions.evidence import Source, add_evidence
from assessments.models import Answer, Evidence, EvidenceVersion, Status
from assessments.models.evidence import SOON
from tests.assessments.evidence.conftest import DETAILS, locked
from tests.assessments.evidence.test_views import ADD, TYPED, page
from tests.conftest import acting, count_queries, owner

LIST = reverse("assessments:evidence_list")
API = "/api/v1/evidence/"
LINK = Source(url="https://example.org/policy")


def add(title: str, by: Membership, **said: Any) -> Evidence:
    with acting(by):
        return add_evidence(Details(title, "policy", "What it is.", **said), source=LINK, by=by)


def titles(client: Client, query: str) -> list[str]:
    return [piece.title for piece in client.get(f"{LIST}?{query}").context["evidence_list"]]


@pytest.fixture
def library(lead: Membership, contributor: Membership) -> None:
    today = timezone.localdate()
    add("Ours", lead, owner=lead, tags=["Birth family, Matching "])
    add("Over", lead, owner=contributor, valid_until=today - timedelta(days=1))
    add("Last day", lead, tags=["matching"], valid_until=today)
    add("Soon", lead, valid_until=today + SOON)
    add("Later", lead, valid_until=today + SOON + timedelta(days=1))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("valid=expired", ["Over"]),
        ("valid=soon", ["Last day", "Soon"]),
        ("tag=matching", ["Last day", "Ours"]),
        ("tag=birth family&search=our", ["Ours"]),
        ("search=WHAT IT IS&valid=expired", ["Over"]),
        ("valid=never&tag=nonsense&owner=1", ["Last day", "Later", "Ours", "Over", "Soon"]),
        ("tag=matching&owner=1", ["Last day", "Ours"]),
        ("tag=matching&kind=audit", []),
    ],
)
def test_list_is_narrowed(
    library: None, client_for, lead: Membership, query: str, found: list[str]
):
    assert titles(client_for(lead), query) == found


def test_list_is_narrowed_to_an_owner_by_page_and_api(
    library: None, client_for, lead: Membership, contributor: Membership
):
    client = client_for(lead)
    assert titles(client, f"owner={contributor.pk}") == ["Over"]
    found = client.get(f"{API}?owner={lead.pk}&tag=matching&search=our").json()["results"]
    assert [(piece["title"], piece["tags"]) for piece in found] == [
        ("Ours", ["birth family", "matching"])
    ]
    assert [p["title"] for p in client.get(f"{API}?valid=expired").json()["results"]] == ["Over"]
    assert client.get(f"{API}?valid=never").status_code == 400
    shown = client.get(LIST).content.decode()
    assert shown.count("No longer valid</strong>") == 1
    assert shown.count("Runs out soon</strong>") == 2


def test_filter_offers_nothing_of_another_agency(
    client_for, lead: Membership, stranger: Membership, library: None
):
    add("Theirs", stranger, owner=stranger, tags=["strange"])
    shown = client_for(lead).get(LIST).content.decode()
    assert "matching</option>" in shown
    assert "strange</option>" not in shown
    assert stranger.display_name not in shown
    assert "matching</option>" not in client_for(stranger).get(LIST).content.decode()


def test_list_takes_five_queries_with_2000_pieces(
    library: None, client_for, lead: Membership, floor: int
):
    client = client_for(lead)
    client.get(LIST)
    few = count_queries(lambda: client.get(LIST))
    with owner(lead.agency):
        own: dict[str, Any] = {"agency_id": lead.agency_id}
        pieces = Evidence.objects.bulk_create(
            Evidence(
                title=f"Piece {n}", kind="data", description="x", created_by=lead, owner=lead,
                tags=[f"t{n % 40}"], **own
            )
            for n in range(2_000)
        )  # fmt: skip
        EvidenceVersion.objects.bulk_create(
            EvidenceVersion(
                evidence=piece, number=1, url="https://a.example", scan_state="clean", by=lead,
                **own
            )
            for piece in pieces
        )  # fmt: skip
    queries = ("?search=piece", f"?tag=t3&owner={lead.pk}&page=2")
    for query in queries:
        assert count_queries(lambda: client.get(f"{LIST}{query}")) == few == floor + 5  # noqa: B023
    assert len(titles(client, "search=piece&page=80")) == 25


def test_form_keeps_owner_validity_and_tags(
    client_for, lead: Membership, contributor: Membership, answer: Answer
):
    client = client_for(lead)
    assert f'value="{lead.pk}" selected' in client.get(ADD).content.decode()
    sent = {
        **TYPED,
        **{"source": "link", "url": "https://example.org/", "owner": str(contributor.pk)},
        **{"valid_until_day": "31", "valid_until_month": "3", "valid_until_year": "2031"},
        "tags": "Matching, , New\tPolicy,matching",
    }
    assert client.post(ADD, sent).status_code == 302
    with acting(lead):
        piece = Evidence.objects.select_related("owner").get()
    assert (piece.valid_until, piece.owner) == (date(2031, 3, 31), contributor)
    assert piece.tags == ["matching", "new policy"]
    shown = client.get(page("evidence_detail", piece.pk)).content.decode()
    assert "31 Mar 2031" in shown
    assert "matching, new policy" in shown
    assert contributor.display_name in shown
    assert 'value="matching, new policy"' in client.get(page("evidence_edit", piece.pk)).text


@pytest.mark.parametrize(
    ("said", "field", "says"),
    [
        ({"valid_until": date(2020, 1, 1)}, "valid_until", "first day it covers"),
        ({"tags": ["a" * 31]}, "tags", "30 characters or fewer"),
        ({"tags": [",".join("abcdefghijk")]}, "tags", "10 tags or fewer"),
    ],
)
def test_bad_details_are_refused_with_a_sentence(
    client_for, lead: Membership, said: dict[str, Any], field: str, says: str
):
    with acting(lead), pytest.raises(ValidationError) as refused:
        add_evidence(replace(DETAILS, **said), source=LINK, by=lead)
    assert list(refused.value.message_dict) == [field]
    assert says in refused.value.message_dict[field][0]
    if field == "tags":
        sent = TYPED | {"source": "link", "url": "https://example.org/"}
        response = client_for(lead).post(ADD, sent | {"tags": ",".join(said["tags"])})
        assert response.status_code == 422
        assert says in response.content.decode()


def test_owner_is_somebody_of_the_agency_who_is_there(
    client_for, lead: Membership, contributor: Membership, stranger: Membership
):
    piece = add("Ours", lead, owner=contributor)
    client, url = client_for(lead), f"{API}{piece.pk}/"
    seen = {"content_type": "application/json", "headers": {"If-Match": '"1"'}}
    for nobody in (stranger.pk, piece.pk, "x"):
        refused = client.patch(url, {"owner": str(nobody)}, **seen)
        assert list(refused.json()["errors"]) == ["owner"]
    for nobody in (stranger.pk, "x"):
        response = client.post(ADD, TYPED | {"owner": str(nobody)})
        assert "Choose somebody who works with your agency here" in response.content.decode()
    with owner(lead.agency):
        Membership.objects.filter(pk=contributor.pk).update(is_active=False)
        gone = Membership.objects.get(pk=contributor.pk)
    with acting(lead), pytest.raises(ValidationError, match="works with your agency"):
        add_evidence(replace(DETAILS, owner=gone), source=LINK, by=lead)


def test_owner_who_left_stays_until_somebody_else_is_chosen(
    client_for, lead: Membership, contributor: Membership
):
    piece = add("Ours", lead, owner=contributor)
    with owner(lead.agency):
        Membership.objects.filter(pk=contributor.pk).update(is_active=False)
    client, edit = client_for(lead), page("evidence_edit", piece.pk)
    assert "no longer with your agency" in client.get(page("evidence_detail", piece.pk)).text
    sent = TYPED | {"wording": "1", "owner": str(contributor.pk)}
    assert client.post(edit, sent).status_code == 302
    with acting(lead):
        assert Evidence.objects.get().owner_id == contributor.pk
    assert client.post(edit, TYPED | {"wording": "2", "owner": ""}).status_code == 302
    with acting(lead):
        assert Evidence.objects.get().owner_id is None


def test_signed_evidence_changes_hands_but_not_its_words(
    lead: Membership, contributor: Membership, evidence: Evidence, answer: Answer
):
    with acting(lead):
        attach_evidence(answer, evidence=[evidence.pk], by=lead)
    with locked(answer.assessment, status=Status.SIGNED_OFF), acting(lead):
        handed = replace(DETAILS, owner=contributor, tags=["New"])
        assert edit_evidence(evidence, details=handed, wording=1, by=lead).tags == ["new"]
        with pytest.raises(NotAllowed, match="only its owner and its tags"):
            edit_evidence(
                evidence, details=replace(handed, valid_until=date(2030, 1, 1)), wording=2, by=lead
            )


def test_what_was_signed_before_there_was_a_last_day_keeps_its_hash(
    lead: Membership, agency: Agency, evidence: Evidence, answer: Answer
):
    """The document of the first format, spelt out: a later key stands only where it says more."""
    with acting(lead):
        attach_evidence(answer, evidence=[evidence.pk], by=lead)
        [shown] = said_of(answer)["evidence"]
        version = evidence.versions.get()
        assert shown == {
            "version": str(version.pk),
            "title": DETAILS.title,
            "kind": "policy",
            "shows": DETAILS.description,
            "period": ["2026-04-01", "2026-09-30"],
            "file_name": "Policy.pdf",
            "url": "",
            "sha256": version.sha256,
            "scan_state": "not_scanned",
        }
        details = replace(DETAILS, valid_until=date(2027, 3, 31), tags=["x"], owner=lead)
        edit_evidence(evidence, details=details, wording=1, by=lead)
        assert said_of(answer)["evidence"] == [{**shown, "valid_until": "2027-03-31"}]


def said_of(answer: Answer) -> snapshot.Document:
    content = snapshot.of_draft(answer.assessment)
    return next(said for said in content["answers"] if said["clause"] == answer.clause.code)


def test_versions_with_their_counts_are_in_order():
    """The first of them is taken for the latest."""
    assert EvidenceVersion.objects.with_links().ordered
