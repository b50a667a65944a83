"""F1, F3, F5: workers and queue are killed under work. Each job ends once, and nothing is lost."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from itertools import count
from pathlib import Path
from typing import Any

from psycopg.rows import dict_row

from tests.faults.conftest import LONG, Queue
from tests.served.stack import Stack, wait_for
from tests.served.web import Answered, Visitor

KILLS = 50 if LONG else 2
QUEUED = 500 if LONG else 30
AWAY = 600.0 if LONG else 6.0
_text = count()


def _lead(stack: Stack) -> Visitor:
    return Visitor(stack.port, stack.people["LA"]["lead"]["session"])


def _say_something_new(stack: Stack) -> Answered:
    """Save a clause, so that the next report is another one."""
    assessment = stack.people["LA"]["ids"]["assessment"]
    with stack.owner() as session:
        found = session.execute(
            """SELECT a.version FROM assessments_answer a
               JOIN standards_clause c ON c.id = a.clause_id
               WHERE a.assessment_id = %s AND c.code = '1.4'""",
            [assessment],
        ).fetchone()
    assert found is not None
    fields = {
        "version": found[0],
        "level": "1",
        "na_reason": "",
        "how": f"Text {next(_text)}",
        "difference": "",
    }
    return _lead(stack).post(f"/assessments/{assessment}/clauses/1.4/", fields)


def _ask(stack: Stack) -> str:
    """Ask for a report of the draft as it is now; returns the report's id."""
    assessment = stack.people["LA"]["ids"]["assessment"]
    assert _say_something_new(stack).status == 302
    answer = _lead(stack).post(f"/reports/assessments/{assessment}/request/", {})
    assert answer.status == 302, answer.text
    return answer.headers["Location"].strip("/").split("/")[-1]


def _rows(stack: Stack, query: str, values: Any = ()) -> list[dict[str, Any]]:
    with stack.owner() as session:
        session.row_factory = dict_row
        return session.execute(query, values).fetchall()


def _job(stack: Stack, report: str) -> dict[str, Any]:
    (row,) = _rows(stack, "SELECT * FROM jobs_job WHERE subject_id = %s", [report])
    return row


def _await(stack: Stack, report: str, status: str, *, patience: float = 60) -> None:
    wait_for(
        lambda: _job(stack, report)["status"] == status,
        f"the report to be {status}",
        patience=patience,
        log=stack.services["reports"].log,
    )


def _minute_passes(stack: Stack) -> None:
    """What is queued counts as waiting; the long form really waits."""
    if not LONG:
        with stack.owner() as session:
            session.execute("UPDATE jobs_job SET queued_at = queued_at - interval '1 minute'")


def _kill_tree(stack: Stack, name: str) -> None:
    """The worker and its children, at once, with nothing put in order."""
    child = stack.services[name]
    assert child.process is not None
    os.killpg(child.process.pid, signal.SIGKILL)
    child.end(time.monotonic() + 5)


def _assert_made_once(stack: Stack, report: str) -> None:
    """One row, one event, one file with the recorded hash; the chain is whole."""
    (row,) = _rows(stack, "SELECT * FROM reports_report WHERE id = %s", [report])
    path = Path(stack.environment["FILES_ROOT"]) / "reports" / row["stored_as"]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == row["sha256"]
    assert _events(stack, report).count("report.finish") == 1


def _events(stack: Stack, about: str) -> list[str]:
    with stack.connect("test") as session:
        session.execute("SET ROLE app_audit")
        found = session.execute("SELECT action FROM audit.event WHERE about_id = %s", [about])
        return [action for (action,) in found.fetchall()]


def _assert_trail_is_whole(stack: Stack) -> None:
    with stack.owner() as session:
        assert session.execute("SELECT * FROM audit.broken()").fetchall() == []


def test_worker_killed_while_it_renders_is_followed_by_another(services: Stack) -> None:
    """F1."""
    for _ in range(KILLS):
        report = _ask(services)
        _await(services, report, "running")
        killed = time.monotonic()
        _kill_tree(services, "reports")
        assert _job(services, report)["status"] == "running", "it was killed while it worked"
        services.start("reports")
        _await(services, report, "done", patience=120)
        assert time.monotonic() - killed <= 120
        assert _job(services, report)["fence"] == 2
        _assert_made_once(services, report)
    _assert_trail_is_whole(services)


def test_queue_killed_and_emptied_with_many_waiting_loses_none(
    services: Stack, queue: Queue
) -> None:
    """F3."""
    services.stop("worker")
    services.run("-m", "tests.faults.ask", str(QUEUED))
    mail = "SELECT * FROM jobs_job WHERE kind = 'invitation_mail' AND status = %s"
    assert len(_rows(services, mail, ["queued"])) >= QUEUED
    queue.kill()
    queue.start()
    services.start("worker")
    _minute_passes(services)
    log = services.services["worker"].log
    wait_for(
        lambda: not _rows(services, mail, ["queued"]) and not _rows(services, mail, ["running"]),
        "every job to end",
        patience=900,
        log=log,
    )
    done = _rows(services, mail, ["done"])
    assert len(done) >= QUEUED
    assert {(row["attempts"], row["fence"]) for row in done} == {(1, 1)}
    _assert_trail_is_whole(services)


def test_without_the_queue_people_work_on_and_reports_come_later(
    services: Stack, queue: Queue
) -> None:
    """F5."""
    wait_for(lambda: _is_connected(services), "the report worker to listen")
    queue.kill()
    gone, reports, slowest = time.monotonic(), [], 0.0
    while time.monotonic() - gone < AWAY:
        begun = time.monotonic()
        reports.append(_ask(services))
        slowest = max(slowest, time.monotonic() - begun)
        time.sleep(AWAY / 2)
    assert slowest < 4, "a save and a request, each well below 2 s"
    _minute_passes(services)
    page = _lead(services).get(f"/reports/{reports[0]}/")
    assert page.status == 200
    assert "Your request is kept" in page.text
    queue.start()
    for report in reports:
        _await(services, report, "done", patience=300)
        _assert_made_once(services, report)
    _assert_trail_is_whole(services)


def _is_connected(stack: Stack) -> bool:
    return "reports@" in stack.services["reports"].log.read_text(errors="replace")
