"""The guidance that comes with the service, for each of the 70 clauses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from standards.loader import DATA
from standards.models import EvidenceKind
from standards.schema import GuidanceText, read_edition, read_guidance

EDITION = read_edition(DATA / "neps-2022.yaml")
GUIDANCE: GuidanceText = read_guidance(DATA / "neps-2022.guidance.yaml", EDITION)
PROMPTS = [(code, prompt) for code, prompts in GUIDANCE.prompts.items() for prompt in prompts]
PAPER = {EvidenceKind.POLICY, EvidenceKind.PROCEDURE}
# Clauses that are about these people: what they say themselves is evidence.
VOICES = {
    EvidenceKind.VOICE_OF_BIRTH_FAMILY: "1.5 1.7 1.8 2.5 2.7 2.8 5.1 5.2 5.3 5.4 5.5 5.6 5.8 7.5",
    EvidenceKind.VOICE_OF_CARERS: "1.9 3.4 3.6 3.7 3.8 3.9 6.2 6.3 7.3 7.6 7.7",
    EvidenceKind.VOICE_OF_ADOPTERS: "3.1 3.2 3.10 4.11 6.6",
    EvidenceKind.VOICE_OF_CHILDREN: "1.1 1.8 4.10 6.1 7.8",
}


def test_every_clause_has_two_to_four_prompts_of_different_kinds() -> None:
    assert list(GUIDANCE.prompts) == EDITION.clause_codes
    assert len(GUIDANCE.prompts) == 70
    for code, prompts in GUIDANCE.prompts.items():
        assert 2 <= len(prompts) <= 4, code
        assert len({prompt.kind for prompt in prompts}) == len(prompts), code


def test_every_clause_asks_for_more_than_paper() -> None:
    paper = [c for c, prompts in GUIDANCE.prompts.items() if {p.kind for p in prompts} <= PAPER]
    assert paper == []


@pytest.mark.parametrize("kind", VOICES)
def test_clauses_about_people_ask_for_their_voice(kind: EvidenceKind) -> None:
    asked = {code for code, prompt in PROMPTS if prompt.kind == kind}
    assert set(VOICES[kind].split()) <= asked


def test_every_standard_but_the_organisations_own_hears_somebody() -> None:
    voices = set(VOICES)
    heard = {code[0] for code, prompt in PROMPTS if prompt.kind in voices}
    assert heard == set("12345678")


@pytest.mark.parametrize("kind", EvidenceKind)
def test_every_kind_of_evidence_is_asked_for(kind: EvidenceKind) -> None:
    assert any(prompt.kind == kind for _, prompt in PROMPTS)


def test_prompts_are_single_plain_sentences_and_none_stands_twice() -> None:
    texts = [prompt.text for _, prompt in PROMPTS]
    assert len({text.casefold() for text in texts}) == len(texts)
    for text in texts:
        assert re.fullmatch(r"[A-Z][^.!?]*\.", text.replace("e.g.", "")), text
        assert 40 <= len(text) <= 220, text


def test_file_has_a_version_of_its_own() -> None:
    assert GUIDANCE.version == "1.1"
    assert Path(GUIDANCE.root.file).name == "neps-2022.guidance.yaml"
