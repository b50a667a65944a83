"""Holds that keep evidence beyond its time, and when it was disposed of."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from agencies.tenancy import GuardTable


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0016_scopes_when_asked"),
        ("assessments", "0015_storage"),
    ]

    operations = [
        migrations.AddField(
            model_name="evidence",
            name="disposed_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="When its files were destroyed, since its time was over. See Disposal.",
                null=True,
            ),
        ),
        migrations.CreateModel(
            name="Hold",
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
                ("until", models.DateField(help_text="Last day of the hold.")),
                (
                    "because",
                    models.CharField(
                        choices=[
                            ("inquiry", "An inquiry or investigation"),
                            ("claim", "A complaint or a legal claim"),
                            ("inspection", "An inspection or audit"),
                            ("agreement", "An agreement or a schedule of our own asks for it"),
                        ],
                        help_text="Why.",
                        max_length=20,
                    ),
                ),
                (
                    "placed_at",
                    models.DateTimeField(default=django.utils.timezone.now, help_text="When."),
                ),
                ("lifted_at", models.DateTimeField(blank=True, help_text="When.", null=True)),
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
                    "evidence",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="What is kept.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="holds",
                        to="assessments.evidence",
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who ended it before its last day.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
                (
                    "placed_by",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who asked for it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
            ],
            options={
                "ordering": ("-placed_at",),
                "constraints": [
                    models.UniqueConstraint(
                        models.F("agency"), models.F("id"), name="hold_agency_id"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("because__in", ["inquiry", "claim", "inspection", "agreement"])
                        ),
                        name="hold_reason_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at", None), ("lifted_by", None)),
                            models.Q(("lifted_at__isnull", False), ("lifted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="hold_lifted_by_somebody",
                    ),
                ],
            },
        ),
        GuardTable(
            "assessments_hold",
            kind="agency",
            agency="select, insert, update (lifted_by_id, lifted_at), delete",
            fks={
                "evidence_id": "assessments_evidence",
                "placed_by_id": "agencies_membership",
                "lifted_by_id": "agencies_membership",
            },
        ),
    ]
