"""Context, audit trail, and the wall around the tables of this app and of the libraries."""

from django.db import migrations

from agencies.tenancy import SQL, GuardTable, RunAs

IDENTITY = [
    "account_emailaddress",
    "account_emailconfirmation",
    "agencies_user",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_session",
]


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        RunAs("app_policy", (SQL / "context.sql").read_text()),
        RunAs("app_audit", (SQL / "audit.sql").read_text()),
        *[
            GuardTable(table, kind="identity", definer="select" if table == "agencies_user" else "")
            for table in IDENTITY
        ],
        GuardTable("django_content_type", kind="global"),
        GuardTable("django_migrations", kind="global"),
        GuardTable("agencies_agency", kind="global", definer="select"),
        GuardTable(
            "agencies_membership",
            kind="agency",
            agency="select, insert, update",
            definer="select, insert, update",
        ),
        GuardTable(
            "agencies_invitation",
            kind="agency",
            agency="select, insert, update",
            worker="select, update",
            definer="select, update",
            fks={"invited_by_id": "agencies_membership"},
        ),
        GuardTable(
            "agencies_apitoken",
            kind="agency",
            agency="select",
            definer="select",
            fks={"membership_id": "agencies_membership"},
        ),
        RunAs("app_policy", (SQL / "identity.sql").read_text()),
    ]
