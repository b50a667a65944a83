"""Practice: decided when an assessment starts, never signed off or submitted, and deleted whole.

The database holds it, whatever path is taken: the flag cannot be changed, the status cannot move
on, nothing can be signed; and of what is otherwise never deleted only practice may be.
"""

from django.db import migrations, models

from agencies.tenancy import RunAs

KEPT = """
GRANT DELETE ON assessments_answerrevision TO r_agency;
CREATE POLICY of_practice ON assessments_answerrevision AS RESTRICTIVE FOR DELETE TO r_agency
  USING (EXISTS (SELECT FROM assessments_answer w
    JOIN assessments_assessment a ON a.id = w.assessment_id
    WHERE w.id = answer_id AND a.is_practice));
CREATE POLICY not_of_practice ON assessments_signoff AS RESTRICTIVE FOR INSERT TO r_agency
  WITH CHECK (NOT EXISTS (SELECT FROM assessments_assessment a
    WHERE a.id = assessment_id AND a.is_practice));
CREATE POLICY not_of_practice ON assessments_submission AS RESTRICTIVE FOR INSERT TO r_agency
  WITH CHECK (NOT EXISTS (SELECT FROM assessments_assessment a
    WHERE a.id = assessment_id AND a.is_practice));
CREATE FUNCTION assessments_practice_is_for_good() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'an assessment is for practice or not from its start'
    USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER practice_is_for_good BEFORE UPDATE ON assessments_assessment FOR EACH ROW
  WHEN (OLD.is_practice IS DISTINCT FROM NEW.is_practice)
  EXECUTE FUNCTION assessments_practice_is_for_good();
"""


class Migration(migrations.Migration):
    dependencies = [("assessments", "0008_personal_data")]

    operations = [
        migrations.AddField(
            model_name="assessment",
            name="is_practice",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="To try things out: never signed off, in no figure. Decided when it "
                "starts.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_practice", False), ("status", "draft"), _connector="OR"),
                name="assessment_practice_stays_draft",
            ),
        ),
        RunAs("app_owner", KEPT),
    ]
