"""Many at once, and crashes, against the real web process: one wins, nothing is lost or mixed."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from typing import Any

import psycopg
import pytest

from tests.served.conftest import LONG
from tests.served.stack import Stack, wait_for
from tests.served.web import Answered, Visitor

KILLS = 200 if LONG else 3
WRITERS = 120 if LONG else 40


def _visitor(stack: Stack, role: str = "lead", kind: str = "LA", **options: Any) -> Visitor:
    return Visitor(stack.port, stack.people[kind][role]["session"], **options)


def _clause(stack: Stack, code: str, kind: str = "LA") -> str:
    return f"/assessments/{stack.people[kind]['ids']['assessment']}/clauses/{code}/"


def _fields(version: int, text: str) -> dict[str, Any]:
    return {"version": version, "level": "1", "na_reason": "", "how": text, "difference": text}


def test_schema_is_there_for_many_who_ask_a_new_process_at_once(stack: Stack) -> None:
    stack.kill_web_workers()
    wait_for(stack.is_healthy, "new web processes")
    visitor = _visitor(stack)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: visitor.get("/api/v1/schema/").status, range(16)))
    assert set(found) == {200}


def _stored(stack: Stack, code: str, kind: str = "LA") -> dict[str, Any]:
    """The answer, what its revisions and the trail say about it, seen by the owner."""
    with stack.owner() as session:
        session.row_factory = psycopg.rows.dict_row
        row = session.execute(
            """SELECT a.* FROM assessments_answer a JOIN standards_clause c ON c.id = a.clause_id
               WHERE a.assessment_id = %s AND c.code = %s""",
            [stack.people[kind]["ids"]["assessment"], code],
        ).fetchone()
        revisions = session.execute(
            "SELECT * FROM assessments_answerrevision WHERE answer_id = %s ORDER BY version",
            [row["id"]],
        ).fetchall()
    return {**row, "revisions": revisions, "events": _events(stack, row["id"])}


def _events(stack: Stack, about: Any) -> list[dict[str, Any]]:
    with stack.owner() as session:
        session.execute("SET LOCAL ROLE app_audit")
        session.row_factory = psycopg.rows.dict_row
        rows = session.execute(
            "SELECT * FROM audit.event WHERE about_id = %s ORDER BY seq", [about]
        ).fetchall()
        session.execute("SET LOCAL ROLE app_owner")
    return rows


def _assert_whole(stack: Stack, answer: dict[str, Any]) -> None:
    """Answer, revisions and events tell the same story, and the trail is unbroken."""
    versions = [revision["version"] for revision in answer["revisions"]]
    assert versions == list(range(1, answer["version"] + 1))
    assert [event["facts"]["version"] for event in answer["events"]] == versions
    if versions:
        last = answer["revisions"][-1]
        assert (answer["how"], answer["difference"]) == (last["how"], last["difference"])
    assert answer["how"] == answer["difference"], "one save, both texts"
    with stack.owner() as session:
        assert session.execute("SELECT * FROM audit.broken()").fetchall() == []


def _at_once(calls: list[Callable[[], Answered]]) -> list[Answered]:
    """All of them, let go at the same moment."""
    gate = threading.Barrier(len(calls))

    def let_go(call: Callable[[], Answered]) -> Answered:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(let_go, calls))


def test_many_save_a_clause_at_once_one_wins_and_nothing_is_lost(stack: Stack) -> None:
    """F20."""
    path, roles = _clause(stack, "2.1"), ("lead", "contributor")
    texts = [f"text of writer {number}." for number in range(WRITERS)]
    calls = [
        lambda text=text, role=roles[number % 2]: _visitor(stack, role).post(path, _fields(0, text))
        for number, text in enumerate(texts)
    ]
    answers = _at_once(calls)
    assert Counter(answer.status for answer in answers) == {302: 1, 412: WRITERS - 1}
    (winner,) = [number for number, answer in enumerate(answers) if answer.status == 302]
    others = [(text, came) for text, came in zip(texts, answers, strict=True) if came.status == 412]
    for text, came in others:  # both texts stand whole on the page of the one who came later
        for field in ("how", "difference"):
            assert f'name="mine_{field}" value="{text}"' in came.text
        assert f"{text}\n\n{texts[winner]}" in came.text
    answer = _stored(stack, "2.1")
    assert (answer["how"], answer["version"]) == (texts[winner], 1)
    _assert_whole(stack, answer)


def test_many_bring_their_texts_together_at_once_one_wins_and_nothing_is_lost(stack: Stack) -> None:
    """Everybody lost against the same save, merges, and sends at the same moment."""
    path, roles = _clause(stack, "2.5"), ("lead", "contributor")
    assert _visitor(stack).post(path, _fields(0, "first of all")).status == 302
    calls = [
        lambda n=number: _visitor(stack, roles[n % 2]).post(f"{path}merge/", _merge(1, f"{n}!"))
        for number in range(WRITERS)
    ]
    answers = _at_once(calls)
    assert Counter(answer.status for answer in answers) == {302: 1, 412: WRITERS - 1}
    stored = _stored(stack, "2.5")
    for number, came in enumerate(answers):
        if came.status == 412:
            for field in ("how", "difference"):
                assert f'name="mine_{field}" value="mine {number}!"' in came.text
                assert f"merged {number}!</textarea>" in came.text
        else:
            assert stored["how"] == f"merged {number}!"
    assert stored["version"] == 2
    _assert_whole(stack, stored)


def _merge(version: int, text: str) -> dict[str, Any]:
    """What the page of a conflict sends when both texts were brought together."""
    said = {"pick_how": "both", "pick_difference": "both", "mine_level": "1"}
    texts = {"mine_how": f"mine {text}", "mine_difference": f"mine {text}"}
    both = dict.fromkeys(("how", "difference"), f"merged {text}")
    return {"version": version, "mine_na_reason": "", **said, **texts, **both}


def test_tables_and_single_saves_at_once_neither_block_nor_lose(stack: Stack) -> None:
    """A table locks many answers, a save one: whoever is second reads what the first wrote."""
    codes = ["6.1", "6.2", "6.3"]
    table = _clause(stack, "6.1").replace("clauses/6.1", "standards/S6/table")
    calls = []
    for number in range(WRITERS // 2):
        text = f"table {number}"
        rows = {f"c{code.replace('.', '-')}": _fields(0, text) | {"seen": "x"} for code in codes}
        form = {f"{row}-{name}": value for row, f in rows.items() for name, value in f.items()}
        calls.append(lambda form=form: _visitor(stack).post(table, form))
        single = _fields(0, f"single {number}"), _clause(stack, codes[number % 3])
        calls.append(lambda s=single: _visitor(stack, "contributor").post(s[1], s[0]))
    answers = _at_once(calls)
    assert {answer.status for answer in answers} <= {302, 412}
    for code in codes:
        answer = _stored(stack, code)
        assert answer["version"] == 1, "one won, and all others were told"
        assert [revision["how"] for revision in answer["revisions"]] == [answer["how"]]
    with stack.owner() as session:
        assert session.execute("SELECT * FROM audit.broken()").fetchall() == []


def test_save_goes_on_after_a_conflict(stack: Stack) -> None:
    path = _clause(stack, "2.2")
    assert _visitor(stack).post(path, _fields(0, "first")).status == 302
    assert _visitor(stack, "contributor").post(path, _fields(0, "second")).status == 412
    assert _visitor(stack, "contributor").post(path, _fields(1, "first and second")).status == 302
    answer = _stored(stack, "2.2")
    assert answer["how"] == "first and second"
    _assert_whole(stack, answer)


def _post_until_it_dies(stack: Stack, path: str, fields: dict[str, Any]) -> Answered | None:
    try:
        return _visitor(stack).post(path, fields)
    except (OSError, HTTPException):
        return None


def test_web_killed_between_update_and_commit_leaves_the_old_row(stack: Stack) -> None:
    """F10: the save has written and waits for the head of the trail; then its process dies."""
    path, before = _clause(stack, "2.3"), _stored(stack, "2.3")
    with stack.owner() as session:
        session.execute("SET LOCAL ROLE app_audit")
        agency = [stack.people["LA"]["agency"]]
        session.execute("SELECT * FROM audit.head WHERE agency_id = %s FOR UPDATE", agency)
        with ThreadPoolExecutor(1) as pool:
            dying = pool.submit(_post_until_it_dies, stack, path, _fields(0, "never committed"))
            wait_for(lambda: _waiting(stack), "the save to wait for the head of the trail")
            stack.kill_web_workers()
            assert dying.result() is None
        session.execute("SET LOCAL ROLE app_owner")
    wait_for(stack.is_healthy, "new web workers")
    wait_for(lambda: not _busy(stack), "the orphaned session to end")
    after = _stored(stack, "2.3")
    assert after == before
    _assert_whole(stack, after)
    assert _visitor(stack).post(path, _fields(0, "saved again")).status == 302


def _waiting(stack: Stack) -> bool:
    """Whether a web session waits for a lock after it has changed the answer."""
    with stack.connect("test") as session:
        session.execute("RESET ROLE")
        return bool(
            session.execute(
                """SELECT 1 FROM pg_locks held JOIN pg_locks wanted USING (pid)
                   WHERE held.relation = 'assessments_answerrevision'::regclass
                     AND held.mode = 'RowExclusiveLock' AND NOT wanted.granted"""
            ).fetchone()
        )


def _busy(stack: Stack) -> bool:
    with stack.connect("test") as session:
        session.execute("RESET ROLE")
        return bool(
            session.execute(
                """SELECT 1 FROM pg_locks WHERE mode = 'RowExclusiveLock'
                   AND relation = 'assessments_answerrevision'::regclass"""
            ).fetchone()
        )


def test_web_killed_at_any_moment_of_a_save_never_mixes_rows(stack: Stack) -> None:
    """F10, without help: what was acknowledged is stored, and what is stored is whole."""
    path = _clause(stack, "2.4")
    chance = random.Random(10)
    for number in range(KILLS):
        seen = _stored(stack, "2.4")
        text = f"save {number}"
        with ThreadPoolExecutor(1) as pool:
            fields = _fields(seen["version"], text)
            saving = pool.submit(_post_until_it_dies, stack, path, fields)
            time.sleep(chance.uniform(0.0, 0.12))
            stack.kill_web_workers()
            answered = saving.result()
        wait_for(stack.is_healthy, "new web workers")
        wait_for(lambda: not _busy(stack), "the orphaned session to end")
        after = _stored(stack, "2.4")
        assert after["how"] in (seen["how"], text)
        if answered is not None and answered.status == 302:
            assert after["how"] == text, "an acknowledged save was lost"
        _assert_whole(stack, after)


@pytest.mark.parametrize("who", [("lead", "approver"), ("lead", "lead")])
def test_two_submit_at_once_makes_one_submission(stack: Stack, who: tuple[str, str]) -> None:
    people = stack.people["RAA"]
    pk = people["ids"]["submitted"]
    lead, approver = _visitor(stack, "lead", "RAA"), _visitor(stack, "approver", "RAA")
    before = _rounds(stack, pk)
    assert lead.post(f"/assessments/{pk}/withdraw/", {}).status == 302
    declaration = {"name": "Head of service", "has_agreed": "on"}
    assert approver.post(f"/assessments/{pk}/sign-off/", declaration).status == 302
    visitors = [_visitor(stack, role, "RAA") for role in who]
    answers = _at_once(
        [lambda one=one: one.post(f"/assessments/{pk}/submit/", {}) for one in visitors]
    )
    assert sorted(answer.status for answer in answers) == [302, 409]
    assert _rounds(stack, pk) == before + 1


def _rounds(stack: Stack, assessment: str) -> int:
    with stack.owner() as session:
        row = session.execute(
            "SELECT count(*) FROM assessments_submission WHERE assessment_id = %s", [assessment]
        ).fetchone()
    return int(row[0])


def test_one_key_many_times_at_once_has_one_effect(stack: Stack) -> None:
    """The same Idempotency-Key twenty times: one self-assessment, and one answer for all."""
    people = stack.people["LA"]
    title = "Started under one key"
    body = json.dumps(
        {
            "title": title,
            "edition": "neps-2022",
            "period_from": "2026-04-01",
            "period_to": "2027-03-31",
        }
    )
    headers = {"Content-Type": "application/json", "Idempotency-Key": "twenty at once"}
    visitor = Visitor(stack.port, token=people["token"])
    calls = [lambda: visitor.send("POST", "/api/v1/assessments/", body, headers)] * 20
    answers = _at_once(calls)
    assert Counter(answer.status for answer in answers) == {201: 20}
    assert len({answer.json["id"] for answer in answers}) == 1
    replayed = [answer.headers.get("Idempotent-Replayed") for answer in answers]
    assert Counter(replayed) == {"true": 19, None: 1}
    with stack.owner() as session:
        row = session.execute(
            "SELECT count(*) FROM assessments_assessment WHERE title = %s", [title]
        ).fetchone()
    assert row[0] == 1
    [event] = _events(stack, answers[0].json["id"])
    assert event["action"] == "assessment.start"
