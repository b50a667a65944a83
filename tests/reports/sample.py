"""A report's context as `documents.readiness.context` makes it, from the real standards."""

from __future__ import annotations

import datetime
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from standards.fewest import grouped, to_next_level
from standards.scoring import ClauseState, Rules, assess

DATA = Path(__file__).parents[2] / "standards" / "data"
HOW = (
    "Early permanence is on the agenda of every legal gateway and permanence planning meeting. "
    "The chair asks whether it was considered, and the reason is recorded on the child's file.\n\n"
    "Team managers check the record within five working days. Where early permanence was ruled "
    "out, the agency adviser reads the reasons each month and takes themes back to the teams."
)
DIFFERENCE = (
    "In the year to March, early permanence was considered for 41 of 44 children under two, up "
    "from 27 of 39. The average time from a child coming into care to living with the carers who "
    "later adopted them fell from 214 to 96 days."
)


def context(**changes: Any) -> dict[str, Any]:
    """A submitted assessment of a fictional local authority; `changes` replace top-level keys."""
    edition, guidance, rules = (
        yaml.safe_load((DATA / f"neps-2022{part}.yaml").read_text())
        for part in ("", ".guidance", ".readiness")
    )
    standards = [_standard(standard) for standard in edition["standards"]]
    whole = {
        "title": "Early permanence self-assessment 2026",
        "agency": {"name": "Northmoor Council", "kind": "Local authority"},
        "edition": {"code": "neps-2022", "title": edition["edition"]["title"]},
        "period_from": datetime.date(2025, 10, 1),
        "period_to": datetime.date(2026, 9, 30),
        "is_draft": False,
        "is_practice": False,
        "round": 1,
        "submitted_at": datetime.datetime(2026, 11, 20, 15, 4, tzinfo=datetime.UTC),
        "submitted_by": "Early permanence lead",
        "withdrawn_at": None,
        "signed": {
            "name": "Head of service",
            "at": datetime.datetime(2026, 11, 19, 11, 30, tzinfo=datetime.UTC),
            "declaration": "I have read this self-assessment. It is an honest account of how we "
            "work, and the evidence named in it exists.",
        },
        "generated_at": datetime.datetime(2026, 11, 21, 9, 15, tzinfo=datetime.UTC),
        "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "rules": rules,
        "guidance_version": guidance["version"],
        "standards": standards,
        "glossary": sorted(
            (
                {
                    "term": term["term"],
                    "definition": term["definition"],
                    "note": term.get("note", ""),
                    "is_from_standards": term.get("source") == "standards",
                }
                for term in guidance["glossary"]
            ),
            key=lambda term: (not term["is_from_standards"], term["term"]),
        ),
    }
    whole |= changes
    if "result" not in changes:
        _score(whole, rules)
    return whole


def draft(**changes: Any) -> dict[str, Any]:
    """The same before anybody signed it."""
    nothing = dict.fromkeys(("round", "submitted_at", "submitted_by", "sha256", "signed"))
    return context(is_draft=True, **nothing, **changes)


def small(*, how: str = HOW) -> dict[str, Any]:
    """One standard with one clause and one term: renders in a moment."""
    whole = context()
    standard = whole["standards"][0]
    standard["clauses"] = [{**standard["clauses"][0], "how": how}]
    return whole | {"standards": [standard], "glossary": whole["glossary"][:1]}


def _score(whole: dict[str, Any], rules: dict[str, Any]) -> None:
    states = [_state(s, c) for s in whole["standards"] for c in s["clauses"]]
    by = Rules.from_document(rules)
    result = assess(states, by)
    whole["result"] = asdict(result)
    whole["fewest"] = [asdict(group) for group in grouped(to_next_level(states, by, result))]
    for standard, scored in zip(whole["standards"], result.standards, strict=True):
        standard |= {
            "score": scored.score,
            "answered_count": scored.answered_count,
            "clause_count": scored.clause_count,
        }


def _state(standard: dict[str, Any], clause: dict[str, Any]) -> ClauseState:
    return ClauseState(
        code=clause["code"],
        standard=standard["code"],
        level=clause["level"],
        is_not_applicable=clause["is_not_applicable"],
        has_na_reason=bool(clause["na_reason"]),
        is_addressed=clause["is_addressed"],
        has_evidence=bool(clause["evidence"]),
    )


def _standard(standard: dict[str, Any]) -> dict[str, Any]:
    clauses = [_clause(clause) for clause in standard["clauses"]]
    return {
        "code": standard["code"],
        "title": standard["title"].strip(),
        "statement": standard["statement"].strip(),
        "score": Decimal(0),
        "answered_count": 0,
        "clause_count": 0,
        "clauses": clauses,
    }


def _clause(clause: dict[str, Any]) -> dict[str, Any]:
    number = int(clause["code"].split(".")[1]) * 3 + int(clause["code"][0])
    level = [2, 1, 3, 2, 0, 2, 1, 3][number % 8]
    is_excused, is_open = number == 21, number == 27
    titles = ["Not yet in place", "Developing", "In place", "Embedded"]
    has_score = not is_excused and not is_open
    return {
        "code": clause["code"],
        "text": clause["text"].strip(),
        "group": clause.get("group", ""),
        "is_addressed": "LA" in clause["addressed_to"],
        "level": level if has_score else None,
        "level_title": titles[level] if has_score else "",
        "is_not_applicable": is_excused,
        "na_reason": "We do not run our own adoption panel." if is_excused else "",
        "how": f"{clause['code']}: {HOW}" if has_score else "",
        "difference": f"{clause['code']}: {DIFFERENCE}" if has_score and level else "",
        "evidence": _evidence(clause["code"]) if has_score and level >= 2 else [],
    }


EVIDENCE = {
    "title": "Regional practice guidance",
    "kind": "Policy",
    "description": "The regional standard that our procedure follows.",
    "place": "",
    "shows": "",
    "period": "",
    "valid_until": None,
    "file_name": "",
    "url": "https://example.org/guidance/early-permanence",
    "sha256": "",
    "scan_state": "clean",
}


def _evidence(code: str) -> list[dict[str, Any]]:
    procedure = {
        "title": f"Permanence planning procedure, section {code}",
        "kind": "Procedure",
        "description": "Who is asked, by when, and where the answer is recorded.",
        "place": f"Page 4, section {code}",
        "shows": "The step at which this is asked.",
        "period": "1 October 2025 to 30 September 2026",
        "valid_until": datetime.date(2027, 3, 31),
        "file_name": "permanence-planning-procedure.pdf",
        "url": "",
        "sha256": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
        "scan_state": "not_scanned",
    }
    return [procedure, EVIDENCE]
