"""What is measured, and what each may cost."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.urls import reverse

from tests.bench.client import Answer, Pairs, Person, Visit, getting, measure
from tests.bench.floors import EMPTY, INSERT
from tests.matrix import MATRIX, PUBLIC
from tests.served.stack import Stack
from tests.test_urls import POST_ONLY

SAVE, AUTOSAVE = "save an answer", "autosave an answer"
RESCORE = "save another level"
PREVIEW = "preview of a workbook"
WRITES = (SAVE, AUTOSAVE, RESCORE)
# Times the floor, for one person: empty signed-in view, or one INSERT.
TARGETS = {
    "assessments:overview": 6.0,
    "assessments:clause": 4.0,
    "assessments:list": 3.0,
    "assessments:evidence_list": 4.0,
    SAVE: 3.0,
    AUTOSAVE: 3.0,
    RESCORE: 3.0,
    PREVIEW: 10.0,
}
LIBRARY = {
    "a library of 2,000": "",
    "… filtered": "?kind=data&tag=tag+3&valid=soon",
    "… searched": "?search=of+the+library+19",
    "… on its last page": "?page=80",
}
SHELF, IN_LIBRARY = 2_000, 4.0
CROWD = 1.1  # times what it costs among few agencies
PAPER, MEGABYTES = 1.2, 200
PEOPLE = 4


@dataclass
class Row:
    """One page: statements, and itself against its floor alone and among four."""

    name: str
    queries: int | None
    alone: Pairs
    crowded: Pairs | None = None
    limit: float | None = field(init=False)

    def __post_init__(self) -> None:
        self.limit = IN_LIBRARY if self.name in LIBRARY else TARGETS.get(self.name)

    @property
    def is_missed(self) -> bool:
        return self.limit is not None and self.alone.ratio > self.limit


@dataclass
class Bench:
    """People of one running service, and how often they ask."""

    stack: Stack
    rounds: int
    workbook: bytes | None = None

    def __post_init__(self) -> None:
        self.la, self.other = self.stack.people["LA"], self.stack.people["VAA"]
        self.people = [Person(self.stack.port, self.la["lead"]["session"]) for _ in range(PEOPLE)]

    def leave(self) -> None:
        for person in self.people:
            person.leave()

    def paths(self) -> Iterator[tuple[str, str]]:
        """Every address of people and of the API that can be asked for."""
        for name, kwargs in MATRIX.items():
            if name not in PUBLIC and name not in POST_ONLY:
                found = {key: value.format(**self.la["ids"]) for key, value in kwargs.items()}
                yield name, reverse(name, kwargs=found, urlconf="config.urls")

    def floors(self) -> Row:
        """The signed-in empty view against the bare one."""
        floor = getting("/bench/bare/")
        return self._row("empty signed-in view", EMPTY, floor)

    def page(self, name: str, path: str, times: int = 1) -> Row:
        return self._row(name, path, getting(EMPTY), times)

    def save(self, name: str, times: int = 1) -> Row:
        """Each person at a clause of their own, and the floor in an agency of its own."""
        visits = [self._writing(name, f"1.{index + 1}") for index in range(PEOPLE)]
        rounds = self.rounds * times
        row = Row(name, None, measure(self.people[:1], visits[:1], rounds))
        row.crowded = measure(self.people, visits, -(-rounds // PEOPLE))
        return row

    def preview(self, times: int = 1) -> Row:
        """A workbook of 70 rows, as many of them changed as one person changes in an afternoon."""
        ids = self.la["ids"]
        if self.workbook is None:
            words = ("sheet", self.la["agency"], ids["assessment"])
            self.workbook = base64.b64decode(self.stack.run("-m", "tests.bench.seed", *words))
        path, content = f"/assessments/{ids['assessment']}/spreadsheet/", self.workbook

        def send(person: Person) -> Answer:
            answer = person.upload(path, content)
            assert answer.status == 200, f"{answer.status} for a workbook"
            return answer

        visit, rounds = (send, getting(EMPTY)), self.rounds * times
        queries = self.people[0].count(path, content)
        row = Row(PREVIEW, queries, measure(self.people[:1], [visit], rounds))
        row.crowded = measure(self.people, [visit] * PEOPLE, -(-rounds // PEOPLE))
        return row

    def again(self, name: str, times: int) -> Row:
        """What has a target, once more."""
        if name == PREVIEW:
            return self.preview(times)
        if name in WRITES:
            return self.save(name, times)
        return self.page(name, dict(self.paths())[name], times)

    def _row(self, name: str, path: str, floor: Visit, times: int = 1) -> Row:
        visit, rounds = (getting(path), floor), self.rounds * times
        queries = self.people[0].count(path)
        row = Row(name, queries, measure(self.people[:1], [visit], rounds))
        row.crowded = measure(self.people, [visit] * PEOPLE, -(-rounds // PEOPLE))
        return row

    def _writing(self, name: str, code: str) -> tuple[Visit, Visit]:
        path = f"/assessments/{self.la['ids']['assessment']}/clauses/{code}/"
        path += "autosave/" if name == AUTOSAVE else ""
        wanted = 200 if name == AUTOSAVE else 302
        versions = count(self._version(code))
        inserter = Person(self.stack.port, self.other["lead"]["session"])

        def write(person: Person) -> Answer:
            version = next(versions)
            answer = person.send(path, _said(version, version % 2 if name == RESCORE else 2))
            assert answer.status == wanted, f"{answer.status} for {path} at version {version}"
            return answer

        def insert(person: Person) -> Answer:
            answer = inserter.send(INSERT, {})
            assert answer.status == 200, f"{answer.status} for {INSERT}"
            return answer

        return write, insert

    def _version(self, code: str) -> int:
        with self.stack.owner() as session:
            row = session.execute(
                """SELECT a.version FROM assessments_answer a
                   JOIN standards_clause c ON c.id = a.clause_id
                   WHERE a.assessment_id = %s AND c.code = %s""",
                [self.la["ids"]["assessment"], code],
            ).fetchone()
        assert row
        return int(row[0])


def _said(version: int, level: int) -> dict[str, Any]:
    text = f"Every plan is looked at, for the {version}th time"
    return {"version": version, "level": level, "na_reason": "", "how": text, "difference": text}
