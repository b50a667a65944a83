"""Evidence is described, belongs to somebody, runs out, and has tags."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

from agencies.tenancy import LetIn


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0005_clause_assignment"),
        # Its grant is on the column `shows`, and goes on with it under its new name.
        ("protection", "0002_guard"),
    ]

    operations = [
        migrations.RenameField("evidence", "shows", "description"),
        migrations.AlterField(
            model_name="evidence",
            name="description",
            field=models.TextField(help_text="What it is, in a sentence or two."),
        ),
        migrations.AddField(
            model_name="evidence",
            name="valid_until",
            field=models.DateField(
                blank=True, help_text="Its last valid day; empty: it does not run out.", null=True
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="owner",
            field=models.ForeignKey(
                db_constraint=False,
                help_text="Who keeps it up to date; empty: nobody.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="agencies.membership",
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="tags",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=30),
                blank=True,
                default=list,
                help_text="The agency's own words to find it by, in lower case.",
                size=None,
            ),
        ),
        migrations.AddIndex(
            model_name="evidence",
            index=django.contrib.postgres.indexes.GinIndex(fields=["tags"], name="evidence_tags"),
        ),
        LetIn("assessments_evidence", fks={"owner_id": "agencies_membership"}),
        migrations.RenameField("submittedevidence", "shows", "description"),
        migrations.AlterField(
            model_name="submittedevidence",
            name="description",
            field=models.TextField(help_text="Description at that moment."),
        ),
        migrations.AddField(
            model_name="submittedevidence",
            name="valid_until",
            field=models.DateField(help_text="Last valid day at that moment.", null=True),
        ),
    ]
