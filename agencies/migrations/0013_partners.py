"""Who is whose partner: each side's word, with its wall and the events of both."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from agencies.tenancy import SQL, GuardTable, RunAs

SEEN = """
CREATE POLICY of_the_other ON agencies_consent FOR SELECT TO r_agency
  USING (other_id = (SELECT ctx.agency_id()));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0012_search_scope"),
    ]

    operations = [
        migrations.AlterField(
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
                        ("search:read", "Search the standards, answers and evidence"),
                        ("reports:read", "Read and download reports"),
                        ("reports:write", "Ask for reports"),
                        ("redactions:read", "Read the requests to remove personal data"),
                        ("redactions:write", "Ask for the removal of personal data"),
                        ("people:read", "Read who has access"),
                        ("people:write", "Invite, change and remove people"),
                        ("partners:read", "Read who is a partner and what is offered"),
                        ("partners:write", "Agree to and end partnerships, offer answers"),
                        ("audit:read", "Read the audit trail"),
                    ],
                    max_length=30,
                ),
                help_text="What it may be used for.",
                size=None,
            ),
        ),
        migrations.CreateModel(
            name="Consent",
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
                    "is_host",
                    models.BooleanField(
                        help_text="Asks, and may then offer answers; else it agrees."
                    ),
                ),
                (
                    "given_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, help_text="From when it stands."
                    ),
                ),
                (
                    "ended_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="Until when it stood; as given_at: it was declined.",
                        null=True,
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        help_text="Whom the row is about.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who ended it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who said so; the other side does not see whom it leads to.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        help_text="With whom; it sees this row too.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
            ],
            options={
                "ordering": ("-given_at",),
                "constraints": [
                    models.UniqueConstraint(
                        models.F("agency"), models.F("id"), name="consent_agency_id"
                    ),
                    models.UniqueConstraint(
                        models.F("agency"),
                        models.F("other"),
                        condition=models.Q(("ended_at", None)),
                        name="consent_one_standing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("agency", models.F("other")), _negated=True),
                        name="consent_with_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("ended_by", None)),
                            models.Q(
                                ("ended_at__gte", models.F("given_at")), ("ended_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="consent_ended_by_somebody",
                    ),
                ],
            },
        ),
        GuardTable(
            "agencies_consent",
            kind="agency",
            agency="select, insert, update",
            definer="select",
            fks={"given_by_id": "agencies_membership", "ended_by_id": "agencies_membership"},
        ),
        RunAs("app_owner", SEEN),
        RunAs("app_policy", (SQL / "partners.sql").read_text()),
        RunAs("app_audit", (SQL / "partners_audit.sql").read_text()),
    ]
