"""The published schema of the API."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client

from agencies.models import Membership


def test_schema_is_valid_without_a_warning(tmp_path) -> None:
    target = tmp_path / "schema.yml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(target))
    text = target.read_text()
    for operation in (
        "editions_list",
        "assessments_answers_partial_update",
        "assessments_reports_create",
        "reports_file_retrieve",
        "evidence_create",
    ):
        assert f"operationId: {operation}\n" in text
    assert text.count("operationId: ") == text.count("#/components/schemas/Problem")


@pytest.mark.django_db
def test_docs_are_behind_sign_in_and_load_nothing_from_elsewhere(
    lead: Membership, client_for
) -> None:
    led = Client().get("/api/v1/docs/")
    assert led.headers["Location"] == "/accounts/login/?next=/api/v1/docs/"
    page = client_for(lead).get("/api/v1/docs/")
    assert page.status_code == 200
    assert "://" not in page.content.decode().replace("http://www.w3.org", "")
