"""The mails of the scheme's invitations."""

from django.db import migrations

from agencies.tenancy import LetIn


class Migration(migrations.Migration):
    dependencies = [("jobs", "0002_guard"), ("agencies", "0006_scheme_staff")]

    operations = [LetIn("jobs_job", staff="select, insert, update")]
