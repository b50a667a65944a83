"""What the API answers when it refuses: problem details, and an event for a refused right."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test import Client

from agencies.models import Membership
from tests.conftest import owner

pytestmark = pytest.mark.django_db


def _is_problem(response, code: int) -> bool:
    assert response.status_code == code
    assert response["Content-Type"].startswith("application/problem+json")
    body = response.json()
    return body["status"] == code and bool(body["title"]) and bool(body["detail"])


def test_anonymous_is_asked_to_sign_in() -> None:
    response = Client().get("/api/v1/assessments/")
    assert _is_problem(response, 401)
    assert response["WWW-Authenticate"].startswith("Bearer")


def test_unknown_token_is_told_so() -> None:
    response = Client().get("/api/v1/assessments/", headers={"Authorization": "Bearer wrong"})
    assert _is_problem(response, 401)


@pytest.mark.parametrize(
    "path", [f"assessments/{uuid.UUID(int=4)}/", "nothing-here/"], ids=["no record", "no page"]
)
def test_unknown_address_is_a_problem(lead: Membership, client_for, path: str) -> None:
    assert _is_problem(client_for(lead).get(f"/api/v1/{path}"), 404)


def test_too_large_is_a_problem(lead: Membership, client_for) -> None:
    response = client_for(lead).post(
        "/api/v1/evidence/",
        data=b"x",
        content_type="multipart/form-data; boundary=x",
        CONTENT_LENGTH=str(10**9),
    )
    assert _is_problem(response, 413)


def test_refused_right_is_an_event(lead: Membership, viewer: Membership, client_for) -> None:
    response = client_for(viewer).post(
        "/api/v1/evidence/",
        {
            "title": "x",
            "kind": "policy",
            "description": "y",
            "url": "https://agency.example/policy",
        },
    )
    assert _is_problem(response, 403)
    with owner(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE app_audit")
        cursor.execute("SELECT action, about_id FROM audit.event ORDER BY at DESC LIMIT 1")
        assert cursor.fetchone() == ("access.denied", viewer.user_id)
        cursor.execute("SET LOCAL ROLE app_owner")
