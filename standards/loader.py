"""From the files in standards/data to rows, as often as one likes.

A published text is never edited: the same edition with other content is refused. Guidance and
rules may change, but only under a new version; what a submission has pinned stays as it was.
Run by `manage.py load_standards` as the owner of the tables.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction

from standards.models import Clause, Edition, Guidance, ReadinessRules, Standard
from standards.schema import (
    EditionText,
    GuidanceText,
    RulesText,
    read_edition,
    read_guidance,
    read_rules,
)
from standards.versions import digest, parts, store
from standards.yamlfile import LoadError, line_of

DATA = Path(__file__).parent / "data"
EXTRAS = (".guidance.yaml", ".readiness.yaml")


@dataclass(frozen=True)
class Files:
    """The three validated files of one edition."""

    edition: EditionText
    guidance: GuidanceText
    rules: RulesText


def read_all(folder: Path = DATA) -> list[Files]:
    """Every edition of a folder, validated without a database. Raises LoadError."""
    names = sorted(folder.glob("*.yaml"))
    texts = [file for file in names if "." not in file.stem]
    if not texts:
        raise LoadError(folder / "<edition>.yaml", 1, "", f"there is no edition in {folder.name}.")
    known = {text.with_suffix(end) for text in texts for end in (".yaml", *EXTRAS)}
    for file in names:
        if file not in known:
            raise LoadError(file, 1, "", "this file belongs to no edition beside it.")
    return [_read(text) for text in texts]


def _read(text: Path) -> Files:
    guidance, rules = (text.with_suffix(end) for end in EXTRAS)
    for file in (guidance, rules):
        if not file.is_file():
            raise LoadError(file, 1, "", f"this file is missing; {text.name} needs it.")
    edition = read_edition(text)
    return Files(edition, read_guidance(guidance, edition), read_rules(rules, edition))


@transaction.atomic
def load(folder: Path = DATA) -> list[str]:
    """Bring the rows in step with the files; says what it did, one sentence each.

    Raises LoadError when a file is wrong, a published text was edited or a change carries no
    new version; then nothing of any edition has changed.
    """
    found = read_all(folder)
    with connection.cursor() as cursor:  # two starts at the same moment: one after the other
        cursor.execute("LOCK TABLE standards_edition IN SHARE ROW EXCLUSIVE MODE")
    return [sentence for files in found for sentence in _load(files)]


def _load(files: Files) -> list[str]:
    edition, is_new = _load_edition(files.edition)
    guidance = _load_guidance(edition, files.guidance)
    rules = _load_rules(edition, files.rules)
    return [
        f"{edition.code}: {'loaded' if is_new else 'unchanged'}, "
        f"{len(files.edition.standards)} standards, {len(files.edition.clause_codes)} clauses.",
        f"{edition.code}: guidance {files.guidance.version} {guidance}.",
        f"{edition.code}: readiness rules {files.rules.version} {rules}.",
    ]


def _load_edition(text: EditionText) -> tuple[Edition, bool]:
    document = text.document()
    stored = Edition.objects.filter(code=text.code).first()
    if stored:
        if stored.sha256 != digest(document):
            raise _edited(text, document, _stored_document(stored))
        return stored, False
    edition = Edition.objects.create(
        code=text.code,
        title=text.title,
        source=text.source,
        published_on=text.published,
        published_note=text.published_note,
        sha256=digest(document),
    )
    _create_clauses(text, _create_standards(text, edition))
    return edition, True


def _create_standards(text: EditionText, edition: Edition) -> list[Standard]:
    return Standard.objects.bulk_create(
        Standard(
            edition=edition,
            code=standard.code,
            position=position,
            title=standard.title,
            statement=standard.statement,
        )
        for position, standard in enumerate(text.standards, 1)
    )


def _create_clauses(text: EditionText, standards: list[Standard]) -> None:
    pairs = [
        (standard, clause)
        for standard, found in zip(standards, text.standards, strict=True)
        for clause in found.clauses
    ]
    Clause.objects.bulk_create(
        Clause(
            standard=standard,
            code=clause.code,
            position=position,
            group=clause.group,
            text=clause.text,
            text_sha256=hashlib.sha256(clause.text.encode()).hexdigest(),
            addressed_to=clause.addressed_to,
        )
        for position, (standard, clause) in enumerate(pairs, 1)
    )


def _stored_document(edition: Edition) -> dict[str, Any]:
    """EditionText.document() of what the database holds."""
    head: dict[str, Any] = {key: getattr(edition, key) for key in ("code", "title", "source")}
    head["published"] = edition.published_on.isoformat() if edition.published_on else None
    head["published_note"] = edition.published_note
    return {
        "edition": head,
        "standards": [
            {
                "code": standard.code,
                "title": standard.title,
                "statement": standard.statement,
                "clauses": list(standard.clauses.values("code", "text", "group", "addressed_to")),
            }
            for standard in edition.standards.all()
        ],
    }


def _edited(text: EditionText, new: Any, stored: Any) -> LoadError:
    path = _first_difference(stored, new) or "edition"
    return LoadError(
        text.root.file,
        line_of(text.root, path),
        path,
        f"this differs from the published text of {text.code}, which is never edited. "
        "Put it back, or publish the change as a new edition with a code of its own.",
    )


def _first_difference(old: Any, new: Any, path: str = "") -> str:
    """Key path of the first value that is not the same, or ""."""
    if isinstance(old, dict) and isinstance(new, dict):
        steps = [(f"{path}.{key}".lstrip("."), old.get(key), value) for key, value in new.items()]
    elif isinstance(old, list) and isinstance(new, list):
        pad = max(len(old), len(new))
        padded = [items + [None] * (pad - len(items)) for items in (old, new)]
        steps = [(f"{path}[{i}]", *pair) for i, pair in enumerate(zip(*padded, strict=True))]
    else:
        return "" if old == new else path
    found = (_first_difference(before, after, at) for at, before, after in steps)
    return next((difference for difference in found if difference), "")


def _load_guidance(edition: Edition, text: GuidanceText) -> str:
    """What the scheme has published in the browser stays in use, whatever the file says."""
    document = text.document()
    stored = Guidance.objects.filter(edition=edition, version=text.version).first()
    in_use = Guidance.objects.filter(edition=edition, is_current=True).first()
    the_schemes = in_use.version if in_use and not in_use.is_from_file else ""
    if stored and stored.is_from_file:
        _require_same(stored.sha256, digest(document), text)
    if the_schemes:
        stays = f"{the_schemes}, which the scheme has published, stays in use"
        if stored or parts(text.version) <= parts(the_schemes):
            return f"is left alone: {stays}"
        store(edition, document, is_in_use=False)
        return f"loaded to be read; {stays}"
    if stored:
        return _make_current(stored)
    store(edition, document)
    return "loaded"


def _load_rules(edition: Edition, text: RulesText) -> str:
    document = text.document()
    stored = ReadinessRules.objects.filter(edition=edition, version=text.version).first()
    if stored:
        _require_same(stored.sha256, digest(document), text)
        return _make_current(stored)
    ReadinessRules.objects.filter(edition=edition, is_current=True).update(is_current=False)
    ReadinessRules.objects.create(
        edition=edition,
        version=text.version,
        label=text.label,
        document=document,
        sha256=digest(document),
        is_current=True,
    )
    return "loaded"


def _require_same(stored: str, new: str, text: GuidanceText | RulesText) -> None:
    if stored != new:
        raise LoadError(
            text.root.file,
            line_of(text.root, "version"),
            "version",
            f"the content changed, but the version is still {text.version}. "
            "Give the file a new version; what was submitted keeps the old one. On a developer's "
            "machine with nothing to keep: delete .local and start again.",
        )


def _make_current(stored: Guidance | ReadinessRules) -> str:
    """The file says which version is in use, also when it goes back to an older one."""
    if stored.is_current:
        return "unchanged"
    model: type[models.Model] = type(stored)
    model._default_manager.filter(edition=stored.edition, is_current=True).update(is_current=False)
    stored.is_current = True
    stored.save(update_fields=["is_current"])
    return "made current again"
