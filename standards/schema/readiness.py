"""<edition>.readiness.yaml: the scale, and what each level of readiness asks for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standards.schema.edition import EditionText, check_is_named
from standards.yamlfile import VERSION, Entry, read

HIGHEST_LEVEL = 3
LEVEL_KEY = (r"[a-z]+(_[a-z]+)*", "working_towards", 40)
RULE_KEYS = {
    "all_answered": "rule",
    "clause_share": "rule level share scope",
    "evidenced": "rule from_level",
}


@dataclass(frozen=True)
class RulesText:
    version: str
    label: str
    content: dict[str, Any]
    root: Entry

    def document(self) -> dict[str, Any]:
        return {"version": self.version, "label": self.label, **self.content}


def read_rules(file: Path, edition: EditionText) -> RulesText:
    root = read(file)
    top = root.keys("edition version label scale not_applicable levels")
    check_is_named(top["edition"], edition)
    scale = [_scale_level(entry, number) for number, entry in enumerate(top["scale"].items())]
    apart = top["not_applicable"].keys("title descriptor")
    highest = len(scale) - 1
    content = {
        "scale": scale,
        "not_applicable": {key: value.text() for key, value in apart.items()},
        "levels": top["levels"].unique(
            lambda level: _readiness_level(level, highest), lambda level: str(level["key"])
        ),
    }
    version = top["version"].matching(*VERSION)
    return RulesText(version, top["label"].text(200), content, root)


def _scale_level(entry: Entry, number: int) -> dict[str, Any]:
    found = entry.keys("level title descriptor")
    level = found["level"].integer(0, HIGHEST_LEVEL)
    if level != number:
        raise found["level"].error(f"{level} stands where {number} is expected.")
    return {
        "level": level,
        "title": found["title"].text(60),
        "descriptor": found["descriptor"].text(),
    }


def _readiness_level(entry: Entry, highest: int) -> dict[str, Any]:
    found = entry.keys("key title summary rules")
    return {
        "key": found["key"].matching(*LEVEL_KEY),
        "title": found["title"].text(60),
        "summary": found["summary"].text(),
        "rules": [_rule(rule, highest) for rule in found["rules"].items()],
    }


def _rule(entry: Entry, highest: int) -> dict[str, Any]:
    """One rule with exactly the keys of its kind. The share stays text: no figure is rounded."""
    kind = entry.keys("rule", "level share scope from_level")["rule"].one_of(*RULE_KEYS)
    found = entry.keys(RULE_KEYS[kind])
    readers: dict[str, Callable[[Entry], Any]] = {
        "rule": lambda _: kind,
        "level": lambda value: value.integer(0, highest),
        "from_level": lambda value: value.integer(0, highest),
        "share": lambda value: str(value.share()),
        "scope": lambda value: value.one_of("standard", "overall"),
    }
    return {key: readers[key](value) for key, value in found.items()}
