"""Whose a clause is, with its wall."""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from agencies.tenancy import GuardTable


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0011_token_form_key"),
        ("assessments", "0004_redaction"),
    ]

    operations = [
        migrations.CreateModel(
            name="ClauseAssignment",
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
                    "due_on",
                    models.DateField(
                        blank=True, help_text="Last day for it; empty: none.", null=True
                    ),
                ),
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
                    "answer",
                    models.OneToOneField(
                        db_constraint=False,
                        help_text="The answer to see to.",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="assignment",
                        to="assessments.answer",
                    ),
                ),
                (
                    "assignee",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who is to see to it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who assigned it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("agency"), models.F("id"), name="clauseassignment_agency_id"
                    )
                ],
            },
        ),
        GuardTable(
            "assessments_clauseassignment",
            kind="agency",
            fks={
                "answer_id": "assessments_answer",
                "assignee_id": "agencies_membership",
                "by_id": "agencies_membership",
            },
        ),
    ]
