"""The next cycle: what an assessment was started from, and what of it is still to be checked."""

import django.db.models.deletion
from django.db import migrations, models

from agencies.tenancy import LetIn


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0012_search_scope"),
        ("assessments", "0013_comments"),
        ("standards", "0002_publishing"),
    ]

    operations = [
        migrations.AddField(
            model_name="answer",
            name="confirmed_at",
            field=models.DateTimeField(blank=True, help_text="When that was said.", null=True),
        ),
        migrations.AddField(
            model_name="answer",
            name="confirmed_by",
            field=models.ForeignKey(
                db_constraint=False,
                help_text="Who said that what was carried over is still true.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.membership",
            ),
        ),
        migrations.AddField(
            model_name="answer",
            name="is_reworked",
            field=models.BooleanField(
                default=False,
                help_text="Autosaves changed what is to check; a save will count as a check.",
            ),
        ),
        migrations.AddField(
            model_name="answer",
            name="is_to_check",
            field=models.BooleanField(
                default=False, help_text="Carried over, and nobody said yet that it is still true."
            ),
        ),
        migrations.AddField(
            model_name="assessment",
            name="continues",
            field=models.ForeignKey(
                db_constraint=False,
                editable=False,
                help_text="Earlier one that texts and evidence were carried over from, if any.",
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="assessments.assessment",
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_reworked", False), ("is_to_check", True), _connector="OR"),
                name="answer_reworked_while_to_check",
            ),
        ),
        LetIn("assessments_answer", fks={"confirmed_by_id": "agencies_membership"}),
        LetIn("assessments_assessment", fks={"continues_id": "assessments_assessment"}),
    ]
