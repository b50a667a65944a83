"""What the bench is made of works; how fast anything is, `make bench` tells."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from agencies.models import Agency, Membership, TenantModel
from agencies.permissions import Role
from assessments.models import Answer, Evidence
from standards.models import Edition
from tests import factories
from tests.bench import seed
from tests.bench.client import Answer as Timed
from tests.bench.client import Pairs, Person, getting, measure
from tests.bench.floors import EMPTY, INSERT
from tests.bench.meter import BARE, COUNT, CPU, QUERIES
from tests.bench.pages import PREVIEW, TARGETS, WRITES, Row
from tests.bench.table import line
from tests.conftest import acting, owner
from tests.matrix import MATRIX
from tests.world import furnish


class Says(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(404 if self.path == "/gone/" else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        """Nothing on the terminal."""


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Says)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def benched(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.bench.floors"
    settings.MIDDLEWARE = ["tests.bench.meter.Meter", *settings.MIDDLEWARE]


def _timed(*seconds: float) -> list[Timed]:
    return [Timed(200, one, 0.001, None, b"") for one in seconds]


def test_people_ask_for_page_and_floor_in_turn(port: int) -> None:
    people = [Person(port, ""), Person(port, "")]
    pairs = measure(people, [(getting("/page/"), getting("/floor/"))] * 2, 3)
    for person in people:
        person.leave()
    assert (len(pairs.page), len(pairs.floor)) == (6, 6)


def test_refused_page_is_no_measurement(port: int) -> None:
    person = Person(port, "")
    with pytest.raises(AssertionError, match="404 for /gone/"):
        measure([person], [(getting("/gone/"), getting("/floor/"))], 1)
    person.leave()


def test_row_is_judged_by_medians() -> None:
    name, limit = next(iter(TARGETS.items()))
    just = Row(name, 3, Pairs(_timed(0.5, limit, 99), _timed(0.5, 1, 1.5)))
    over = Row(name, 3, Pairs(_timed(limit + 1), _timed(1)))
    assert not just.is_missed
    assert over.is_missed
    assert line(over).endswith("missed")
    assert not line(just).endswith("missed")


def test_every_target_is_measured() -> None:
    assert set(TARGETS) <= {*MATRIX, *WRITES, PREVIEW}


def test_floors_answer_and_tell_what_they_cost(
    benched: None, lead: Membership, client_for: Callable[[Membership], Client]
) -> None:
    client = client_for(lead)
    assert client.get(BARE).content == b"ok"
    empty = client.get(EMPTY, headers={COUNT: "1"})
    assert int(empty[QUERIES]) > 0
    assert float(empty[CPU]) > 0
    assert client.post(INSERT).status_code == 200
    with acting(lead):
        assert Evidence.objects.count() == 1


def test_floor_needs_a_person(benched: None, db: None, client: Client) -> None:
    assert client.get(EMPTY).status_code == 302


def test_crowd_copies_everything_of_an_agency(agency: Agency, edition: Edition) -> None:
    with owner():
        people = {role: factories.make_member(agency, role) for role in Role}
    furnish(agency, people, acting)
    tables = [model for model in apps.get_models() if issubclass(model, TenantModel)]
    with owner():
        before = {model: model.objects.count() for model in tables}
    seed.crowd(agency.pk, 2)
    with owner():
        assert {model: model.objects.count() for model in tables} == {
            model: 3 * count for model, count in before.items()
        }
        assert before[Answer] == 210
        assert Agency.objects.count() == 3
        copy = Membership.objects.exclude(agency=agency).filter(role=Role.LEAD).first()
    assert copy
    with acting(copy):
        assert Answer.objects.count() == 210
        assert not Answer.objects.filter(agency=agency).exists()
