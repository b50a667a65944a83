"""Drafts of the guidance, and the functions through which the scheme publishes."""

import uuid
from pathlib import Path

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

from agencies.tenancy import GuardTable, LetIn, RunAs

SQL = Path(__file__).parent.parent / "sql"
WRITTEN_BY_FUNCTIONS = {
    "standards_edition": "select, update (is_withdrawn)",
    "standards_standard": "select",
    "standards_clause": "select",
    "standards_guidance": "select, insert, update (is_current)",
    "standards_prompt": "insert",
    "standards_editornote": "insert",
    "standards_glossaryterm": "insert",
}


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0006_scheme_staff"),
        ("standards", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="guidance",
            name="published_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now, help_text="When it was stored."
            ),
        ),
        migrations.AddField(
            model_name="guidance",
            name="published_by",
            field=models.ForeignKey(
                db_constraint=False,
                help_text="Who of the scheme published it in the browser; empty: came with a file.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.membership",
            ),
        ),
        migrations.AddField(
            model_name="guidance",
            name="summary",
            field=models.CharField(
                blank=True, help_text="What is new in it, in a sentence.", max_length=300
            ),
        ),
        migrations.CreateModel(
            name="GuidanceDraft",
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
                    "document",
                    models.JSONField(
                        help_text="GuidanceText.document(): one whole, checked as a file is, hashed when published."
                    ),
                ),
                (
                    "started_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, help_text="When it was begun."
                    ),
                ),
                (
                    "changed_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, help_text="When it was last changed."
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
                    "edition",
                    models.ForeignKey(
                        help_text="Edition it explains.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="standards.edition",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        help_text="Version it was begun from.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="standards.guidance",
                    ),
                ),
                (
                    "started_by",
                    models.ForeignKey(
                        db_constraint=False,
                        help_text="Who began it.",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="agencies.membership",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("agency"), models.F("edition"), name="draft_one_per_edition"
                    )
                ],
            },
        ),
        GuardTable(
            "standards_guidancedraft",
            kind="agency",
            agency="",
            worker="",
            staff="select, insert, update, delete",
            fks={"started_by_id": "agencies_membership"},
        ),
        *[LetIn(table, definer=granted) for table, granted in WRITTEN_BY_FUNCTIONS.items()],
        RunAs("app_policy", (SQL / "publishing.sql").read_text()),
    ]
