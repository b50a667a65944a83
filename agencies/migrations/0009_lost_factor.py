"""Lost second factors: two officers agree, then a definer function removes them."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from agencies.tenancy import SQL, GuardTable, RunAs


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0008_second_factor"),
    ]

    operations = [
        migrations.CreateModel(
            name="FactorReset",
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
                    "requested_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, help_text="When it was asked for."
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        help_text="Why the operator removed it without two officers.",
                        max_length=300,
                    ),
                ),
                (
                    "confirmed_at",
                    models.DateTimeField(help_text="When it was confirmed.", null=True),
                ),
                (
                    "withdrawn_at",
                    models.DateTimeField(help_text="When it was withdrawn or ran out.", null=True),
                ),
                (
                    "removed_at",
                    models.DateTimeField(help_text="When the factors were removed.", null=True),
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
                    "confirmed_by",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="The second officer: neither who asked nor who lost it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who lost it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who asked; empty when the operator of the server removed it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
            ],
            options={
                "ordering": ("-requested_at",),
                "constraints": [
                    models.UniqueConstraint(
                        models.F("agency"),
                        models.F("member"),
                        condition=models.Q(
                            ("confirmed_at", None), ("removed_at", None), ("withdrawn_at", None)
                        ),
                        name="factor_reset_one_open_per_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_by", models.F("requested_by")), _negated=True),
                            models.Q(("confirmed_by", models.F("member")), _negated=True),
                            models.Q(("requested_by", models.F("member")), _negated=True),
                        ),
                        name="factor_reset_takes_two_others",
                    ),
                ],
            },
        ),
        GuardTable(
            "agencies_factorreset",
            kind="agency",
            agency="select, insert, update (confirmed_by_id, confirmed_at, withdrawn_at)",
            worker="select",
            definer="select, update",
            fks={
                "member_id": "agencies_membership",
                "requested_by_id": "agencies_membership",
                "confirmed_by_id": "agencies_membership",
            },
        ),
        RunAs(
            "app_owner",
            "GRANT select, delete ON mfa_authenticator TO app_policy;"
            "GRANT update (sign_in_epoch) ON agencies_user TO app_policy",
        ),
        RunAs("app_policy", (SQL / "factors.sql").read_text()),
    ]
