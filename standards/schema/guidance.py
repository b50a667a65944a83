"""<edition>.guidance.yaml: what this service adds to the text. Never part of the standards."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from standards.models import EvidenceKind
from standards.schema.edition import Known, check_is_named, clause_named
from standards.yamlfile import VERSION, Entry, read

PROMPTS_AT_LEAST, PROMPTS_AT_MOST = 2, 4
LONGEST_PROMPT, LONGEST_NOTE, LONGEST_TERM = 300, 1_000, 120


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
        """In one order, however the file was ordered: notes by clause, terms by name."""
        order = list(self.prompts)
        return {
            "version": self.version,
            "label": self.label,
            "notes": [asdict(n) for n in sorted(self.notes, key=lambda n: order.index(n.clause))],
            "prompts": {
                code: [asdict(prompt) for prompt in prompts]
                for code, prompts in self.prompts.items()
            },
            "glossary": [asdict(t) for t in sorted(self.glossary, key=lambda t: sorting(t.term))],
        }


def sorting(term: str) -> tuple[str, str]:
    """Where a term stands in the glossary."""
    return term.casefold(), term


def read_guidance(file: Path, edition: Known) -> GuidanceText:
    return guidance_of(read(file), edition)


def guidance_of(root: Entry, edition: Known) -> GuidanceText:
    """The guidance in a file that was read. Raises LoadError."""
    top = root.keys("edition version label notes clauses glossary")
    check_is_named(top["edition"], edition)
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


def _note(entry: Entry, edition: Known) -> NoteText:
    found = entry.keys("clause text")
    return NoteText(clause_named(found["clause"], edition), found["text"].text(LONGEST_NOTE))


def _prompts(entry: Entry, edition: Known) -> dict[str, list[PromptText]]:
    """By clause, in the order of the edition."""
    prompts: dict[str, list[PromptText]] = {}
    for item in entry.items():
        found = item.keys("code prompts")
        code = clause_named(found["code"], edition)
        if code in prompts:
            raise found["code"].error(f"the clause {code} is given twice.")
        prompts[code] = _prompts_of(found["prompts"], code)
    missing = [code for code in edition.clause_codes if code not in prompts]
    if missing:
        raise entry.error(f"prompts are missing for: {', '.join(missing)}.")
    return {code: prompts[code] for code in edition.clause_codes}


def _prompts_of(entry: Entry, code: str) -> list[PromptText]:
    prompts = entry.unique(_prompt, lambda prompt: prompt.text.casefold())
    if not PROMPTS_AT_LEAST <= len(prompts) <= PROMPTS_AT_MOST:
        raise entry.error(
            f"clause {code} has {len(prompts)}; "
            f"from {PROMPTS_AT_LEAST} to {PROMPTS_AT_MOST} prompts are needed."
        )
    return prompts


def _prompt(entry: Entry) -> PromptText:
    found = entry.keys("kind text")
    return PromptText(
        found["kind"].one_of(*EvidenceKind.values), found["text"].text(LONGEST_PROMPT)
    )


def _term(entry: Entry) -> TermText:
    found = entry.keys("term definition source", "note")
    return TermText(
        term=found["term"].text(LONGEST_TERM),
        definition=found["definition"].text(),
        source=found["source"].one_of("standards", "service"),
        note=found["note"].text(LONGEST_NOTE) if "note" in found else "",
    )
