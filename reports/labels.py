"""Short words that the paper needs beside a context's facts. Nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assessments.models import ScanState
from standards.wording import standard_name

SCAN_NOTES: Mapping[str, str] = {
    ScanState.RECEIVED: "not virus-checked",
    ScanState.NOT_SCANNED: "not virus-checked",
    ScanState.REFUSED: "refused by the virus check",
}


def labelled(context: Mapping[str, Any]) -> dict[str, Any]:
    """The context with names of standards, of the level reached, and one word a clause."""
    result = context["result"]
    return {
        **context,
        "reached_title": next(
            (level["title"] for level in result["levels"] if level["key"] == result["reached"]), ""
        ),
        "top_level": max(step["level"] for step in context["rules"]["scale"]),
        "standards": [_standard(standard) for standard in context["standards"]],
    }


def _standard(standard: Mapping[str, Any]) -> dict[str, Any]:
    name = standard_name(standard["code"])
    return {**standard, "name": name, "clauses": [_clause(c) for c in standard["clauses"]]}


def _clause(clause: Mapping[str, Any]) -> dict[str, Any]:
    evidence = [_evidence(item) for item in clause["evidence"]]
    return {**clause, "short": _short(clause), "evidence": evidence}


def _evidence(item: Mapping[str, Any]) -> dict[str, Any]:
    has_link = item["url"].startswith(("https://", "http://"))
    return {**item, "has_link": has_link, "scan_note": SCAN_NOTES.get(item["scan_state"], "")}


def _short(clause: Mapping[str, Any]) -> str:
    if clause["level"] is not None:
        return str(clause["level"])
    if clause["is_not_applicable"]:
        return "n/a"
    return "\N{EN DASH}" if clause["is_addressed"] else "not asked"
