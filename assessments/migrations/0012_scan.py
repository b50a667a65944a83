"""The virus check in a worker: how often it was tried, and what the worker may change for it."""

from django.db import migrations, models

from agencies.tenancy import LetIn


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0011_search"),
    ]

    operations = [
        migrations.AddField(
            model_name="evidenceversion",
            name="scan_tries",
            field=models.PositiveSmallIntegerField(
                default=0,
                help_text="How often the virus check was tried, as far as it was counted.",
            ),
        ),
        # To lock the piece as everybody does; no column that says anything.
        LetIn("assessments_evidence", worker="update (id)"),
        LetIn("assessments_progresspoint", worker="insert, update"),
    ]
