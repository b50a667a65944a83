"""<edition>.guidance.yaml: what this service adds to the text. Never part of the standards."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from standards.models import EvidenceKind
from standards.schema.edition import EditionText
from standards.yamlfile import VERSION, Entry, read

PROMPTS_AT_LEAST = 2


@dataclass(frozen=True)
class PromptText:
    kind: str
    text: str


@dataclass(frozen=True)
class NoteText:
    clause: str
    text: str


@dataclass(frozen=True)
class TermText:
    term: str
    definition: str
    source: str
    note: str


@dataclass(frozen=True)
class GuidanceText:
    version: str
    label: str
    notes: list[NoteText]
    prompts: dict[str, list[PromptText]]
    glossary: list[TermText]
    root: Entry

    def document(self) -> dict[str, Any]:
        return {
            "version": self.version,
            "label": self.label,
            "notes": [asdict(note) for note in self.notes],
            "prompts": {
                code: [asdict(prompt) for prompt in prompts]
                for code, prompts in self.prompts.items()
            },
            "glossary": [asdict(term) for term in self.glossary],
        }


def read_guidance(file: Path, edition: EditionText) -> GuidanceText:
    root = read(file)
    top = root.keys("edition version label notes clauses glossary")
    edition.check_is_named(top["edition"])
    return GuidanceText(
        version=top["version"].matching(*VERSION),
        label=top["label"].text(200),
        notes=top["notes"].unique(
            lambda note: _note(note, edition), lambda note: note.clause, may_be_empty=True
        ),
        prompts=_prompts(top["clauses"], edition),
        glossary=top["glossary"].unique(
            _term, lambda term: term.term.casefold(), may_be_empty=True
        ),
        root=root,
    )


def _note(entry: Entry, edition: EditionText) -> NoteText:
    found = entry.keys("clause text")
    return NoteText(edition.clause_named(found["clause"]), found["text"].text())


def _prompts(entry: Entry, edition: EditionText) -> dict[str, list[PromptText]]:
    prompts: dict[str, list[PromptText]] = {}
    for item in entry.items():
        found = item.keys("code prompts")
        code = edition.clause_named(found["code"])
        if code in prompts:
            raise found["code"].error(f"the clause {code} is given twice.")
        prompts[code] = [_prompt(prompt) for prompt in found["prompts"].items()]
        if len(prompts[code]) < PROMPTS_AT_LEAST:
            raise found["prompts"].error(f"at least {PROMPTS_AT_LEAST} prompts are needed.")
    missing = [code for code in edition.clause_codes if code not in prompts]
    if missing:
        raise entry.error(f"prompts are missing for: {', '.join(missing)}.")
    return prompts


def _prompt(entry: Entry) -> PromptText:
    found = entry.keys("kind text")
    return PromptText(found["kind"].one_of(*EvidenceKind.values), found["text"].text())


def _term(entry: Entry) -> TermText:
    found = entry.keys("term definition source", "note")
    return TermText(
        term=found["term"].text(120),
        definition=found["definition"].text(),
        source=found["source"].one_of("standards", "service"),
        note=found["note"].text() if "note" in found else "",
    )
