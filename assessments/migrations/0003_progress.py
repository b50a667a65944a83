"""Progress over time, with its wall; and the key by which a form starts one assessment."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from agencies.tenancy import GuardTable


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0004_one_unused_invitation"),
        ("assessments", "0002_guard"),
        ("standards", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ProgressPoint",
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
                ("day", models.DateField(help_text="The day, in the time zone of the service.")),
                (
                    "clause_count",
                    models.PositiveSmallIntegerField(help_text="As Assessment.clause_count."),
                ),
                (
                    "answered_count",
                    models.PositiveSmallIntegerField(help_text="As Assessment.answered_count."),
                ),
                (
                    "score",
                    models.DecimalField(
                        decimal_places=2, help_text="As Assessment.score.", max_digits=3, null=True
                    ),
                ),
                (
                    "readiness",
                    models.CharField(
                        blank=True, help_text="As Assessment.readiness.", max_length=40
                    ),
                ),
            ],
            options={
                "ordering": ("day",),
            },
        ),
        migrations.AddField(
            model_name="assessment",
            name="form_key",
            field=models.UUIDField(
                editable=False,
                help_text="Made with the form it was started by: a form sent twice starts one.",
                null=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="assessment",
            constraint=models.UniqueConstraint(
                models.F("agency"), models.F("form_key"), name="assessment_once_per_form"
            ),
        ),
        migrations.AddField(
            model_name="progresspoint",
            name="agency",
            field=models.ForeignKey(
                help_text="Whom the row is about.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.agency",
            ),
        ),
        migrations.AddField(
            model_name="progresspoint",
            name="assessment",
            field=models.ForeignKey(
                db_constraint=False,
                help_text="Which assessment.",
                on_delete=django.db.models.deletion.CASCADE,
                related_name="progress",
                to="assessments.assessment",
            ),
        ),
        migrations.AddConstraint(
            model_name="progresspoint",
            constraint=models.UniqueConstraint(
                models.F("assessment"), models.F("day"), name="progress_one_a_day"
            ),
        ),
        GuardTable(
            "assessments_progresspoint",
            kind="agency",
            fks={"assessment_id": "assessments_assessment"},
        ),
    ]
