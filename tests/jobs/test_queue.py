"""The queue is a hint: whatever state it is in, asking never fails and hardly waits."""

from __future__ import annotations

import base64
import json
import socket
import time
import uuid
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings

from agencies.models import Membership
from jobs import queue
from jobs.actions import enqueue
from jobs.models import Job
from tests.conftest import acting, owner


def _send(address: str, monkeypatch: pytest.MonkeyPatch) -> tuple[bool, float]:
    monkeypatch.setitem(queue.app.conf, "broker_url", address)
    begun = time.monotonic()
    was_taken = queue.send_hint(uuid.uuid4(), uuid.uuid4(), "report")
    return was_taken, time.monotonic() - begun


@pytest.fixture
def silent() -> Iterator[str]:
    """Something that accepts connections and never says a word, as a frozen server does."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0"


def test_hint_to_a_dead_queue_is_given_up_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    was_taken, seconds = _send("redis://127.0.0.1:1/0", monkeypatch)
    assert not was_taken
    assert seconds < 1


def test_hint_to_a_frozen_queue_is_given_up_soon(
    monkeypatch: pytest.MonkeyPatch, silent: str
) -> None:
    was_taken, seconds = _send(silent, monkeypatch)
    assert not was_taken
    assert seconds < 2.5


def test_hint_with_a_wrong_password_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    host = queue.app.conf.broker_url.rsplit("@", 1)[-1]
    was_taken, _ = _send(f"redis://:wrong@{host}", monkeypatch)
    assert not was_taken


@pytest.mark.django_db(transaction=True)
def test_job_is_kept_when_the_queue_is_dead(
    monkeypatch: pytest.MonkeyPatch, lead: Membership
) -> None:
    """The hint is sent after the commit and its failure reaches nobody."""
    monkeypatch.setitem(queue.app.conf, "broker_url", "redis://127.0.0.1:1/0")
    with acting(lead) as by:
        enqueue(
            "report",
            agency_id=by.agency_id,
            subject_id=uuid.uuid4(),
            content_key="kept",
            by=by,
        )
    with owner():
        assert Job.objects.get().content_key == "kept"


def _waiting(name: str) -> list[list[str]]:
    """The arguments of every message in the real queue of this name."""
    server = redis.Redis.from_url(settings.REDIS_URL)
    with server:
        raw = server.lrange(f"{settings.REDIS_PREFIX}:{name}", 0, -1)
    return [json.loads(base64.b64decode(json.loads(message)["body"]))[0] for message in raw]


@pytest.mark.django_db(transaction=True)
def test_hint_goes_to_the_queue_of_its_kind_after_the_commit(lead: Membership) -> None:
    with acting(lead) as by:
        job = enqueue(
            "report",
            agency_id=by.agency_id,
            subject_id=uuid.uuid4(),
            content_key="one",
            by=by,
        )
        ids = [str(job.agency_id), str(job.pk)]
        assert ids not in _waiting("reports")
    assert ids in _waiting("reports"), "ids, and nothing else"
    assert ids not in _waiting("default")


def test_each_limit_is_longer_than_the_one_before() -> None:
    conf = queue.app.conf
    visibility = conf.broker_transport_options["visibility_timeout"]
    assert conf.task_soft_time_limit < conf.task_time_limit < queue.LEASE < visibility


def test_worker_settings_lose_no_task() -> None:
    conf = queue.app.conf
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.task_ignore_result
    assert conf.worker_prefetch_multiplier == 1
    assert list(conf.accept_content) == ["json"]
    assert conf.result_backend is None
