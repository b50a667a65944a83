"""The audit trail as a page and as a file."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import uuid
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from agencies import audit, trail
from agencies.management.commands.data_dictionary import APPS
from agencies.models import Membership
from tests.agencies.people import actions_of, all_at_once, as_auditor, invite
from tests.conftest import acting, count_queries, owner

pytestmark = pytest.mark.django_db


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def _say(member: Membership, *names: str, **facts: object) -> None:
    with acting(member):
        for name in names:
            audit.record(name, **facts)


def test_page_shows_own_events_in_words_newest_first(
    lead: Membership, approver: Membership, stranger: Membership, client_for
) -> None:
    _say(approver, "assessment.submit", round=1)
    invite(lead)
    _say(stranger, "report.request", rounds=99)
    for member in (lead, approver):
        text = client_for(member).get("/audit/").text
        assert text.index("Invited a person</td>") < text.index("Submitted a self-assessment</td>")
        assert approver.display_name in text
        assert "round: 1" in text
        assert "rounds: 99" not in text
        assert stranger.display_name not in text


def test_page_cuts_long_ids_and_the_file_keeps_them(lead: Membership, client_for) -> None:
    report = uuid.uuid4()
    _say(lead, "report.finish", sha256="ab" * 32, report=str(report))
    page = client_for(lead).get("/audit/").text
    assert f"report: {str(report)[:8]}; sha256: abababab</td>" in page
    (row,) = _rows(client_for(lead).get("/audit/events.csv").text)
    assert row["Details"] == f"report: {report}; sha256: {'ab' * 32}"


def test_page_names_people_and_the_file_keeps_their_ids(
    lead: Membership, contributor: Membership, client_for
) -> None:
    _say(lead, "answer.assign", assignee=str(contributor.pk))
    assert f"assignee: {contributor.display_name}</td>" in client_for(lead).get("/audit/").text
    (row,) = _rows(client_for(lead).get("/audit/events.csv").text)
    assert row["Details"] == f"assignee: {contributor.pk}"


@pytest.mark.parametrize("role", ["contributor", "viewer"])
def test_page_and_file_are_for_those_who_may_read_it(
    role: str, request: pytest.FixtureRequest, client_for
) -> None:
    client = client_for(request.getfixturevalue(role))
    for path in ("/audit/", "/audit/events.csv"):
        assert client.get(path).status_code == 403


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("action=assessment.start", ["assessment.start"]),
        ("about=membership", ["membership.remove"]),
        ("person={approver}", ["assessment.submit"]),
        ("person=service", ["demo.reset"]),
        ("person={approver}&action=assessment.start", []),
        ("date_from_day=1&date_from_month=1&date_from_year=2100", []),
        ("date_to_day=31&date_to_month=12&date_to_year=2000", []),
    ],
)
def test_filters(
    query: str, expected: list[str], lead: Membership, approver: Membership, client_for
) -> None:
    _say(lead, "assessment.start")
    _say(approver, "assessment.submit")
    with acting(lead):
        audit.record("membership.remove", approver)
    with owner(lead.agency):
        audit.record("demo.reset")
    client = client_for(lead)
    query = query.format(approver=approver.pk)
    assert client.get(f"/audit/?{query}").text.count('<time datetime="') == len(expected)
    rows = _rows(client.get(f"/audit/events.csv?{query}").text)
    assert [row["Action"] for row in rows] == expected


def test_today_is_inside_from_today_to_today(lead: Membership, client_for) -> None:
    _say(lead, "assessment.start")
    (when,) = as_auditor("SELECT max(at AT TIME ZONE 'Europe/London')::date FROM audit.event")[0]
    day: date = when
    query = "&".join(
        f"{name}_day={day.day}&{name}_month={day.month}&{name}_year={day.year}"
        for name in ("date_from", "date_to")
    )
    assert "Started a self-assessment</td>" in client_for(lead).get(f"/audit/?{query}").text


@pytest.mark.parametrize(
    "query",
    [
        "action=assessment.secret",
        "person=nobody",
        "person={stranger}",
        "about=%27%3B--",
        "date_from_day=31&date_from_month=2&date_from_year=2026",
        "date_from_day=2&date_from_month=2&date_from_year=2026&date_to_day=1&date_to_month=2&date_to_year=2026",
    ],
)
def test_filter_that_makes_no_sense_is_named(
    query: str, lead: Membership, stranger: Membership, client_for
) -> None:
    query = query.format(stranger=stranger.pk)
    for path in ("/audit/", "/audit/events.csv"):
        answer = client_for(lead).get(f"{path}?{query}")
        assert answer.status_code == 422
        assert "There is a problem" in answer.text
    assert "audit.export" not in actions_of(lead.agency_id)


def test_pages_keep_the_filter_and_the_number_of_queries(
    lead: Membership, floor: int, client_for
) -> None:
    client = client_for(lead)
    _say(lead, "assessment.start")
    one = count_queries(lambda: client.get("/audit/?action=assessment.start"))
    _say(lead, *["assessment.start"] * 60)
    page = "/audit/?action=assessment.start"
    assert count_queries(lambda: client.get(page)) == one <= floor + 3
    first, second = client.get(page), client.get(f"{page}&page=2")
    assert first.text.count('<time datetime="') == 50
    assert second.text.count('<time datetime="') == 11
    assert "?page=2&amp;action=assessment.start" in first.text
    assert client.get(f"{page}&page=999").status_code == 200


def test_file_is_harmless_in_a_spreadsheet_and_an_event(lead: Membership, client_for) -> None:
    with owner():
        Membership.objects.filter(pk=lead.pk).update(display_name="=HYPERLINK(1)")
    for start in ("+1", "-1", "@sum", "\tx", "\rx"):
        _say(lead, start)
    answer = client_for(lead).get("/audit/events.csv?person=" + str(lead.pk))
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="audit-trail-')
    rows = _rows(answer.content.decode())
    assert len(rows) == 5
    assert {row["Person"] for row in rows} == {"'=HYPERLINK(1)"}
    for row in rows:
        assert not any(cell.startswith(trail.FORMULA_STARTS) for cell in row.values())
    (facts,) = as_auditor("SELECT facts FROM audit.event WHERE action = 'audit.export'")[0]
    assert json.loads(facts) == {"rows": 5, "filters": ["person"]}


def test_every_event_of_the_code_has_words() -> None:
    """Read from the source: calls of record(), and the steps of every workflow."""
    root, found = Path(settings.BASE_DIR), set()
    for app in APPS:
        for path in (root / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                    found |= set(re.findall(r"'([a-z_]+\.[a-z_]+)'", ast.unparse(node.args[0])))
        for path in (root / app).rglob("*.sql"):
            found |= set(re.findall(r"'identity', '([a-z_]+\.[a-z_]+)'", path.read_text()))
    from assessments.workflow import ASSESSMENT

    found |= {f"assessment.{action}" for action in ASSESSMENT}
    assert len(found) > 10
    assert sorted(found - set(trail.ACTION_WORDS)) == []


@pytest.mark.django_db(transaction=True)
def test_chain_stays_whole_while_many_write(lead: Membership) -> None:
    all_at_once(8, lambda number: _say(lead, "answer.save", number=number))
    assert len(actions_of(lead.agency_id)) == 8
    assert as_auditor("SELECT * FROM audit.broken() WHERE agency_id = %s", lead.agency_id) == []
