"""Searching: what is found, in which words, and what never is."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from django.urls import reverse

from agencies.models import Membership
from agencies.scopes import Scope
from assessments.actions.answers import Said, answer_clause
from assessments.actions.assessments import start
from assessments.actions.attaching import attach_evidence
from assessments.actions.describing import Details
from assessments.actions.evidence import Source, add_evidence
from assessments.actions.placing import Where, place_evidence
from assessments.models import Answer
from assessments.searching import PER_PAGE, START, STOP, Kind, find, parts
from tests.assessments.conftest import PERIOD, answer_of, make_draft
from tests.conftest import acting, count_queries, owner

pytestmark = pytest.mark.django_db
PAGE = reverse("assessments:search")
API = "/api/v1/search/"


def say(assessment, by: Membership, code: str = "1.1", **said) -> Answer:
    answer = answer_of(assessment, code)
    with acting(by) as member:
        return answer_clause(answer, version=answer.version, said=Said(**said), by=member)


def add(by: Membership, title: str, description: str = "What it is.", **said):
    details = Details(title, "policy", description, **said)
    with acting(by) as member:
        return add_evidence(details, source=Source(url="https://agency.example/"), by=member)


def found(client, query: str, **asked) -> list[tuple[str, str]]:
    rest = "".join(f"&{name}={value}" for name, value in asked.items())
    page = client.get(f"{PAGE}?q={quote(query)}{rest}")
    assert page.status_code == 200, page.content.decode()
    return [(row.kind, row.title) for row in page.context.get("results", [])]


@pytest.fixture
def written(draft, lead):
    """The word "lighthouse" in an answer, in evidence and in where to look in it."""
    answer = say(draft, lead, how="Our lighthouses guide <b>carers</b>.", level=2)
    piece = add(lead, "Plan of the lighthouse", tags=["night watch"])
    with acting(lead) as by:
        link = attach_evidence(answer, evidence=[piece.pk], by=by)[0]
    return draft, piece, link


def test_words_are_found_in_answers_evidence_tags_and_clauses(written, lead, client_for):
    client = client_for(lead)
    both = {("answer", "Answer to clause 1.1"), ("evidence", "Plan of the lighthouse")}
    assert set(found(client, "Lighthouse")) == both
    assert found(client, "watching") == [("evidence", "Plan of the lighthouse")]
    assert found(client, '"guide carers"') == [("answer", "Answer to clause 1.1")]
    assert found(client, "lighthouse -guide") == [("evidence", "Plan of the lighthouse")]
    kinds = {kind for kind, _ in found(client, "permanence")}
    assert kinds == {"clause"}


def test_what_evidence_shows_there_is_found(written, lead, client_for):
    _, _, link = written
    with acting(lead) as by:
        where = Where("page 3", "The rota of the keeper")
        place_evidence(link, where=where, seen=Where("", ""), by=by)
    assert found(client_for(lead), "rotas") == [("place", "Plan of the lighthouse, for clause 1.1")]


def test_words_are_marked_and_the_rest_is_escaped(written, lead, client_for):
    page = client_for(lead).get(f"{PAGE}?q=lighthouse").content.decode()
    assert "<mark>lighthouses</mark> guide" in page
    assert "<b>carers" not in page


def test_a_search_is_narrowed_by_kind_and_by_assessment(written, edition, lead, client_for):
    draft, _, _ = written
    other = make_draft(edition, lead, "Year two")
    say(other, lead, "2.1", how="A lighthouse too", level=1)
    client = client_for(lead)
    assert len(found(client, "lighthouse")) == 3
    assert found(client, "lighthouse", kind="answer", assessment=other.pk) == [
        ("answer", "Answer to clause 2.1")
    ]
    assert len(found(client, "lighthouse", assessment=draft.pk)) == 2
    clauses = client.get(f"{PAGE}?q=permanence&kind=clause&assessment={other.pk}")
    assert all(str(other.pk) in row.href for row in clauses.context["results"])


def test_practice_is_found_and_marked(edition, lead, client_for):
    with acting(lead) as by:
        practice = start(edition, title="Try", **PERIOD, is_practice=True, by=by)
    say(practice, lead, how="A lighthouse", level=1)
    page = client_for(lead).get(f"{PAGE}?q=lighthouse").content.decode()
    assert "Try (practice)" in page


def test_a_strangers_words_are_never_found(written, other_agency, stranger, lead, client_for):
    theirs = make_draft(written[0].edition, stranger, "Theirs")
    answer = say(theirs, stranger, how="A lighthouse and a harbour", level=2)
    piece = add(stranger, "Their lighthouse harbour", tags=["harbour"])
    with acting(stranger) as by:
        attach_evidence(answer, evidence=[piece.pk], by=by)
    ours, others = client_for(lead), client_for(stranger)
    assert len(found(others, "harbour")) == 2
    assert found(ours, "harbour") == []
    assert len(found(ours, "lighthouse")) == len(found(others, "lighthouse")) == 2
    foreign = ours.get(f"{PAGE}?q=lighthouse&assessment={theirs.pk}")
    assert foreign.status_code == 422
    assert "Theirs" not in foreign.content.decode()
    assert ours.get(f"{API}?q=harbour").json()["results"] == []


def test_text_that_was_replaced_is_not_found(written, lead, client_for):
    draft, _, _ = written
    mark = "[Redacted on 1 April 2026: personal data was removed]"
    say(draft, lead, how=mark, level=2)
    assert found(client_for(lead), "lighthouse", kind="answer") == []
    with owner():
        words = str(Answer.objects.get(assessment=draft, clause__code="1.1").words)
    assert "person" in words
    assert "guid" not in words


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("", "Type what to search for"),
        ("%20%20", "Type what to search for"),
        ("a%00b", "a character in them that is no text"),
        ("a" * 10_000, "Type 200 characters or fewer"),
        ("%26%7C!()%3A*", "Type at least one word"),
        ("a&kind=bone", "Choose where to search from the list"),
        ("a&assessment=x", "Choose a self-assessment from the list"),
    ],
)
def test_what_cannot_be_searched_is_refused_kindly(query, reason, lead, client_for):
    client = client_for(lead)
    page = client.get(f"{PAGE}?q={query}")
    assert page.status_code == 422
    assert reason in page.content.decode().replace("&amp;", "&")
    answer = client.get(f"{API}?q={query}")
    assert answer.status_code == 400
    assert reason in str(answer.json())


ODD = ["the of", "((( x", "'; DROP", "x & | y", "a:*b <->", "\ue000x", "\u221e"]


@pytest.mark.parametrize("query", ODD)
def test_odd_words_find_nothing_and_break_nothing(query, draft, lead, client_for):
    page = client_for(lead).get(f"{PAGE}?q={quote(query)}")
    assert page.status_code in (200, 422)
    assert re.search("Nothing found|Type at least|result", page.content.decode())


def test_pages_hold_twenty_and_their_queries_do_not_grow(edition, lead, client_for):
    drafts = [make_draft(edition, lead, f"Year {number}") for number in range(2)]
    say(drafts[0], lead, "1.1", how="A lighthouse", level=1)
    client = client_for(lead)
    one = count_queries(lambda: client.get(f"{PAGE}?q=lighthouse"))
    with owner(lead.agency):
        Answer.objects.exclude(clause__code="1.1").update(how="A lighthouse")
    few = count_queries(lambda: client.get(f"{PAGE}?q=lighthouse"))
    assert few == one
    first = client.get(f"{PAGE}?q=lighthouse")
    assert len(first.context["results"]) == PER_PAGE
    assert "page=2&amp;q=lighthouse" in first.content.decode()
    second = client.get(f"{PAGE}?page=2&q=lighthouse")
    assert {row.pk for row in first.context["results"]}.isdisjoint(
        row.pk for row in second.context["results"]
    )
    assert client.get(f"{PAGE}?page=x&q=lighthouse").status_code == 200


def test_a_bare_page_searches_nothing(lead, client_for):
    page = client_for(lead).get(PAGE)
    assert page.status_code == 200
    assert "does not read inside files" in page.content.decode()


def test_the_api_finds_the_same_and_asks_for_its_scope(written, lead, client_for):
    body = client_for(lead).get(f"{API}?q=lighthouse").json()
    assert (body["count"], body["pages"], body["page"]) == (2, 1, 1)
    answer = next(row for row in body["results"] if row["kind"] == "answer")
    assert {"text": "lighthouses", "is_found": True} in answer["parts"]
    assert answer["assessment"] == str(written[0].pk)
    assert Scope.SEARCH_READ == "search:read"


def test_kinds_are_searched_alone_or_together(written, lead):
    with acting(lead):
        each = sum(find("lighthouse", kind=kind).count for kind in Kind)
        assert each == find("lighthouse").count == 2


def test_marks_that_people_typed_themselves_do_no_harm():
    assert parts(f"a{STOP}b{START}c") == [("a", False), ("b", False), ("c", True)]
    assert parts(f"{START}x{STOP} y") == [("x", True), (" y", False)]
