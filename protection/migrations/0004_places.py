"""Where to look in evidence is text too: the door to frozen rows reaches it."""

from pathlib import Path

from django.db import migrations

from agencies.tenancy import LetIn, RunAs

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("protection", "0003_library"), ("assessments", "0007_places")]

    operations = [
        LetIn("assessments_evidencelink", definer="select"),
        LetIn("assessments_submittedevidence", definer="update (place, shows)"),
        RunAs("app_policy", (SQL / "redact.sql").read_text()),
    ]
