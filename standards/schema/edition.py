"""<edition>.yaml: the published text."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from standards.yamlfile import Entry, read

KINDS = ("LA", "RAA", "VAA")
EDITION_CODE = r"[a-z0-9]+(-[a-z0-9]+)*"


class Known(Protocol):
    """What guidance and rules must know of their edition, be it a file or a row."""

    @property
    def code(self) -> str: ...

    @property
    def clause_codes(self) -> list[str]: ...


def check_is_named(entry: Entry, edition: Known) -> None:
    """Refuse a file that says it belongs to another edition."""
    if entry.text() != edition.code:
        raise entry.error(f"must be {edition.code!r}, the edition this file belongs to.")


def clause_named(entry: Entry, edition: Known) -> str:
    """The code of a clause of this edition."""
    code = entry.text(10)
    if code not in edition.clause_codes:
        raise entry.error(f"the edition has no clause {code!r}.")
    return code


@dataclass(frozen=True)
class ClauseText:
    code: str
    text: str
    group: str
    addressed_to: list[str]


@dataclass(frozen=True)
class StandardText:
    code: str
    title: str
    statement: str
    clauses: list[ClauseText]


@dataclass(frozen=True)
class EditionText:
    code: str
    title: str
    source: str
    published: str | None
    published_note: str
    standards: list[StandardText]
    root: Entry

    @property
    def clause_codes(self) -> list[str]:
        return [clause.code for standard in self.standards for clause in standard.clauses]

    def document(self) -> dict[str, Any]:
        """In the shape of the file, so that a difference has the file's own key path."""
        head: dict[str, str | None] = {
            "code": self.code,
            "title": self.title,
            "source": self.source,
        }
        head |= {"published": self.published, "published_note": self.published_note}
        return {"edition": head, "standards": [asdict(standard) for standard in self.standards]}


def read_edition(file: Path) -> EditionText:
    root = read(file)
    top = root.keys("edition standards")
    head = top["edition"].keys("code title source published", "published_note")
    code = head["code"].matching(EDITION_CODE, "neps-2022", 50)
    if code != file.stem:
        raise head["code"].error(f"{code!r} is not the name of the file, {file.stem!r}.")
    published = head["published"].date_or_nothing()
    return EditionText(
        code=code,
        title=head["title"].text(200),
        source=head["source"].text(),
        published=published.isoformat() if published else None,
        published_note=head["published_note"].text() if "published_note" in head else "",
        standards=[
            _standard(entry, number) for number, entry in enumerate(top["standards"].items(), 1)
        ],
        root=root,
    )


def _standard(entry: Entry, number: int) -> StandardText:
    found = entry.keys("code title statement clauses")
    return StandardText(
        code=_in_order(found["code"], f"S{number}"),
        title=found["title"].text(500),
        statement=found["statement"].text(),
        clauses=[
            _clause(clause, f"{number}.{place}")
            for place, clause in enumerate(found["clauses"].items(), 1)
        ],
    )


def _clause(entry: Entry, code: str) -> ClauseText:
    found = entry.keys("code text addressed_to", "group")
    return ClauseText(
        code=_in_order(found["code"], code),
        text=found["text"].text(),
        group=found["group"].text(80) if "group" in found else "",
        addressed_to=found["addressed_to"].unique(lambda kind: kind.one_of(*KINDS)),
    )


def _in_order(entry: Entry, expected: str) -> str:
    """Codes count up without a gap, so none is lost, doubled or misread from a scan."""
    code = entry.text(10)
    if code != expected:
        raise entry.error(f"{code!r} stands where {expected!r} is expected.")
    return code
