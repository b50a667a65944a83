"""What the evidence of an assessment lacks, on its page and by the API."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from agencies.models import Membership
from assessments.actions.attaching import attach_evidence
from assessments.actions.evidence import Source, add_evidence, add_version
from assessments.actions.placing import Where
from assessments.gaps import Gaps, find_gaps
from assessments.models import Answer, Assessment, Evidence, EvidenceVersion, ScanState
from tests.assessments.evidence.conftest import DETAILS, answer_of, pdf_source
from tests.assessments.evidence.test_views import page
from tests.conftest import acting, count_queries, owner

LINK = Source(url="https://example.org/")


def gaps_of(assessment: Assessment, by: Membership) -> Gaps:
    with acting(by):
        return find_gaps(Assessment.objects.for_page().get(pk=assessment.pk))


def voices_of(assessment: Assessment, by: Membership) -> dict[tuple[str, str], Any]:
    found = gaps_of(assessment, by).voices
    return {(voice.standard.code, voice.kind.value): voice.clauses for voice in found}


def add(by: Membership, answer: Answer | None = None, **said: Any) -> Evidence:
    with acting(by):
        return add_evidence(replace(DETAILS, **said), source=LINK, answer=answer, by=by)


def score(assessment: Assessment, code: str, **values: Any) -> None:
    with owner(assessment.agency):
        Answer.objects.filter(assessment=assessment, clause__code=code).update(**values)


def test_voice_is_missing_until_a_clause_of_the_standard_has_it(
    lead: Membership, assessment: Assessment
):
    """The guidance asks for birth families' voices in clauses 5.1 to 5.8."""
    family = ("S5", "voice_of_birth_family")
    before = voices_of(assessment, lead)
    assert {"5.1", "5.2"} <= set(before[family])
    add(lead, answer_of(assessment, "2.5", lead), kind="voice_of_birth_family")
    elsewhere = voices_of(assessment, lead)
    assert family in elsewhere and ("S2", "voice_of_birth_family") not in elsewhere
    add(lead, answer_of(assessment, "5.8", lead), kind="voice_of_birth_family")
    assert family not in voices_of(assessment, lead)
    with owner(assessment.agency):
        EvidenceVersion.objects.update(scan_state=ScanState.REFUSED)
    assert family in voices_of(assessment, lead), "what cannot be opened is not heard"


def test_voice_is_not_missed_where_its_clauses_do_not_apply(
    lead: Membership, assessment: Assessment
):
    family = ("S5", "voice_of_birth_family")
    for code in voices_of(assessment, lead)[family]:
        score(assessment, code, is_not_applicable=True, na_reason="We do not do this.")
    assert family not in voices_of(assessment, lead)


@pytest.mark.parametrize(
    ("until", "runs_out"),
    [(None, False), (date(2027, 3, 30), True), (date(2027, 3, 31), False)],
)
def test_evidence_that_ends_before_the_period_is_named_with_its_clauses(
    lead: Membership, assessment: Assessment, until: date | None, runs_out: bool
):
    piece = add(lead, valid_until=until)
    for code in ("1.2", "1.1"):
        with acting(lead):
            attach_evidence(answer_of_now(assessment, code), evidence=[piece.pk], by=lead)
    found = [(each.evidence.pk, each.clauses) for each in gaps_of(assessment, lead).expiring]
    assert found == ([(piece.pk, ["1.1", "1.2"])] if runs_out else [])


def answer_of_now(assessment: Assessment, code: str) -> Answer:
    return Answer.objects.select_related("assessment").get(assessment=assessment, clause__code=code)


def test_clauses_scored_2_or_3_without_evidence_are_named(lead: Membership, assessment: Assessment):
    for code, level in (("1.1", 1), ("1.2", 2), ("1.3", 3), ("1.4", 2)):
        score(assessment, code, level=level)
    add(lead, answer_of(assessment, "1.4", lead))
    found = gaps_of(assessment, lead)
    assert (found.from_level, found.claimed) == (2, ["1.2", "1.3"])


def test_places_to_check_and_evidence_that_says_no_place(
    lead: Membership, assessment: Assessment, answer: Answer, evidence: Evidence
):
    bare = add(lead, answer)
    with acting(lead):
        attach_evidence(answer, evidence=[evidence.pk], where=Where("Page 1"), by=lead)
        assert not find_gaps(Assessment.objects.for_page().get()).to_check
        add_version(evidence, source=pdf_source("New.pdf"), by=lead)
    found = gaps_of(assessment, lead)
    assert [piece.evidence.pk for piece in found.to_check] == [evidence.pk]
    assert [piece.evidence.pk for piece in found.unlocated] == [bare.pk]


def test_page_and_api_say_the_same_and_a_stranger_nothing(
    client_for, lead: Membership, viewer: Membership, stranger: Membership, assessment: Assessment
):
    unused = add(lead, title="Supports nothing")
    piece = add(lead, answer_of(assessment, "1.1", lead), valid_until=date(2026, 12, 31))
    score(assessment, "1.2", level=2)
    url, api = page("gaps", assessment.pk), f"/api/v1/assessments/{assessment.pk}/evidence-gaps/"
    shown = client_for(viewer).get(url).content.decode()
    for words in ("Supports nothing", "valid until 31 December 2026", "Voice of children"):
        assert words in shown
    assert f'href="{page("clause", assessment.pk, "1.2")}"' in shown
    said = client_for(viewer).get(api).json()
    assert said["claimed"] == ["1.2"]
    assert (said["unused"], said["unused_count"]) == ([str(unused.pk)], 1)
    expiring = {"evidence": str(piece.pk), "title": piece.title, "clauses": ["1.1"]}
    assert said["expiring"] == said["unlocated"] == [expiring]
    assert {"standard", "kind", "clauses"} == set(said["voices"][0])
    assert {client_for(stranger).get(each).status_code for each in (url, api)} == {404}
    overview = client_for(viewer).get(page("overview", assessment.pk)).content.decode()
    assert f'href="{url}"' in overview


def test_page_takes_the_same_queries_with_1_piece_and_with_40(
    client_for, lead: Membership, assessment: Assessment, answer: Answer, floor: int
):
    client, url = client_for(lead), page("gaps", assessment.pk)
    add(lead, answer)
    client.get(url)
    few = count_queries(lambda: client.get(url))
    with owner(lead.agency):
        for number in range(40):
            piece = Evidence.objects.create(
                agency=lead.agency, title=f"E{number:02}", kind="data", created_by=lead
            )
            piece.versions.create(
                agency=lead.agency, number=1, url="https://a.example", by=lead, scan_state="clean"
            )
    with acting(lead):
        pieces = list(Evidence.objects.filter(title__startswith="E0"))
        attach_evidence(answer, evidence=[piece.pk for piece in pieces], by=lead)
    assert count_queries(lambda: client.get(url)) == few <= floor + 6
    assert "And 5 more" in client.get(url).content.decode()
