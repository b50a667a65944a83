"""Pages of the library are read in the order of the index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0016_scopes_when_asked"),
        ("assessments", "0019_constraint_name"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="evidence",
            index=models.Index(fields=["agency", "title", "id"], name="evidence_by_title"),
        ),
    ]
