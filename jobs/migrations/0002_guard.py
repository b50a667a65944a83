from pathlib import Path

from django.db import migrations

from agencies.tenancy import GuardTable, RunAs

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial"), ("agencies", "0002_guard")]

    operations = [
        GuardTable(
            "jobs_job",
            kind="agency",
            agency="select, insert, update",
            worker="select, update",
            definer="select",
            fks={"requested_by_id": "agencies_membership"},
        ),
        RunAs("app_policy", (SQL / "due_jobs.sql").read_text()),
    ]
