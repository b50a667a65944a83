"""The scheme's people work as r_staff: their own people, invitations, tokens and trail."""

from django.db import migrations, models

from agencies.tenancy import SQL, LetIn, RunAs

OWN_TRAIL = """
GRANT SELECT ON audit.event TO r_staff;
CREATE POLICY own_trail_of_staff ON audit.event FOR SELECT TO r_staff
  USING (agency_id = (SELECT ctx.agency_id()));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0005_api_tokens"),
    ]

    operations = [
        migrations.AlterField(
            model_name="invitation",
            name="role",
            field=models.CharField(
                choices=[
                    ("lead", "Lead"),
                    ("contributor", "Contributor"),
                    ("approver", "Approver"),
                    ("viewer", "Viewer"),
                    ("scheme_admin", "Scheme administrator"),
                ],
                help_text="The hat that is offered.",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="membership",
            name="role",
            field=models.CharField(
                choices=[
                    ("lead", "Lead"),
                    ("contributor", "Contributor"),
                    ("approver", "Approver"),
                    ("viewer", "Viewer"),
                    ("scheme_admin", "Scheme administrator"),
                ],
                help_text="What the person may do.",
                max_length=20,
            ),
        ),
        LetIn("agencies_membership", staff="select, update"),
        LetIn("agencies_invitation", staff="select, insert, update"),
        LetIn("agencies_apitoken", staff="select, insert, update (revoked_at)"),
        LetIn("agencies_answeredrequest", staff="select, insert, update"),
        RunAs("app_audit", OWN_TRAIL),
        RunAs("app_policy", (SQL / "identity.sql").read_text()),
    ]
