"""What is measured, and what each may cost."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.urls import reverse
from pikepdf import Dictionary, Name, Pdf, Stream

from tests.bench.client import Answer, Pairs, Person, Visit, getting, measure
from tests.bench.floors import EMPTY, INSERT
from tests.matrix import MATRIX, PUBLIC
from tests.served.stack import Stack
from tests.test_urls import POST_ONLY

SAVE, AUTOSAVE = "save an answer", "autosave an answer"
RESCORE = "save another level"
PREVIEW = "preview of a workbook"
UPLOAD = "upload of 200 kB"
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
SEARCHES = {
    "search of 15 assessments": "?q=early+permanence",
    "… for a rare word": "?q=heron",
    "… in one kind": "?q=meeting&kind=answer",
}
SHELF, IN_LIBRARY, IN_SEARCH = 2_000, 4.0, 3.0
LIMITS = (
    TARGETS
    | {UPLOAD: 3.0}
    | dict.fromkeys(LIBRARY, IN_LIBRARY)
    | dict.fromkeys(SEARCHES, IN_SEARCH)
)
ADD = "/assessments/evidence/add/"
DESCRIBED = {"title": "Policy", "kind": "policy", "description": "How we plan.", "source": "file"}
BYTES = 200_000
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
        self.limit = LIMITS.get(self.name)

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
        return self._saved(name, [self._writing(name, f"1.{n + 1}") for n in range(PEOPLE)], times)

    def upload(self, times: int = 1) -> Row:
        """A new PDF each time, stored as it is without a scanner."""
        content = document()

        def send(person: Person) -> Answer:
            answer = person.upload(ADD, content, name="policy.pdf", fields=DESCRIBED)
            assert answer.status == 302, f"{answer.status} for a file"
            return answer

        visits = [(send, self._inserting()) for _ in range(PEOPLE)]
        return self._saved(UPLOAD, visits, times)

    def _saved(self, name: str, visits: list[tuple[Visit, Visit]], times: int) -> Row:
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

        def write(person: Person) -> Answer:
            version = next(versions)
            answer = person.send(path, _said(version, version % 2 if name == RESCORE else 2))
            assert answer.status == wanted, f"{answer.status} for {path} at version {version}"
            return answer

        return write, self._inserting()

    def _inserting(self) -> Visit:
        """One INSERT by somebody of another agency, whose chain of events nobody else waits for."""
        inserter = Person(self.stack.port, self.other["lead"]["session"])

        def insert(person: Person) -> Answer:
            answer = inserter.send(INSERT, {})
            assert answer.status == 200, f"{answer.status} for {INSERT}"
            return answer

        return insert

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


def document() -> bytes:
    """A PDF of 200 kB: a page, and a picture that nothing can press together."""
    made, page = Pdf.new(), io.BytesIO()
    made.add_blank_page()
    picture = Stream(made, os.urandom(BYTES))
    picture.Type, picture.Subtype, picture.ColorSpace = Name.XObject, Name.Image, Name.DeviceGray
    picture.Width, picture.Height, picture.BitsPerComponent = 500, BYTES // 500, 8
    made.pages[0].obj.Resources = Dictionary(XObject=Dictionary(Picture=picture))
    made.save(page)
    return page.getvalue()
