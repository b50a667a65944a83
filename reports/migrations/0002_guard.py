from django.db import migrations

from agencies.tenancy import GuardTable


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0001_initial"),
        ("agencies", "0002_guard"),
        ("assessments", "0002_guard"),
        ("jobs", "0002_guard"),
    ]

    operations = [
        GuardTable(
            "reports_report",
            kind="agency",
            agency="select, insert",
            worker="select, update (content_key, made_at, stored_as, sha256, size, pages)",
            fks={
                "assessment_id": "assessments_assessment",
                "submission_id": "assessments_submission",
                "job_id": "jobs_job",
                "requested_by_id": "agencies_membership",
            },
        ),
    ]
