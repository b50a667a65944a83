"""How much room each agency's files take up: a counter beside the rows."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from agencies.tenancy import GuardTable


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0015_quota"),
        ("assessments", "0014_next_cycle"),
    ]

    operations = [
        migrations.CreateModel(
            name="Storage",
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
                    "used_bytes",
                    models.BigIntegerField(default=0, help_text="Sum of its files in the store."),
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
            ],
            options={
                "verbose_name_plural": "storage",
                "constraints": [
                    models.UniqueConstraint(models.F("agency"), name="storage_once_per_agency"),
                    models.CheckConstraint(
                        condition=models.Q(("used_bytes__gte", 0)), name="storage_not_negative"
                    ),
                ],
            },
        ),
        GuardTable(
            "assessments_storage",
            kind="agency",
            agency="select, insert, update (used_bytes)",
            worker="select, insert, update (used_bytes)",
        ),
    ]
