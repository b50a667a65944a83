"""The improvement plan, with its wall: only what is of practice is ever deleted."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from agencies.tenancy import GuardTable, RunAs

KEPT = """
CREATE POLICY of_practice ON assessments_improvement AS RESTRICTIVE FOR DELETE TO r_agency
  USING (EXISTS (SELECT FROM assessments_assessment a
    WHERE a.id = assessment_id AND a.is_practice));
CREATE POLICY of_practice ON assessments_improvementstage AS RESTRICTIVE FOR DELETE TO r_agency
  USING (EXISTS (SELECT FROM assessments_improvement i
    JOIN assessments_assessment a ON a.id = i.assessment_id
    WHERE i.id = record_id AND a.is_practice));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0011_token_form_key"),
        ("assessments", "0009_practice"),
        ("standards", "0002_publishing"),
    ]

    operations = [
        migrations.CreateModel(
            name="Improvement",
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
                ("what", models.CharField(help_text="What will be done.", max_length=200)),
                ("why", models.TextField(help_text="Why, and what it should change.")),
                ("due_on", models.DateField(help_text="Last day for it.")),
                (
                    "expected_level",
                    models.PositiveSmallIntegerField(
                        help_text="Level that the clause should have once it is done."
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("to_do", "To do"),
                            ("doing", "Doing"),
                            ("done", "Done"),
                            ("checked", "Checked"),
                        ],
                        default="to_do",
                        help_text="Set by workflow.move().",
                        max_length=10,
                    ),
                ),
                (
                    "version",
                    models.PositiveIntegerField(
                        default=0,
                        help_text="Counts changes of what is said; a change must carry the one it saw.",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, help_text="When it was planned."
                    ),
                ),
                (
                    "updated_at",
                    models.DateTimeField(auto_now=True, help_text="Last change of its state."),
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
                    "assessment",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Assessment it was born in.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="improvements",
                        to="assessments.assessment",
                    ),
                ),
                (
                    "checked_by",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who checked it: never who said it was done.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
                (
                    "clause",
                    models.ForeignKey(
                        help_text="Clause it is about.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="standards.clause",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who planned it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
                (
                    "done_by",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who said that it was done.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who sees to it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ImprovementStage",
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
                ("from_status", models.CharField(help_text="Status before.", max_length=30)),
                ("to_status", models.CharField(help_text="Status after.", max_length=30)),
                ("action", models.CharField(help_text="The workflow's action.", max_length=30)),
                ("at", models.DateTimeField(default=django.utils.timezone.now, help_text="When.")),
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
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who did it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Which action.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stages",
                        to="assessments.improvement",
                    ),
                ),
            ],
            options={
                "ordering": ("at",),
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="improvement",
            constraint=models.UniqueConstraint(
                models.F("agency"), models.F("id"), name="improvement_agency_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="improvement",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["to_do", "doing", "done", "checked"])),
                name="improvement_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="improvement",
            constraint=models.CheckConstraint(
                condition=models.Q(("expected_level__range", (0, 3))),
                name="improvement_level_on_the_scale",
            ),
        ),
        migrations.AddConstraint(
            model_name="improvement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("status", "checked"), _negated=True),
                    models.Q(("checked_by__isnull", False), ("done_by__isnull", False)),
                    _connector="OR",
                ),
                name="improvement_checked_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="improvement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("checked_by", None),
                    models.Q(("checked_by", models.F("done_by")), _negated=True),
                    _connector="OR",
                ),
                name="improvement_by_two_people",
            ),
        ),
        GuardTable(
            "assessments_improvement",
            kind="agency",
            agency="select, insert, update, delete",
            fks={
                "assessment_id": "assessments_assessment",
                "owner_id": "agencies_membership",
                "created_by_id": "agencies_membership",
                "done_by_id": "agencies_membership",
                "checked_by_id": "agencies_membership",
            },
        ),
        GuardTable(
            "assessments_improvementstage",
            kind="agency",
            agency="select, insert, delete",
            fks={"record_id": "assessments_improvement", "by_id": "agencies_membership"},
        ),
        RunAs("app_owner", KEPT),
    ]
