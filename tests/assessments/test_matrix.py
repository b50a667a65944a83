"""Every state, action and role from one table, for the actions and for their pages."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from agencies.permissions import AGENCY_ROLES, ROLES, Permission
from agencies.workflow import NotAllowed
from assessments.actions import assessments, signoff, submission
from assessments.actions.answers import Said, answer_clause
from assessments.actions.assessments import archive
from assessments.models import Answer, Assessment
from tests.assessments.conftest import PERIOD, reread
from tests.conftest import acting

pytestmark = pytest.mark.django_db

STATES = ("complete", "signed", "submitted", "archived")
NEEDS = {
    "answer": (Permission.ANSWER_CLAUSE, {"complete"}),
    "rename": (Permission.MANAGE_ASSESSMENT, {"complete"}),
    "archive": (Permission.MANAGE_ASSESSMENT, {"complete", "signed", "submitted"}),
    "restore": (Permission.MANAGE_ASSESSMENT, {"archived"}),
    "delete": (Permission.MANAGE_ASSESSMENT, set()),
    "sign_off": (Permission.SIGN_OFF, {"complete"}),
    "reopen": (Permission.REOPEN, {"signed"}),
    "submit": (Permission.SUBMIT, {"signed"}),
    "withdraw": (Permission.WITHDRAW, {"submitted"}),
}
CASES = {
    state: [(state, action, role) for action in NEEDS for role in AGENCY_ROLES] for state in STATES
}
DAYS = {
    f"{field}_{part}": str(getattr(PERIOD[field], part))
    for field in PERIOD
    for part in ("day", "month", "year")
}


def expected(state: str, action: str, role: str) -> int:
    """403 comes before 409: who may not do a thing is not told in which state it is."""
    permission, states = NEEDS[action]
    if permission not in ROLES[role]:
        return 403
    return 302 if state in states else 409


@pytest.fixture
def archived(complete, lead) -> Assessment:
    with acting(lead) as by:
        archive(complete, by=by)
    return reread(complete)


def answer(assessment: Assessment, *, by: Any) -> Any:
    row = Answer.objects.for_page().get(assessment=assessment, clause__code="1.1")
    return answer_clause(row, version=1, said=Said(level=3), by=by)


def rename(assessment: Assessment, *, by: Any) -> Any:
    return assessments.rename(assessment, title="Other", **PERIOD, by=by)


def sign_off(assessment: Assessment, *, by: Any) -> Any:
    return signoff.sign_off(assessment, name="Head", has_agreed=True, by=by)


ACTIONS: dict[str, Callable[..., Any]] = {
    "answer": answer,
    "rename": rename,
    "archive": assessments.archive,
    "restore": assessments.restore,
    "delete": assessments.delete,
    "sign_off": sign_off,
    "reopen": signoff.reopen,
    "submit": submission.submit,
    "withdraw": submission.withdraw,
}


def outcome(action: str, assessment: Assessment, by: Any) -> int:
    try:
        ACTIONS[action](assessment, by=by)
    except PermissionDenied:
        return 403
    except NotAllowed:
        return 409
    return 302


class Undo(Exception):
    """Raised to take back what a case did, so that the next one finds the state again."""


@pytest.mark.parametrize("state", STATES)
def test_action_obeys_the_table(state, request):
    assessment = request.getfixturevalue(state)
    members = {role: request.getfixturevalue(role) for role in AGENCY_ROLES}
    for (_, action, role), member in ((case, members[case[2]]) for case in CASES[state]):
        with suppress(Undo), acting(member) as by:
            assert outcome(action, assessment, by) == expected(state, action, role), (action, role)
            raise Undo


def post(client: Client, action: str, assessment: Assessment) -> int:
    forms: dict[str, dict[str, str]] = {
        "answer": {"version": "1", "level": "3"},
        "rename": {"title": "Other", **DAYS},
        "sign_off": {"name": "Head", "has_agreed": "on"},
    }
    if action == "answer":
        address = reverse("assessments:clause", args=[assessment.pk, "1.1"])
    else:
        address = reverse(f"assessments:{action}", args=[assessment.pk])
    return client.post(address, forms.get(action, {})).status_code


def call(client: Client, action: str, assessment: Assessment) -> int:
    """The same through the API."""
    here = f"/api/v1/assessments/{assessment.pk}/"
    days = {name: str(day) for name, day in PERIOD.items()}
    method, path, body = {
        "answer": ("patch", "answers/1.1/", {"level": 3}),
        "rename": ("patch", "", {"title": "Other", **days}),
        "delete": ("delete", "", {}),
        "sign_off": ("post", "sign-off/", {"name": "Head", "has_agreed": True}),
    }.get(action, ("post", f"{action}/", {}))
    headers = {"If-Match": '"1"'} if action == "answer" else {}
    response = getattr(client, method)(
        f"{here}{path}", body, content_type="application/json", headers=headers
    )
    return response.status_code


@pytest.mark.parametrize("state", STATES)
def test_page_and_api_refuse_as_the_table_says(state, request, client_for):
    assessment = request.getfixturevalue(state)
    clients = {role: client_for(request.getfixturevalue(role)) for role in AGENCY_ROLES}
    for _, action, role in CASES[state]:
        wanted = expected(state, action, role)
        if wanted == 302:
            continue
        assert post(clients[role], action, assessment) == wanted, (action, role)
        assert call(clients[role], action, assessment) == wanted, (action, role)
    assert reread(assessment).updated_at == assessment.updated_at


ALLOWED = [case for cases in CASES.values() for case in cases if expected(*case) == 302]


@pytest.mark.parametrize(("state", "action", "role"), ALLOWED)
def test_page_allows_as_the_table_says(state, action, role, request, client_for):
    assessment = request.getfixturevalue(state)
    client = client_for(request.getfixturevalue(role))
    assert post(client, action, assessment) == 302
    changed = reread(assessment)
    assert changed.updated_at > assessment.updated_at


@pytest.mark.parametrize(("state", "action", "role"), ALLOWED)
def test_api_allows_as_the_table_says(state, action, role, request, client_for):
    assessment = request.getfixturevalue(state)
    client = client_for(request.getfixturevalue(role))
    assert call(client, action, assessment) == 200
    assert reread(assessment).updated_at > assessment.updated_at
