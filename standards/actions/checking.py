"""Whether a draft may say this: what a file may, and the standards' own terms stay as printed."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError

from standards.models import GuidanceDraft
from standards.versions import Document, checked
from standards.yamlfile import LoadError

PLACE = re.compile(r"(clauses|notes|glossary)\[(\d+)\](?:\.prompts\[(\d+)\])?")


def accepted(document: Document, draft: GuidanceDraft) -> Document:
    """The document in its one order. Raises ValidationError with the clause or term in it."""
    try:
        found = checked(document, draft.edition).document()
    except LoadError as error:
        raise ValidationError(_sentence(error, document)) from error
    _keep_the_standards_terms(found, draft)
    return found


def _keep_the_standards_terms(document: Document, draft: GuidanceDraft) -> None:
    printed = draft.source.terms.filter(is_from_standards=True)
    wanted = dict(printed.values_list("term", "definition"))
    says = {
        term["term"]: term["definition"]
        for term in document["glossary"]
        if term["source"] == "standards"
    }
    odd = sorted(term for term in {*wanted, *says} if wanted.get(term) != says.get(term))
    if odd:
        raise ValidationError(
            f"Term {odd[0]}: the standards' own terms stay as the standards define them. "
            "Write what there is to say into its editor's note."
        )


def _sentence(error: LoadError, document: Document) -> str:
    """The loader's words, with the clause or term that a person knows instead of a key path."""
    found = PLACE.match(error.path)
    if found is None:
        return f"{error.path}: {error.problem}" if error.path else error.problem
    kind, place = found[1], int(found[2])
    if kind == "clauses":
        which = f"Clause {list(document['prompts'])[place]}"
        which += f", prompt {int(found[3]) + 1}" if found[3] else ""
    elif kind == "notes":
        which = f"Editor's note on clause {document['notes'][place]['clause']}"
    else:
        which = f"Term {document['glossary'][place]['term']}"
    return f"{which}: {error.problem}"
