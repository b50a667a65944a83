"""A few people at once, each over one kept connection, asking for a page and its floor in turn.

In turn, so that both meet the same machine: a busy minute falls on the two alike.
"""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.bench.meter import COUNT, CPU, QUERIES
from tests.served.web import CSRF

EDGE = "bench" * 4
MULTIPART = {"Content-Type": f"multipart/form-data; boundary={EDGE}", "X-CSRFToken": CSRF}
FORM = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": CSRF}


@dataclass(frozen=True)
class Answer:
    status: int
    seconds: float
    cpu: float
    queries: int | None
    body: bytes


@dataclass
class Person:
    """One signed-in browser; `send` is timed, connecting is not."""

    port: int
    session: str
    connection: http.client.HTTPConnection | None = None

    def send(self, path: str, fields: dict[str, object] | None = None) -> Answer:
        """A page, or with `fields` a form."""
        if fields is None:
            return self._ask("GET", path, None, {})
        return self._ask("POST", path, urlencode(fields).encode(), FORM)

    def upload(
        self,
        path: str,
        content: bytes,
        *,
        name: str = "a.xlsx",
        fields: Mapping[str, str] | None = None,
        more: dict[str, str] | None = None,
    ) -> Answer:
        """A form with a file in it."""
        said = [(f'name="{key}"', value.encode()) for key, value in (fields or {}).items()]
        parts = [*said, (f'name="upload"; filename="{name}"', content)]
        body = b"".join(
            f"--{EDGE}\r\nContent-Disposition: form-data; {words}\r\n\r\n".encode()
            + value
            + b"\r\n"
            for words, value in parts
        )
        return self._ask("POST", path, body + f"--{EDGE}--\r\n".encode(), MULTIPART | (more or {}))

    def count(self, path: str, content: bytes | None = None) -> int:
        """Statements behind a page, or behind a workbook that is sent to it."""
        more = {COUNT: "1"}
        if content is None:
            queries = self._ask("GET", path, None, more).queries
        else:
            queries = self.upload(path, content, more=more).queries
        assert queries is not None
        return queries

    def leave(self) -> None:
        if self.connection:
            self.connection.close()

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None,
        more: dict[str, str],
    ) -> Answer:
        headers = {"Host": "localhost", "Cookie": f"session={self.session}; csrf={CSRF}", **more}
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
            self.connection.connect()
        started = time.perf_counter()
        try:
            self.connection.request(method, path, body, headers)
            response = self.connection.getresponse()
            read = response.read()
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            self.connection = None  # kept too long for the server: nothing was answered
            return self._ask(method, path, body, more)
        seconds = time.perf_counter() - started
        if response.will_close:
            self.connection = None
        queries = response.getheader(QUERIES)
        return Answer(
            response.status,
            seconds,
            float(response.getheader(CPU) or 0),
            int(queries) if queries else None,
            read,
        )


Visit = Callable[[Person], Answer]


@dataclass
class Pairs:
    """Seconds of a page and of its floor, measured in turn."""

    page: list[Answer] = field(default_factory=list)
    floor: list[Answer] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return median(self.page) / median(self.floor)

    @property
    def ratio_of_slowest(self) -> float:
        return p95(self.page) / median(self.floor)


def measure(people: list[Person], visits: list[tuple[Visit, Visit]], rounds: int) -> Pairs:
    """`rounds` of page and floor for each person, all people at once."""
    pairs, faults = Pairs(), []

    def stay(person: Person, page: Visit, floor: Visit) -> None:
        try:
            for _ in range(rounds):
                pairs.floor.append(floor(person))
                pairs.page.append(page(person))
        except (AssertionError, OSError, http.client.HTTPException) as fault:
            faults.append(fault)

    threads = [
        threading.Thread(target=stay, args=(person, *visit))
        for person, visit in zip(people, visits, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return pairs


def getting(path: str) -> Visit:
    """A page that must answer 200."""

    def visit(person: Person) -> Answer:
        answer = person.send(path)
        assert answer.status == 200, f"{answer.status} for {path}"
        return answer

    return visit


def median(answers: list[Answer]) -> float:
    return statistics.median(answer.seconds for answer in answers)


def p95(answers: list[Answer]) -> float:
    ordered = sorted(answer.seconds for answer in answers)
    return ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
