"""The wall around this app's tables. What was signed or submitted can only be added to."""

from django.db import migrations

from agencies.tenancy import GuardTable

MEMBERSHIP = "agencies_membership"
APPEND_ONLY = "select, insert"


class Migration(migrations.Migration):
    dependencies = [("assessments", "0001_initial"), ("agencies", "0002_guard")]

    operations = [
        GuardTable(
            "assessments_assessment",
            kind="agency",
            worker="select, update",
            fks={"created_by_id": MEMBERSHIP},
        ),
        GuardTable(
            "assessments_assessmentstage",
            kind="agency",
            agency=APPEND_ONLY,
            fks={"record_id": "assessments_assessment", "by_id": MEMBERSHIP},
        ),
        GuardTable(
            "assessments_answer",
            kind="agency",
            fks={"assessment_id": "assessments_assessment", "updated_by_id": MEMBERSHIP},
        ),
        GuardTable(
            "assessments_answerrevision",
            kind="agency",
            agency="select, insert, update",
            fks={"answer_id": "assessments_answer", "by_id": MEMBERSHIP},
        ),
        GuardTable(
            "assessments_evidence",
            kind="agency",
            fks={"created_by_id": MEMBERSHIP},
        ),
        GuardTable(
            "assessments_evidenceversion",
            kind="agency",
            worker="select, update",
            fks={"evidence_id": "assessments_evidence", "by_id": MEMBERSHIP},
        ),
        GuardTable(
            "assessments_evidencelink",
            kind="agency",
            fks={
                "answer_id": "assessments_answer",
                "version_id": "assessments_evidenceversion",
                "by_id": MEMBERSHIP,
            },
        ),
        GuardTable(
            "assessments_signoff",
            kind="agency",
            agency="select, insert, update (voided_at)",
            fks={"assessment_id": "assessments_assessment", "by_id": MEMBERSHIP},
        ),
        GuardTable(
            "assessments_submission",
            kind="agency",
            agency="select, insert, update (withdrawn_at)",
            fks={
                "assessment_id": "assessments_assessment",
                "sign_off_id": "assessments_signoff",
                "by_id": MEMBERSHIP,
            },
        ),
        GuardTable(
            "assessments_submittedanswer",
            kind="agency",
            agency=APPEND_ONLY,
            fks={"submission_id": "assessments_submission"},
        ),
        GuardTable(
            "assessments_submittedevidence",
            kind="agency",
            agency=APPEND_ONLY,
            fks={
                "answer_id": "assessments_submittedanswer",
                "version_id": "assessments_evidenceversion",
            },
        ),
    ]
