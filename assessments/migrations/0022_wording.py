"""What is said about evidence counts its changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessments", "0021_storage_counted"),
    ]

    operations = [
        migrations.AddField(
            model_name="evidence",
            name="wording",
            field=models.PositiveIntegerField(
                default=1,
                help_text="Counts the changes of what is said about it: one carries the count it saw.",
            ),
        ),
    ]
