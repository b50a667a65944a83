"""The reports of a practice assessment are deleted with it; no others are."""

from django.db import migrations

from agencies.tenancy import RunAs

OF_PRACTICE = """
GRANT DELETE ON reports_report TO r_agency;
CREATE POLICY of_practice ON reports_report AS RESTRICTIVE FOR DELETE TO r_agency
  USING (EXISTS (SELECT FROM assessments_assessment a
    WHERE a.id = assessment_id AND a.is_practice));
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0003_destroyed"), ("assessments", "0009_practice")]

    operations = [RunAs("app_owner", OF_PRACTICE)]
