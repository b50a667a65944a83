"""What is played: the YAML files of this folder, as plain objects."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from django.core.files.uploadedfile import SimpleUploadedFile

from assessments.actions.answers import Said
from assessments.actions.placing import Where

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Person:
    email: str
    role: str
    name: str


@dataclass(frozen=True)
class Troupe:
    """A fictional agency with its people."""

    name: str
    kind: str
    people: tuple[Person, ...]


@dataclass(frozen=True)
class Task:
    """Whole standards that are somebody's, for so many days."""

    to: str
    standards: list[str]
    days: int


@dataclass(frozen=True)
class Intention:
    """An action that is planned for a clause. `days` to its due day; below 0: it has passed.
    steps: what its owner did with it; is_checked: the lead checked it."""

    clause: str
    what: str
    why: str
    owner: str
    days: int
    level: int
    steps: tuple[str, ...] = ()
    is_checked: bool = False


@dataclass(frozen=True)
class Remark:
    """What one person says; told: addresses of those who are to hear of it."""

    by: str
    text: str
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class Talk:
    """A conversation about a clause."""

    clause: str
    said: tuple[Remark, ...]
    is_resolved: bool = False


@dataclass(frozen=True)
class Play:
    """One self-assessment. `signed_by`: signed off and submitted; empty: left in progress.

    earlier: what some clauses said before, oldest first. continues: the title of the one it is
    started from; confirmed: clauses of which somebody said that what was carried over is true.
    """

    agency: str
    title: str
    period: tuple[datetime.date, datetime.date]
    said: dict[str, Said]
    evidence: str
    lead: str
    writers: tuple[str, ...]
    earlier: dict[str, tuple[Said, ...]] = field(default_factory=dict)
    signed_by: str = ""
    signed_as: str = ""
    tasks: tuple[Task, ...] = ()
    is_practice: bool = False
    plan: tuple[Intention, ...] = ()
    continues: str = ""
    confirmed: tuple[str, ...] = ()
    comments: tuple[Talk, ...] = ()


@dataclass(frozen=True)
class Sharing:
    """A host's answers to these clauses, out of its latest assessment, offered to a partner, who
    has accepted some of them in its own latest one. Both by the people named."""

    host: str
    partner: str
    offered_by: str
    accepted_by: str
    offered: tuple[str, ...]
    accepted: tuple[str, ...]


@dataclass(frozen=True)
class Piece:
    """A piece of evidence, and the clauses it supports by the `evidence` key of a play."""

    title: str
    kind: str
    description: str
    period: tuple[datetime.date, datetime.date]
    clauses: dict[str, tuple[str, ...]]
    valid_until: datetime.date | None = None
    tags: tuple[str, ...] = ()
    url: str = ""
    where: dict[str, Where] = field(default_factory=dict)
    file: str = ""
    document: str = ""
    text: str = ""
    is_anonymised: bool = True

    @property
    def upload(self) -> SimpleUploadedFile | None:
        if self.document:
            return SimpleUploadedFile(self.document, (FOLDER / self.document).read_bytes())
        return SimpleUploadedFile(self.file, self.text.encode()) if self.file else None


def troupes() -> list[Troupe]:
    return [
        Troupe(each["name"], each["kind"], tuple(Person(**person) for person in each["people"]))
        for each in _read("cast.yaml")["agencies"]
    ]


def plays() -> list[Play]:
    return [_play(dict(each)) for each in _read("cast.yaml")["assessments"]]


def pieces() -> list[Piece]:
    return [_piece(dict(each)) for each in _read("evidence.yaml")]


def sharings() -> list[Sharing]:
    found = _read("cast.yaml")["partners"]
    return [
        Sharing(offered=tuple(each.pop("offered")), accepted=tuple(each.pop("accepted")), **each)
        for each in map(dict, found)
    ]


def _play(each: dict[str, Any]) -> Play:
    said = {
        code: _said(dict(answer))
        for file in each.pop("answers")
        for code, answer in _read(file).items()
    }
    before = _read(each.pop("earlier")) if "earlier" in each else {}
    earlier = {code: tuple(_said(dict(one)) for one in found) for code, found in before.items()}
    start, end = each.pop("period")
    writers, confirmed = tuple(each.pop("writers")), tuple(each.pop("confirmed", ()))
    tasks = tuple(Task(**task) for task in each.pop("tasks", ()))
    plan = tuple(Intention(**one) for one in _read(each.pop("plan"))) if "plan" in each else ()
    comments = tuple(map(_talk, _read(each.pop("comments")))) if "comments" in each else ()
    return Play(
        said=said,
        earlier=earlier,
        period=(start, end),
        writers=writers,
        confirmed=confirmed,
        tasks=tasks,
        plan=plan,
        comments=comments,
        **each,
    )


def _talk(each: dict[str, Any]) -> Talk:
    said = tuple(Remark(**remark) for remark in each["said"])
    return Talk(each["clause"], said, each.get("is_resolved", False))


def _said(answer: dict[str, Any]) -> Said:
    """`na` is the reason why a clause does not apply; it may be empty."""
    if "na" in answer:
        return Said(is_not_applicable=True, na_reason=answer["na"])
    return Said(**answer)


def _piece(each: dict[str, Any]) -> Piece:
    clauses = {key: tuple(each.pop(key)) for key in ("submitted", "in_progress")}
    start, end = each.pop("period")
    where = {code: Where(*said) for code, said in each.pop("where", {}).items()}
    return Piece(period=(start, end), clauses=clauses, where=where, **each)


def _read(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
