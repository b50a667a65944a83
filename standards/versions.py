"""Versions of the guidance as documents: from rows, from and to YAML, and into rows whole.

A document is GuidanceText.document(). A file that is loaded, a file that is uploaded and a draft
that is written in the browser are all checked by the same code, and stored by the same function.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.db import connection

from standards.models import Clause, Edition, Guidance
from standards.schema import GuidanceText, guidance_of
from standards.schema.guidance import sorting
from standards.yamlfile import parse

Document = dict[str, Any]
DRAFT = Path("the draft")
HEAD = """\
# Guidance for {edition}: prompts, editor's notes and glossary. Written for this service and not
# part of the standards. Keep every prompt true to the wording of its own clause.
"""


@dataclass(frozen=True)
class ClauseCodes:
    """A stored edition, as far as guidance must know it."""

    code: str
    clause_codes: list[str]


def codes_of(edition: Edition) -> ClauseCodes:
    codes = Clause.objects.filter(standard__edition=edition).values_list("code", flat=True)
    return ClauseCodes(edition.code, list(codes))


def digest(document: Any) -> str:
    """sha256 of the canonical JSON: keys sorted, no spaces, UTF-8."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def document_of(guidance: Guidance) -> Document:
    """What a stored version says. Read it with Guidance.objects.with_content()."""
    prompts: dict[str, list[dict[str, str]]] = {}
    for prompt in guidance.prompts.all():
        entry = {"kind": prompt.kind, "text": prompt.text}
        prompts.setdefault(prompt.clause.code, []).append(entry)
    terms = sorted(guidance.terms.all(), key=lambda term: sorting(term.term))
    return {
        "version": guidance.version,
        "label": guidance.label,
        "notes": [{"clause": n.clause.code, "text": n.text} for n in guidance.notes.all()],
        "prompts": prompts,
        "glossary": [
            {
                "term": term.term,
                "definition": term.definition,
                "source": "standards" if term.is_from_standards else "service",
                "note": term.note,
            }
            for term in terms
        ],
    }


def as_yaml(document: Document, edition: str) -> str:
    """The file that says the same, in the shape that is loaded and uploaded."""
    file = {
        "edition": edition,
        "version": document["version"],
        "label": document["label"],
        "notes": document["notes"],
        "clauses": [
            {"code": code, "prompts": prompts} for code, prompts in document["prompts"].items()
        ],
        "glossary": [
            {key: value for key, value in term.items() if value} for term in document["glossary"]
        ],
    }
    body: str = yaml.safe_dump(file, sort_keys=False, allow_unicode=True, width=96)
    return HEAD.format(edition=edition) + body


def read_yaml(content: bytes, name: str, edition: Edition) -> GuidanceText:
    """What was sent as a file of this name. Raises LoadError with name, line and key."""
    return guidance_of(parse(Path(name), content), codes_of(edition))


def checked(document: Document, edition: Edition) -> GuidanceText:
    """The document, if a file that says the same could be loaded. Raises LoadError."""
    content = as_yaml(document, edition.code).encode()
    return guidance_of(parse(DRAFT, content), codes_of(edition))


def store(
    edition: Edition, document: Document, *, summary: str = "", is_in_use: bool = True
) -> Guidance:
    """A new version in rows that nobody can change. The database asks who does it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT ctx.publish_guidance(%s, %s::jsonb, %s, %s, %s)",
            [edition.pk, json.dumps(document), digest(document), summary, is_in_use],
        )
        (made,) = cursor.fetchone()
    return Guidance.objects.get(pk=made)


def parts(version: str) -> tuple[int, ...]:
    """1.10 comes after 1.9."""
    return tuple(map(int, version.split(".")))


def highest(edition: Edition) -> str:
    """The highest version of all that are stored, or ""."""
    versions = Guidance.objects.filter(edition=edition).values_list("version", flat=True)
    return max(versions, key=parts, default="")


def next_version(edition: Edition) -> str:
    """What the next one may be called: 1.1 → 1.2."""
    *before, last = parts(highest(edition) or "0.0")
    return ".".join(map(str, [*before, last + 1]))
