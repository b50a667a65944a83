"""The commands of docs/how-to/use-the-api.md, run as they stand by a shell."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from agencies.models import Membership
from tests.test_api_keys import bearer

PAGE = Path(settings.BASE_DIR) / "docs" / "how-to" / "use-the-api.md"
COMMANDS = re.findall(r"^ +(curl .+)$", PAGE.read_text(), re.MULTILINE)


@pytest.mark.django_db(transaction=True)
def test_commands_do_what_the_page_says(
    lead: Membership, edition, live_server, tmp_path: Path, settings
) -> None:
    settings.FILES_ROOT = tmp_path / "files"
    (tmp_path / "policy.txt").write_text("What we do.\n")
    environment = {
        "PATH": os.environ["PATH"],
        "API": f"{live_server.url}/api/v1",
        "PERSON": str(lead.pk),
        "TOKEN": bearer(lead)["Authorization"].removeprefix("Bearer "),
    }
    answers = []
    for command in COMMANDS:
        if answers[1:]:
            environment["ASSESSMENT"] = answers[1]["id"]
        done = subprocess.run(
            ["sh", "-c", command], cwd=tmp_path, env=environment, capture_output=True, check=True
        )
        answers.append(json.loads(done.stdout or "{}"))  # a file is saved, not printed
    listed, started, answer, history, difference, _, preview, team, evidence, report = answers
    assert listed["results"] == []
    assert (started["title"], started["status"]) == ("Year one", "draft")
    assert (answer["clause"], answer["level"]) == ("1.1", 2)
    assert {row["standard"] for row in team if row["assignee"] == str(lead.pk)} == {"S2"}
    assert [version["how"] for version in history["results"]] == ["We meet every week."]
    assert [change["field"] for change in difference["changed"]] == ["level", "how"]
    assert (preview["lines"], preview["unchanged"]) == ([], 70)
    assert evidence["versions"][0]["file_name"] == "policy.txt"
    assert report["status"] == "queued"
