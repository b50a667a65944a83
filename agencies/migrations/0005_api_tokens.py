"""Scoped API tokens, machine accounts, and what was answered to requests with a key."""

import datetime
import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.db import migrations, models

from agencies.tenancy import SQL, GuardTable, RunAs

# What a token could do so far; from now on it is said.
NAME_SCOPES = """
SELECT set_config('app.migration', 'on', true);
UPDATE agencies_apitoken SET
  expires_at = least(expires_at, created_at + interval '365 days'),
  scopes = ARRAY['standards:read', 'assessments:read', 'evidence:read', 'reports:read'] ||
    CASE WHEN can_write THEN ARRAY['assessments:write', 'evidence:write', 'reports:write']
    ELSE '{}' END;
SELECT set_config('app.migration', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0004_one_unused_invitation"),
    ]

    operations = [
        migrations.CreateModel(
            name="AnsweredRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4,
                        editable=False,
                        help_text="Random identifier.",
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        help_text="The Idempotency-Key as it was sent.", max_length=200
                    ),
                ),
                (
                    "request_sha256",
                    models.CharField(help_text="Hash of address and content.", max_length=64),
                ),
                (
                    "status",
                    models.PositiveSmallIntegerField(
                        help_text="Status code of the answer.", null=True
                    ),
                ),
                ("body", models.TextField(blank=True, help_text="The answer as JSON.")),
                (
                    "headers",
                    models.JSONField(default=dict, help_text="Location and ETag of the answer."),
                ),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, help_text="When it was asked first."
                    ),
                ),
            ],
            options={
                "ordering": ("-at",),
            },
        ),
        migrations.AddField(
            model_name="apitoken",
            name="last_used_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Last use, to about five minutes; empty: never used.",
                null=True,
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="scopes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("standards:read", "Read the standards"),
                        ("assessments:read", "Read self-assessments and answers"),
                        ("assessments:write", "Change self-assessments and answers"),
                        ("assessments:sign", "Sign off, reopen, submit and withdraw"),
                        ("evidence:read", "Read and download evidence"),
                        ("evidence:write", "Add, change and attach evidence"),
                        ("reports:read", "Read and download reports"),
                        ("reports:write", "Ask for reports"),
                        ("people:read", "Read who has access"),
                        ("people:write", "Invite, change and remove people"),
                        ("audit:read", "Read the audit trail"),
                    ],
                    max_length=30,
                ),
                default=list,
                help_text="What it may be used for.",
                size=None,
            ),
            preserve_default=False,
        ),
        RunAs("app_owner", NAME_SCOPES),
        migrations.RemoveField(
            model_name="apitoken",
            name="can_write",
        ),
        migrations.AddField(
            model_name="membership",
            name="is_machine",
            field=models.BooleanField(
                default=False, help_text="A program's account: no sign-in, only API tokens."
            ),
        ),
        migrations.AlterField(
            model_name="apitoken",
            name="expires_at",
            field=models.DateTimeField(help_text="At most 365 days after it was made."),
        ),
        migrations.AlterField(
            model_name="apitoken",
            name="membership",
            field=models.ForeignKey(
                db_constraint=False,
                help_text="Acts as this person or machine, in this agency, while the membership lasts.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.membership",
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.UniqueConstraint(
                models.F("agency"), models.F("id"), name="apitoken_agency_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "expires_at__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("created_at"), "+", models.Value(datetime.timedelta(days=365))
                        ),
                    )
                ),
                name="apitoken_at_most_a_year",
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.CheckConstraint(
                condition=models.Q(("scopes__len__gt", 0)), name="apitoken_has_a_scope"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_machine", False), ("role__in", ("contributor", "viewer")), _connector="OR"
                ),
                name="membership_machine_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                models.F("agency"),
                models.F("display_name"),
                condition=models.Q(("is_active", True), ("is_machine", True)),
                name="membership_one_machine_a_name",
            ),
        ),
        migrations.AddField(
            model_name="answeredrequest",
            name="agency",
            field=models.ForeignKey(
                help_text="Whom the row is about.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.agency",
            ),
        ),
        migrations.AddField(
            model_name="answeredrequest",
            name="by",
            field=models.ForeignKey(
                db_constraint=False,
                help_text="Who asked.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.membership",
            ),
        ),
        migrations.AddField(
            model_name="answeredrequest",
            name="token",
            field=models.ForeignKey(
                db_constraint=False,
                help_text="With which token; empty: a signed-in person.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.apitoken",
            ),
        ),
        migrations.AddConstraint(
            model_name="answeredrequest",
            constraint=models.UniqueConstraint(
                fields=("agency", "by", "token", "key"),
                name="answeredrequest_key",
                nulls_distinct=False,
            ),
        ),
        RunAs("app_owner", "GRANT INSERT ON agencies_apitoken TO r_agency"),
        RunAs("app_owner", "GRANT UPDATE (last_used_at) ON agencies_apitoken TO app_policy"),
        RunAs("app_owner", "GRANT INSERT ON agencies_user TO app_policy"),
        GuardTable(
            "agencies_answeredrequest",
            kind="agency",
            agency="select, insert, update",
            worker="select, delete",
            fks={"by_id": "agencies_membership", "token_id": "agencies_apitoken"},
        ),
        RunAs("app_policy", (SQL / "tokens.sql").read_text()),
    ]
