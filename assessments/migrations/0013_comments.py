"""Comments on clauses, with their wall: only what is of practice is ever deleted."""

import uuid

import django.contrib.postgres.search
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from agencies.tenancy import GuardTable, RunAs

OF_PRACTICE = """
CREATE POLICY of_practice ON assessments_thread AS RESTRICTIVE FOR DELETE TO r_agency
  USING (EXISTS (SELECT FROM assessments_assessment a
    WHERE a.id = assessment_id AND a.is_practice));
CREATE POLICY of_practice ON assessments_threadstage AS RESTRICTIVE FOR DELETE TO r_agency
  USING (EXISTS (SELECT FROM assessments_thread t
    JOIN assessments_assessment a ON a.id = t.assessment_id
    WHERE t.id = record_id AND a.is_practice));
CREATE POLICY of_practice ON assessments_comment AS RESTRICTIVE FOR DELETE TO r_agency
  USING (EXISTS (SELECT FROM assessments_thread t
    JOIN assessments_assessment a ON a.id = t.assessment_id
    WHERE t.id = thread_id AND a.is_practice));
CREATE POLICY of_practice ON assessments_mention AS RESTRICTIVE FOR DELETE TO r_agency
  USING (EXISTS (SELECT FROM assessments_comment c
    JOIN assessments_thread t ON t.id = c.thread_id
    JOIN assessments_assessment a ON a.id = t.assessment_id
    WHERE c.id = comment_id AND a.is_practice));
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0012_search_scope"),
        ("assessments", "0012_scan"),
        ("standards", "0002_publishing"),
    ]

    operations = [
        migrations.CreateModel(
            name="Thread",
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
                    "status",
                    models.CharField(
                        choices=[("open", "Open"), ("resolved", "Resolved")],
                        default="open",
                        help_text="Set by workflow.move().",
                        max_length=10,
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, help_text="When it was begun."
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
                        help_text="Assessment it belongs to.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="threads",
                        to="assessments.assessment",
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
                    "settled_by",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who resolved or reopened it last; empty: nobody yet.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Comment",
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
                    "text",
                    models.TextField(blank=True, help_text="What was said; empty: withdrawn."),
                ),
                (
                    "words",
                    models.GeneratedField(
                        db_persist=True,
                        expression=django.contrib.postgres.search.SearchVector(
                            "text", config="english"
                        ),
                        help_text="Words of its texts, for the search; made by the database.",
                        output_field=django.contrib.postgres.search.SearchVectorField(),
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, help_text="When.")),
                (
                    "withdrawn_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="When who wrote it took it back; its text is gone.",
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
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who wrote it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
                (
                    "thread",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="In which conversation.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comments",
                        to="assessments.thread",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ThreadStage",
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
                        help_text="Which conversation.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stages",
                        to="assessments.thread",
                    ),
                ),
            ],
            options={
                "ordering": ("at",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Mention",
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
                    "agency",
                    models.ForeignKey(
                        help_text="Whom the row is about.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.agency",
                    ),
                ),
                (
                    "comment",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Of which comment.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mentions",
                        to="assessments.comment",
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who was to be told.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("comment"), models.F("member"), name="mention_once"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="thread",
            constraint=models.UniqueConstraint(
                models.F("agency"), models.F("id"), name="thread_agency_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="thread",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["open", "resolved"])), name="thread_status_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.UniqueConstraint(
                models.F("agency"), models.F("id"), name="comment_agency_id"
            ),
        ),
        migrations.AddConstraint(
            model_name="comment",
            constraint=models.CheckConstraint(
                condition=models.Q(("withdrawn_at", None), ("text", ""), _connector="OR"),
                name="comment_withdrawn_is_gone",
            ),
        ),
        GuardTable(
            "assessments_thread",
            kind="agency",
            agency="select, insert, update, delete",
            fks={
                "assessment_id": "assessments_assessment",
                "settled_by_id": "agencies_membership",
            },
        ),
        GuardTable(
            "assessments_threadstage",
            kind="agency",
            agency="select, insert, delete",
            fks={"record_id": "assessments_thread", "by_id": "agencies_membership"},
        ),
        GuardTable(
            "assessments_comment",
            kind="agency",
            agency="select, insert, update, delete",
            fks={"thread_id": "assessments_thread", "by_id": "agencies_membership"},
        ),
        GuardTable(
            "assessments_mention",
            kind="agency",
            agency="select, insert, delete",
            fks={"comment_id": "assessments_comment", "member_id": "agencies_membership"},
        ),
        RunAs("app_owner", OF_PRACTICE),
    ]
