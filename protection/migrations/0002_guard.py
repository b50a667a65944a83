"""The wall around this app's tables, and the one door to frozen rows. A worker may read the
audit trail: it is part of a full export."""

from pathlib import Path

from django.db import migrations

from agencies.tenancy import GuardTable, RunAs

SQL = Path(__file__).parent.parent / "sql"
MEMBERSHIP = "agencies_membership"
REDACTION = "protection_redaction"


class Migration(migrations.Migration):
    dependencies = [
        ("protection", "0001_initial"),
        ("agencies", "0010_data_protection_officer"),
        ("assessments", "0004_redaction"),
        ("jobs", "0002_guard"),
        ("reports", "0003_destroyed"),
    ]

    operations = [
        GuardTable(
            REDACTION,
            kind="agency",
            agency="select, insert, update (status, decided_by_id, decided_at, updated_at)",
            definer="select, update (destroyed_at)",
            fks={
                "answer_id": "assessments_answer",
                "version_id": "assessments_evidenceversion",
                "requested_by_id": MEMBERSHIP,
                "decided_by_id": MEMBERSHIP,
            },
        ),
        GuardTable(
            "protection_redactionstage",
            kind="agency",
            agency="select, insert",
            fks={"record_id": REDACTION, "by_id": MEMBERSHIP},
        ),
        GuardTable(
            "protection_tombstone",
            kind="agency",
            agency="select, insert",
            fks={"redaction_id": REDACTION},
        ),
        GuardTable(
            "protection_export",
            kind="agency",
            agency="select, insert, update (removed_at, stored_as)",
            worker="select, update",
            fks={"job_id": "jobs_job", "requested_by_id": MEMBERSHIP},
        ),
        RunAs(
            "app_owner",
            """
            GRANT SELECT ON assessments_answer, assessments_submission, assessments_evidence,
              assessments_evidenceversion TO app_policy;
            GRANT SELECT, UPDATE (how, difference, na_reason)
              ON assessments_submittedanswer TO app_policy;
            GRANT SELECT, UPDATE (title, shows, file_name, url)
              ON assessments_submittedevidence TO app_policy;
            GRANT UPDATE (stored_as, destroyed_at) ON reports_report TO r_agency;
            """,
        ),
        RunAs("app_policy", (SQL / "redact.sql").read_text()),
        RunAs(
            "app_audit",
            """
            CREATE POLICY own_agency_worker ON audit.event FOR SELECT TO r_worker
              USING (agency_id = (SELECT ctx.agency_id()));
            GRANT SELECT ON audit.event TO r_worker;
            """,
        ),
    ]
