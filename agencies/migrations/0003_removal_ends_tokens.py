"""Removing a member ends the member's API tokens in the same transaction."""

from django.db import migrations

from agencies.tenancy import RunAs


class Migration(migrations.Migration):
    dependencies = [("agencies", "0002_guard")]

    operations = [
        RunAs("app_owner", "GRANT UPDATE (revoked_at) ON agencies_apitoken TO r_agency"),
    ]
