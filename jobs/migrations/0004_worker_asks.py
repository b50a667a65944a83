"""What runs by the clock may ask for work too: the daily mails of what is new."""

from django.db import migrations

from agencies.tenancy import RunAs


class Migration(migrations.Migration):
    dependencies = [("jobs", "0003_scheme_staff")]

    operations = [RunAs("app_owner", "GRANT insert ON jobs_job TO r_worker")]
